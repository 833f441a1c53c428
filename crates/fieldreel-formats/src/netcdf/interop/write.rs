//! Fields into a file of the `netcdf` crate.

use std::path::{Path, PathBuf};

use ::netcdf::{FileMut, VariableMut};

use super::super::chunks::chunk_shape;
use super::super::library::{silence, text_to_c};
use super::super::plan::{Planned, Target, mismatch};
use super::super::read;
use super::super::unpack::Packed;
use super::read::Reader;
use super::{UNNAMED, attributes, is_name, refused};
use crate::{AttributeValue, Coordinate, DEFAULT_LIMITS, FormatError, Result};

/// A file that is open for writing.
pub(super) struct Writer<'f> {
    file: &'f mut FileMut,
    path: PathBuf,
    /// The name of a variable, and the function that says how it is stored.
    stored: Option<(&'f str, &'f mut Store<'f>)>,
}

/// Says how a variable is stored that has no values yet.
type Store<'f> = dyn FnMut(&mut VariableMut<'_>) -> Result<()> + 'f;

impl<'f> Writer<'f> {
    pub(super) fn of(file: &'f mut FileMut) -> Self {
        silence();
        let path = file.path().unwrap_or_else(|_| UNNAMED.into());
        // Classic files have a mode for definitions. The next call tells what went wrong.
        let _ = file.redef();
        Self {
            file,
            path,
            stored: None,
        }
    }

    /// Has a function say how the variable of this name is stored.
    pub(super) fn storing(mut self, name: &'f str, store: &'f mut Store<'f>) -> Self {
        self.stored = Some((name, store));
        self
    }
}

/// Checks that the crate takes a name.
fn check(name: &str) -> Result<()> {
    if is_name(name) {
        return Ok(());
    }
    Err(FormatError::InvalidOption {
        option: "a name",
        value: format!("{name:?}"),
        allowed: "free of NUL and /, and 1 to 256 bytes long, or 85 if it is not ASCII",
    })
}

impl Writer<'_> {
    /// The coordinate of this name that the file has.
    fn coordinate(&self, name: &str) -> Result<Option<Coordinate>> {
        let file = Reader::of(self.file);
        let (path, limits) = (file.path(), &DEFAULT_LIMITS);
        match file.find("", name) {
            Some(variable) => read::Reader { path, limits }.coordinate(&variable),
            None => Ok(None),
        }
    }
}

impl Target for Writer<'_> {
    fn dimension(&mut self, name: &str, len: usize, unlimited: bool) -> Result<bool> {
        check(name)?;
        if let Some(known) = self.file.dimension(name) {
            let (known, grows) = (known.len(), known.is_unlimited());
            if known == len || (grows && known == 0) {
                return Ok(grows);
            }
            return Err(mismatch(name, known, len));
        }
        // To netcdf-c, length 0 means that the dimension may grow.
        let len = if unlimited { 0 } else { len };
        let defined = self.file.add_dimension(name, len);
        defined.map_err(refused(&self.path, format!("define dimension {name:?}")))?;
        Ok(len == 0)
    }

    fn has(&mut self, coordinate: &Coordinate) -> Result<bool> {
        check(&coordinate.name)?;
        if self.file.variable(&coordinate.name).is_none() {
            return Ok(false);
        }
        let _ = self.file.enddef();
        let known = self.coordinate(&coordinate.name);
        let _ = self.file.redef();
        if known?.is_some_and(|known| is_same(&known, coordinate)) {
            return Ok(true);
        }
        Err(FormatError::CoordinateConflict {
            path: self.path.clone(),
            coordinate: coordinate.name.clone(),
        })
    }

    fn variable<T: Packed>(&mut self, planned: &Planned<'_, T>) -> Result<()> {
        let name = planned.name;
        check(name)?;
        let is_hdf5 = self.file.root().is_some();
        let path: &Path = &self.path;
        let action = format!("define variable {name:?}");
        let defined = self.file.add_variable::<T>(name, planned.dimensions);
        let mut variable = defined.map_err(refused(path, action))?;
        let chunk = planned.chunk.as_ref().filter(|chunk| !chunk.is_empty());
        if let Some(chunk) = chunk.filter(|_| is_hdf5) {
            let set = variable.set_chunking(chunk);
            set.map_err(refused(path, "set the chunks"))?;
        }
        if let Some((_, store)) = self.stored.as_mut().filter(|(own, _)| *own == name) {
            if is_hdf5 && !planned.shape.is_empty() {
                let chunk = chunk_shape(planned.shape, size_of::<T>(), true);
                let set = variable.set_chunking(&chunk);
                set.map_err(refused(path, "set the chunks"))?;
            }
            store(&mut variable)?;
        }
        if let Some((level, shuffle)) = planned.deflate.filter(|_| is_hdf5) {
            let set = variable.set_compression(level.into(), shuffle);
            set.map_err(refused(path, "set the compression"))?;
        }
        if let Some(fill) = planned.fill {
            let set = variable.set_fill_value(fill);
            set.map_err(refused(path, "set the fill value"))?;
        }
        for (name, value) in &planned.attributes {
            text_to_c(name)?;
            let put = variable.put_attribute(name, attributes::theirs(value));
            put.map_err(refused(path, format!("write attribute {name:?}")))?;
        }
        // Only classic files ask for this, and the next call tells what went wrong.
        let _ = self.file.enddef();
        if !planned.values.is_empty() {
            let place = (vec![0; planned.shape.len()], planned.shape.to_vec());
            let put = match self.file.variable_mut(name) {
                Some(mut variable) => variable.put_values(&planned.values, place),
                None => Err(::netcdf::Error::NotFound(format!("variable {name}"))),
            };
            put.map_err(refused(path, "write the values"))?;
        }
        let _ = self.file.redef();
        Ok(())
    }

    fn file_attribute(&mut self, name: &str, value: &AttributeValue) -> Result<()> {
        check(name)?;
        if self.file.attribute(name).is_some() {
            return Ok(());
        }
        let put = self.file.add_attribute(name, attributes::theirs(value));
        put.map_err(refused(&self.path, format!("write attribute {name:?}")))?;
        Ok(())
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        let _ = self.file.enddef();
    }
}

/// Returns whether two coordinates are along the same dimensions and have the same values.
fn is_same(known: &Coordinate, other: &Coordinate) -> bool {
    let (a, b) = (known.values.to_f64(), other.values.to_f64());
    known.dimensions == other.dimensions
        && a.len() == b.len()
        && a.iter()
            .zip(b.iter())
            .all(|(a, b)| a == b || (a.is_nan() && b.is_nan()))
}
