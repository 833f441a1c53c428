//! Files as a whole: groups, dimensions, variables of any type, and their values in hyperslabs.
//!
//! [`Schema`] describes the structure of a file, and a [`DatasetSource`] reads the values. Values
//! are returned as stored: packed integers stay packed, and fill values stay fill values.

pub(crate) mod conventions;
mod roles;
mod schema;
mod user;
mod values;

pub use roles::VariableRole;
pub use schema::{DatasetDimension, GroupSchema, Schema, VariableSchema, VariableType};
pub use user::{CompoundField, TypeClass, UserType, UserValues};
pub use values::VariableValues;

use crate::Result;

/// A file whose values are read in hyperslabs.
pub trait DatasetSource {
    /// Returns the structure of the file.
    fn schema(&self) -> &Schema;

    /// Returns the values of a hyperslab of a variable in row-major order.
    ///
    /// `variable` is an index into [`Schema::variables`]. `start` and `count` have one number for
    /// each dimension of the variable, slowest first: the first index and the number of indices.
    /// Both are empty for a scalar.
    ///
    /// # Errors
    ///
    /// [`FormatError::IndexOutOfRange`](crate::FormatError::IndexOutOfRange) if there is no such
    /// variable or the hyperslab exceeds it; otherwise the errors of the reader of the file's
    /// format.
    fn read(&self, variable: usize, start: &[usize], count: &[usize]) -> Result<VariableValues>;
}
