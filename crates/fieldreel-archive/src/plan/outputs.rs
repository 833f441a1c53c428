//! Paths of outputs, and the check that they overwrite nothing.

use std::collections::HashMap;
use std::path::{Path, PathBuf, absolute};

use super::PlanOptions;
use super::inputs::{Input, utf8};
use crate::manifest::id_of_output;
use crate::{ArchiveError, Result};

/// The output of a unit.
#[derive(Debug, Clone)]
pub(super) struct Output {
    /// The path relative to the output folder, with `/` between its components.
    pub(super) path: String,
    /// The id of the unit.
    pub(super) id: String,
}

/// Returns the output of each input, after checking that they are distinct.
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
    Ok(outputs)
}

/// Checks that no output and not the manifest is one of the inputs, possibly by another name.
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
    Ok(())
}

/// Returns the device and the number of a file; `None` if it does not exist.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;

    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// Returns the path of a file without links; `None` if it does not exist.
#[cfg(not(unix))]
fn identity(path: &Path) -> Option<PathBuf> {
    std::fs::canonicalize(path).ok()
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
