//! Planning: from input files and rules to a manifest.

mod inputs;
mod outputs;
mod slabs;

use std::fs;
use std::path::{Path, PathBuf};

use fieldreel::dataset::read_schema;
use fieldreel::formats::dataset::Schema;

use crate::manifest::{FileUnit, Unit, fingerprint};
use crate::{ArchiveError, Manifest, Result, Rules};
pub(crate) use inputs::Input;

/// Options of [`plan`].
///
/// ```
/// use fieldreel_archive::PlanOptions;
///
/// let options = PlanOptions::new("archive").with_base("/data/runs").with_skip_unreadable(true);
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PlanOptions {
    /// The folder of the outputs.
    pub output: PathBuf,
    /// The path of the manifest. Default: `manifest.jsonl` in the output folder.
    pub manifest: PathBuf,
    /// The folder to which the paths of outputs are relative. Default: `None`, for each input the
    /// folder or the pattern that it was found by.
    pub base: Option<PathBuf>,
    /// True if inputs that cannot be read are left out. Default: false, which is an error.
    pub skip_unreadable: bool,
}

impl PlanOptions {
    /// Returns options with the folder of the outputs.
    #[must_use]
    pub fn new(output: impl Into<PathBuf>) -> Self {
        let output = output.into();
        Self {
            manifest: output.join("manifest.jsonl"),
            output,
            base: None,
            skip_unreadable: false,
        }
    }

    /// Sets the path of the manifest.
    #[must_use]
    pub fn with_manifest(mut self, path: impl Into<PathBuf>) -> Self {
        self.manifest = path.into();
        self
    }

    /// Sets the folder to which the paths of outputs are relative. All inputs must be in it.
    #[must_use]
    pub fn with_base(mut self, folder: impl Into<PathBuf>) -> Self {
        self.base = Some(folder.into());
        self
    }

    /// Sets whether inputs that cannot be read are left out instead of being an error.
    #[must_use]
    pub fn with_skip_unreadable(mut self, skip: bool) -> Self {
        self.skip_unreadable = skip;
        self
    }
}

/// The result of [`plan`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Plan {
    /// The manifest, which is written.
    pub manifest: Manifest,
    /// The errors of the inputs that were left out.
    pub skipped: Vec<ArchiveError>,
    /// The lines of the rules that match no variable of any input; the first line is 1.
    pub unmatched: Vec<usize>,
}

/// The progress of [`plan`].
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct PlanProgress<'a> {
    /// The number of inputs that were read.
    pub done: usize,
    /// The number of inputs.
    pub total: usize,
    /// The input that is read next.
    pub input: &'a Path,
}

/// Writes the manifest of an archive: a unit of work for each input file, with its size and the
/// settings that the rules give it. If the rules split large variables, their slabs are units as
/// well; variables whose bound refers to their range are then read to find it.
///
/// An input is a file, a folder, which is searched for files with the extensions of NetCDF and
/// GRIB, or a pattern of paths with `*`, `?`, `[…]` and `**`. The output of a file that was found
/// in a folder or by a pattern has its path relative to the folder, or to the part of the pattern
/// before the first special character; the output of another file has its name. Files in the
/// output folder are not inputs.
///
/// The manifest appears when it is complete. If the archive was planned before, the records of
/// finished units stay valid as long as their inputs and settings are the same.
///
/// # Errors
/// - [`ArchiveError::NoInputs`], [`ArchiveError::InvalidPattern`], [`ArchiveError::NotUtf8`] or
///   [`ArchiveError::OutsideBase`] if an input is invalid.
/// - [`ArchiveError::SameOutput`], [`ArchiveError::SameId`], [`ArchiveError::NestedOutput`] or
///   [`ArchiveError::OutputIsInput`] if outputs are not distinct from each other, from the inputs
///   and from the manifest, or one contains another.
/// - [`ArchiveError::UnreadableInputs`] if inputs are not readable as NetCDF or GRIB, unless they
///   are left out.
/// - [`ArchiveError::Io`] if a folder cannot be read, or the manifest not be written.
pub fn plan<P: AsRef<Path>>(
    inputs: &[P],
    rules: &Rules,
    options: &PlanOptions,
    mut progress: impl FnMut(PlanProgress<'_>),
) -> Result<Plan> {
    let inputs = inputs.iter().map(AsRef::as_ref);
    let inputs = inputs::collect(inputs, options)?;
    let extension = rules.format().extension();
    let outputs = outputs::outputs(&inputs, extension)?;
    outputs::check_distinct(&inputs, &outputs, options)?;

    let lines = rules.lines();
    let mut matched = vec![false; lines.len()];
    let mut units = Vec::new();
    let mut skipped = Vec::new();
    for (done, (input, output)) in inputs.iter().zip(outputs).enumerate() {
        progress(PlanProgress {
            done,
            total: inputs.len(),
            input: &input.path,
        });
        match plan_file(input, output, rules, &mut matched) {
            Ok(found) => units.extend(found),
            Err(error) => skipped.push(error),
        }
    }
    if !skipped.is_empty() && !options.skip_unreadable {
        return Err(ArchiveError::UnreadableInputs {
            failed: skipped.len(),
            total: inputs.len(),
            first: Box::new(skipped.swap_remove(0)),
        });
    }
    outputs::check_ids(&units)?;
    if let Some(folder) = options.manifest.parent() {
        fs::create_dir_all(folder).map_err(ArchiveError::io(folder))?;
    }
    fs::create_dir_all(&options.output).map_err(ArchiveError::io(&options.output))?;
    let output = outputs::folder_in_manifest(options)?;
    let manifest = Manifest::new(&options.manifest, output, units, rules.text());
    manifest.write()?;
    let unmatched = lines.into_iter().zip(matched);
    Ok(Plan {
        manifest,
        skipped,
        unmatched: unmatched
            .filter_map(|(line, is_matched)| (!is_matched).then_some(line))
            .collect(),
    })
}

/// Returns the units of a file: those of slabs, and that of the file, which depends on them.
fn plan_file(
    input: &Input,
    output: outputs::Output,
    rules: &Rules,
    matched: &mut [bool],
) -> Result<Vec<Unit>> {
    let found = fingerprint(&input.path)?;
    let schema = read_schema(&input.path).map_err(ArchiveError::file(&input.path))?;
    let settings = rules.resolve_and_mark(&schema, matched);
    let slabs = match rules.split_above() {
        Some(limit) => slabs::slabs(&input.path, &settings, limit)?,
        None => Vec::new(),
    };
    let slab_bytes = slabs.iter().map(|slab| slab.value_bytes).sum();
    let file = FileUnit {
        id: output.id,
        input: inputs::utf8(&input.path)?.to_owned(),
        bytes: found.bytes,
        modified: found.modified,
        output: output.path,
        value_bytes: value_bytes(&schema).saturating_sub(slab_bytes),
        slabs,
        settings,
    };
    let mut units: Vec<Unit> = file.slab_units().collect();
    units.push(Unit::File(file));
    Ok(units)
}

/// Returns the size of all values of a file in memory.
fn value_bytes(schema: &Schema) -> u64 {
    let variables = schema.variables.iter().map(|variable| {
        let lengths = schema.shape(variable).into_iter();
        lengths.fold(variable.kind.bytes() as u64, |bytes, length| {
            bytes.saturating_mul(length as u64)
        })
    });
    variables.fold(0, u64::saturating_add)
}
