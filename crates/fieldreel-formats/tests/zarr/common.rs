//! Paths, and access to variables by name.

use std::fs;
use std::path::{Path, PathBuf};

use fieldreel_formats::dataset::{DatasetSource, VariableSchema, VariableValues};
use fieldreel_formats::{Limits, Result, ZarrDataset};

/// Returns the path of a store that `make_zarr.py` has written.
pub(crate) fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

pub(crate) fn open(path: impl AsRef<Path>) -> Result<ZarrDataset> {
    ZarrDataset::open(path, &Limits::default())
}

/// Returns the number of the variable of this name.
pub(crate) fn number(file: &ZarrDataset, name: &str) -> usize {
    let schema = file.schema();
    let mut variables = schema.variables.iter();
    let found = variables.position(|variable| schema.full_name(variable) == name);
    found.unwrap_or_else(|| panic!("no variable {name}"))
}

pub(crate) fn variable<'a>(file: &'a ZarrDataset, name: &str) -> &'a VariableSchema {
    &file.schema().variables[number(file, name)]
}

/// Reads all values of a variable.
pub(crate) fn read_all(file: &ZarrDataset, name: &str) -> Result<VariableValues> {
    let number = number(file, name);
    let shape = file.schema().shape(&file.schema().variables[number]);
    file.read(number, &vec![0; shape.len()], &shape)
}

/// Copies a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => {
                fs::copy(entry.path(), target).unwrap();
            }
        }
    }
}
