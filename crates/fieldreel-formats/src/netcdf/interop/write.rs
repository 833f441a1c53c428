//! Writing of fields through the `netcdf` crate.

use std::path::{Path, PathBuf};

use ::netcdf::{FileMut, VariableMut};

use super::super::chunks::chunk_shape;
use super::super::library::{silence_hdf5_errors, text_to_c_string};
use super::super::plan::{FieldSink, VariablePlan, dimension_mismatch};
use super::super::read;
use super::super::unpack::StoredNumber;
use super::read::CrateFile;
use super::{UNNAMED, attributes, crate_error, is_safe_name};
use crate::{AttributeValue, Coordinate, DEFAULT_LIMITS, FormatError, Result};

/// A file of the `netcdf` crate that is open for writing.
pub(super) struct CrateFileSink<'f> {
    file: &'f mut FileMut,
    path: PathBuf,
    /// The name of a variable, and the function that sets its storage.
    storage: Option<(&'f str, &'f mut DefineStorage<'f>)>,
}

/// A function that sets the storage of a variable without values.
type DefineStorage<'f> = dyn FnMut(&mut VariableMut<'_>) -> Result<()> + 'f;

impl<'f> CrateFileSink<'f> {
    pub(super) fn new(file: &'f mut FileMut) -> Self {
        silence_hdf5_errors();
        let path = file.path().unwrap_or_else(|_| UNNAMED.into());
        // Classic files have a definition mode. If this call fails, the next call reports the
        // error.
        let _ = file.redef();
        Self {
            file,
            path,
            storage: None,
        }
    }

    /// Sets the function that defines the storage of the variable of this name.
    pub(super) fn with_storage(
        mut self,
        name: &'f str,
        set_storage: &'f mut DefineStorage<'f>,
    ) -> Self {
        self.storage = Some((name, set_storage));
        self
    }
}

/// Checks that the crate handles a name.
fn check_name(name: &str) -> Result<()> {
    if is_safe_name(name) {
        return Ok(());
    }
    Err(FormatError::InvalidOption {
        option: "a name",
        value: format!("{name:?}"),
        allowed: "free of NUL and /, and 1 to 256 bytes long, or 85 if it is not ASCII",
    })
}

impl CrateFileSink<'_> {
    /// Returns the coordinate of this name in the file.
    fn coordinate(&self, name: &str) -> Result<Option<Coordinate>> {
        let file = CrateFile::new(self.file);
        let (path, limits) = (file.path(), &DEFAULT_LIMITS);
        match file.find("", name) {
            Some(variable) => read::VariableDecoder { path, limits }.coordinate(&variable),
            None => Ok(None),
        }
    }
}

impl FieldSink for CrateFileSink<'_> {
    fn define_dimension(&mut self, name: &str, len: usize, unlimited: bool) -> Result<bool> {
        check_name(name)?;
        if let Some(existing) = self.file.dimension(name) {
            let (existing, unlimited) = (existing.len(), existing.is_unlimited());
            if existing == len || (unlimited && existing == 0) {
                return Ok(unlimited);
            }
            return Err(dimension_mismatch(name, existing, len));
        }
        // netcdf-c interprets length 0 as unlimited.
        let len = if unlimited { 0 } else { len };
        let defined = self.file.add_dimension(name, len);
        defined.map_err(crate_error(
            &self.path,
            format!("define dimension {name:?}"),
        ))?;
        Ok(len == 0)
    }

    fn has_coordinate(&mut self, coordinate: &Coordinate) -> Result<bool> {
        check_name(&coordinate.name)?;
        if self.file.variable(&coordinate.name).is_none() {
            return Ok(false);
        }
        let _ = self.file.enddef();
        let existing = self.coordinate(&coordinate.name);
        let _ = self.file.redef();
        if existing?.is_some_and(|existing| has_same_values(&existing, coordinate)) {
            return Ok(true);
        }
        Err(FormatError::CoordinateConflict {
            path: self.path.clone(),
            coordinate: coordinate.name.clone(),
        })
    }

    fn write_variable<T: StoredNumber>(&mut self, plan: &VariablePlan<'_, T>) -> Result<()> {
        let name = plan.name;
        check_name(name)?;
        let is_hdf5 = self.file.root().is_some();
        let path: &Path = &self.path;
        let action = format!("define variable {name:?}");
        let defined = self.file.add_variable::<T>(name, plan.dimensions);
        let mut variable = defined.map_err(crate_error(path, action))?;
        let chunk = plan.chunk.as_ref().filter(|chunk| !chunk.is_empty());
        if let Some(chunk) = chunk.filter(|_| is_hdf5) {
            let set = variable.set_chunking(chunk);
            set.map_err(crate_error(path, "set the chunks"))?;
        }
        if let Some((_, set_storage)) = self
            .storage
            .as_mut()
            .filter(|(storage_name, _)| *storage_name == name)
        {
            if is_hdf5 && !plan.shape.is_empty() {
                let chunk = chunk_shape(plan.shape, size_of::<T>(), true);
                let set = variable.set_chunking(&chunk);
                set.map_err(crate_error(path, "set the chunks"))?;
            }
            set_storage(&mut variable)?;
        }
        if let Some((level, shuffle)) = plan.deflate.filter(|_| is_hdf5) {
            let set = variable.set_compression(level.into(), shuffle);
            set.map_err(crate_error(path, "set the compression"))?;
        }
        if let Some(fill) = plan.fill {
            let set = variable.set_fill_value(fill);
            set.map_err(crate_error(path, "set the fill value"))?;
        }
        for (name, value) in &plan.attributes {
            text_to_c_string(name)?;
            let put = variable.put_attribute(name, attributes::to_crate_value(value));
            put.map_err(crate_error(path, format!("write attribute {name:?}")))?;
        }
        // Required by classic files only. If this call fails, the next call reports the error.
        let _ = self.file.enddef();
        if !plan.values.is_empty() {
            let extents = (vec![0; plan.shape.len()], plan.shape.to_vec());
            let put = match self.file.variable_mut(name) {
                Some(mut variable) => variable.put_values(&plan.values, extents),
                None => Err(::netcdf::Error::NotFound(format!("variable {name}"))),
            };
            put.map_err(crate_error(path, "write the values"))?;
        }
        let _ = self.file.redef();
        Ok(())
    }

    fn write_file_attribute(&mut self, name: &str, value: &AttributeValue) -> Result<()> {
        check_name(name)?;
        if self.file.attribute(name).is_some() {
            return Ok(());
        }
        let put = self
            .file
            .add_attribute(name, attributes::to_crate_value(value));
        put.map_err(crate_error(&self.path, format!("write attribute {name:?}")))?;
        Ok(())
    }
}

impl Drop for CrateFileSink<'_> {
    fn drop(&mut self) {
        let _ = self.file.enddef();
    }
}

/// Returns true if two coordinates have the same dimensions and values.
fn has_same_values(existing: &Coordinate, other: &Coordinate) -> bool {
    let (a, b) = (existing.values.to_f64(), other.values.to_f64());
    existing.dimensions == other.dimensions
        && a.len() == b.len()
        && a.iter()
            .zip(b.iter())
            .all(|(a, b)| a == b || (a.is_nan() && b.is_nan()))
}
