//! Paths of outputs, and the check that they overwrite nothing.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf, absolute};

use super::PlanOptions;
use super::inputs::{Input, utf8};
use crate::manifest::{Unit, id_of_output};
use crate::{ArchiveError, Result};

/// The output of a unit.
#[derive(Debug, Clone)]
pub(super) struct Output {
    /// The path relative to the output folder, with `/` between its components.
    pub(super) path: String,
    /// The id of the unit.
    pub(super) id: String,
}

/// Returns the output of each input, after checking that they are distinct, and that none is inside
/// of another one.
pub(super) fn outputs(inputs: &[Input], extension: &str) -> Result<Vec<Output>> {
    let mut inputs_of_outputs: HashMap<String, &Input> = HashMap::new();
    let mut outputs_of_ids: HashMap<String, String> = HashMap::new();
    let mut outputs = Vec::with_capacity(inputs.len());
    for input in inputs {
        let path = input.relative.with_extension(extension);
        let components = path
            .components()
            .map(|part| utf8(Path::new(part.as_os_str())));
        let path = components.collect::<Result<Vec<_>>>();
        let path = path.map_err(|_| ArchiveError::NotUtf8 {
            path: input.path.clone(),
        })?;
        let path = path.join("/");
        if let Some(first) = inputs_of_outputs.insert(path.clone(), input) {
            return Err(ArchiveError::SameOutput {
                first: first.path.clone(),
                second: input.path.clone(),
                output: path,
            });
        }
        let id = id_of_output(&path);
        if let Some(first) = outputs_of_ids.insert(id.clone(), path.clone()) {
            return Err(ArchiveError::SameId {
                first,
                second: path,
            });
        }
        outputs.push(Output { path, id });
    }
    for Output { path, .. } in &outputs {
        let parents = path.match_indices('/').map(|(end, _)| &path[..end]);
        if let Some(outer) = parents
            .into_iter()
            .find(|parent| inputs_of_outputs.contains_key(*parent))
        {
            return Err(ArchiveError::NestedOutput {
                outer: outer.to_owned(),
                inner: path.clone(),
            });
        }
    }
    Ok(outputs)
}

/// Checks that the ids of units are distinct, those of slabs included.
pub(super) fn check_ids(units: &[Unit]) -> Result<()> {
    let mut outputs_of_ids = HashMap::new();
    for unit in units {
        if let Some(first) = outputs_of_ids.insert(unit.id(), unit.output()) {
            return Err(ArchiveError::SameId {
                first: first.to_owned(),
                second: unit.output().to_owned(),
            });
        }
    }
    Ok(())
}

/// Checks that no output and not the manifest is one of the inputs, possibly by another name, and
/// that no output contains an input or the manifest.
pub(super) fn check_distinct(
    inputs: &[Input],
    outputs: &[Output],
    options: &PlanOptions,
) -> Result<()> {
    let identities = inputs
        .iter()
        .filter_map(|input| Some((identity(&input.path)?, &input.path)));
    let identities: HashMap<_, _> = identities.collect();
    let paths = outputs
        .iter()
        .map(|output| options.output.join(&output.path));
    for path in paths.chain([options.manifest.clone()]) {
        // A path that does not exist has no identity.
        let input = identity(&path).and_then(|identity| identities.get(&identity));
        if let Some(&input) = input {
            return Err(ArchiveError::OutputIsInput {
                output: path,
                input: input.clone(),
            });
        }
    }
    check_folders(inputs, outputs, options)
}

/// Checks that no output that is a folder contains an input or the manifest, which would be removed
/// when the folder is replaced.
fn check_folders(inputs: &[Input], outputs: &[Output], options: &PlanOptions) -> Result<()> {
    let manifest = absolute(&options.manifest).map_err(ArchiveError::io(&options.manifest))?;
    let folder = absolute(&options.output).map_err(ArchiveError::io(&options.output))?;
    let mut folders = HashMap::new();
    for output in outputs {
        let path = folder.join(&output.path);
        if manifest.starts_with(&path) && manifest != path {
            return Err(ArchiveError::NestedOutput {
                outer: output.path.clone(),
                inner: utf8(&manifest)?.to_owned(),
            });
        }
        if path.is_dir() {
            let resolved = fs::canonicalize(&path).map_err(ArchiveError::io(&path))?;
            folders.insert(resolved, path);
        }
    }
    if folders.is_empty() {
        return Ok(());
    }
    for Input { path, .. } in inputs {
        let resolved = fs::canonicalize(path).map_err(ArchiveError::io(path))?;
        if let Some(output) = resolved.ancestors().find_map(|parent| folders.get(parent)) {
            return Err(ArchiveError::OutputIsInput {
                output: output.clone(),
                input: path.clone(),
            });
        }
    }
    Ok(())
}

/// Returns the device and the number of a file; `None` if it does not exist.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;

    let metadata = fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// Returns the path of a file without links; `None` if it does not exist.
#[cfg(not(unix))]
fn identity(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok()
}

/// Returns the output folder as the manifest states it: relative to the folder of the manifest if
/// it is in that folder, so that both can be moved together, and absolute otherwise.
pub(super) fn folder_in_manifest(options: &PlanOptions) -> Result<String> {
    let [output, manifest] = [&options.output, &options.manifest]
        .map(|path| absolute(path).map_err(ArchiveError::io(path)));
    let (output, manifest) = (output?, manifest?);
    let folder = manifest.parent().unwrap_or(Path::new("/"));
    let relative = match output.strip_prefix(folder) {
        Ok(relative) if relative.as_os_str().is_empty() => PathBuf::from("."),
        Ok(relative) => relative.to_owned(),
        Err(_) => output,
    };
    utf8(&relative).map(str::to_owned)
}
