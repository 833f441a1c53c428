//! Input files: from paths, folders and patterns to files.

use std::fs;
use std::path::{Path, PathBuf, absolute};

use glob::glob;
use walkdir::WalkDir;

use super::PlanOptions;
use crate::{ArchiveError, Result};

/// The extensions of the files that are taken from a folder.
const EXTENSIONS: [&str; 7] = ["nc", "nc4", "cdf", "grib", "grb", "grib2", "grb2"];

/// An input file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Input {
    /// The absolute path.
    pub(crate) path: PathBuf,
    /// The path that its output has in the output folder, before its extension is replaced.
    pub(crate) relative: PathBuf,
}

/// Returns the files of inputs, without repetitions, sorted by their path.
pub(super) fn collect<'a>(
    inputs: impl Iterator<Item = &'a Path>,
    options: &PlanOptions,
) -> Result<Vec<Input>> {
    // A folder that does not exist yet contains no input.
    let output = fs::canonicalize(&options.output).ok();
    let output = output.as_deref();
    let mut files = Vec::new();
    for input in inputs {
        let found = match input {
            folder if folder.is_dir() => files_of_folder(folder, output)?,
            // A path that exists is not a pattern, even if it has special characters.
            file if file.exists() => vec![named_file(file)?],
            pattern if has_special_characters(pattern) => files_of_pattern(pattern, output)?,
            missing => {
                fs::metadata(missing).map_err(ArchiveError::io(missing))?;
                Vec::new()
            }
        };
        if found.is_empty() {
            return Err(ArchiveError::NoInputs {
                input: input.to_owned(),
            });
        }
        files.extend(found);
    }
    if let Some(base) = &options.base {
        let base = absolute(base).map_err(ArchiveError::io(base))?;
        for file in &mut files {
            let relative = file.path.strip_prefix(&base);
            let relative = relative.map_err(|_| ArchiveError::OutsideBase {
                input: file.path.clone(),
                base: base.clone(),
            })?;
            file.relative = relative.to_owned();
        }
    }
    if files.is_empty() {
        return Err(ArchiveError::NoInputs {
            input: PathBuf::new(),
        });
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// Returns a file that is named in full.
fn named_file(path: &Path) -> Result<Input> {
    let absolute = absolute(path).map_err(ArchiveError::io(path))?;
    let name = absolute.file_name().unwrap_or_default();
    Ok(Input {
        relative: PathBuf::from(name),
        path: absolute,
    })
}

/// Returns the files of a folder and its subfolders that have the extension of NetCDF or GRIB, and
/// are not in the output folder. Symbolic links are followed.
fn files_of_folder(folder: &Path, output: Option<&Path>) -> Result<Vec<Input>> {
    let root = absolute(folder).map_err(ArchiveError::io(folder))?;
    let walk = WalkDir::new(&root).follow_links(true).into_iter();
    let mut files = Vec::new();
    for entry in
        walk.filter_entry(|entry| !entry.file_type().is_dir() || !is_within(entry.path(), output))
    {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(&root).to_owned();
            ArchiveError::io(&path)(error.into())
        })?;
        let extension = entry.path().extension().unwrap_or_default();
        let extension = extension.to_string_lossy().to_ascii_lowercase();
        if entry.file_type().is_file() && EXTENSIONS.contains(&extension.as_str()) {
            let relative = entry.path().strip_prefix(&root).unwrap_or(entry.path());
            files.push(Input {
                relative: relative.to_owned(),
                path: entry.path().to_owned(),
            });
        }
    }
    Ok(files)
}

/// Returns the files that match a pattern and are not in the output folder.
fn files_of_pattern(pattern: &Path, output: Option<&Path>) -> Result<Vec<Input>> {
    let text = utf8(pattern)?;
    let paths = glob(text).map_err(|source| ArchiveError::InvalidPattern {
        pattern: text.to_owned(),
        source,
    })?;
    let plain = pattern.components().take_while(|component| {
        let text = component.as_os_str();
        !has_special_characters(Path::new(text))
    });
    let root: PathBuf = plain.collect();
    let root = match root.as_os_str().is_empty() {
        true => PathBuf::from("."),
        false => root,
    };
    let root = absolute(&root).map_err(ArchiveError::io(&root))?;
    let mut files = Vec::new();
    for path in paths {
        let path = path.map_err(|error| {
            let path = error.path().to_owned();
            ArchiveError::io(&path)(error.into())
        })?;
        let file = absolute(&path).map_err(ArchiveError::io(&path))?;
        if file.is_file() && !is_within(&file, output) {
            let relative = file.strip_prefix(&root).unwrap_or(&file);
            files.push(Input {
                relative: relative.to_owned(),
                path: file,
            });
        }
    }
    Ok(files)
}

/// Returns whether a path is the folder `output` or in it, possibly by another name.
fn is_within(path: &Path, output: Option<&Path>) -> bool {
    let Some(output) = output else {
        return false;
    };
    fs::canonicalize(path).is_ok_and(|path| path.starts_with(output))
}

fn has_special_characters(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes.iter().any(|byte| b"*?[".contains(byte))
}

/// Returns a path as text.
pub(super) fn utf8(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| ArchiveError::NotUtf8 {
        path: path.to_owned(),
    })
}
