//! A file as a whole: groups, dimensions, variables of any type, and their values, part by part.
//!
//! [`Schema`] says what there is, a [`Source`] gives boxes of values. What a file stores is given as it is: integers stay
//! packed, fill values stay fill values.

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

/// A file whose values are read part by part.
pub trait DatasetSource {
    /// What there is.
    fn schema(&self) -> &Schema;

    /// The values of a box of a variable in row-major order: `count` places from `start` on along each of its dimensions,
    /// slowest first. Both are empty for a scalar.
    ///
    /// `variable` is an index into [`Schema::variables`].
    ///
    /// # Errors
    ///
    /// [`FormatError::IndexOutOfRange`](crate::FormatError::IndexOutOfRange) if the box is not in the variable, or there is
    /// no such variable; else as the reader of the file's format.
    fn read(&self, variable: usize, start: &[usize], count: &[usize]) -> Result<VariableValues>;
}
