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
///
/// ```
/// use fieldreel_formats::Result;
/// use fieldreel_formats::dataset::{DatasetSource, Schema, VariableValues};
/// # use fieldreel_formats::dataset::{DatasetDimension, GroupSchema};
/// # use fieldreel_formats::dataset::{VariableSchema, VariableType};
///
/// /// A variable of one dimension, in which every value is its own index.
/// struct Indices(Schema);
///
/// impl DatasetSource for Indices {
///     fn schema(&self) -> &Schema {
///         &self.0
///     }
///
///     fn read(&self, number: usize, start: &[usize], count: &[usize]) -> Result<VariableValues> {
///         self.0.check_hyperslab(number, start, count)?;
///         let values = (start[0]..start[0] + count[0]).map(|index| index as f32);
///         Ok(VariableValues::Numbers(values.collect()))
///     }
/// }
/// # let mut schema = Schema::default();
/// # schema.groups.push(GroupSchema::default());
/// # schema.dimensions.push(DatasetDimension::new("x", 90));
/// # schema.variables.push(VariableSchema::new("index", VariableType::F32, &[0]));
/// // `schema` has a variable of type `f32` and a dimension of length 90.
/// let indices = Indices(schema);
/// let expected = VariableValues::Numbers([20.0_f32, 21.0, 22.0].into());
/// assert_eq!(indices.read(0, &[20], &[3])?, expected);
/// # Ok::<(), fieldreel_formats::FormatError>(())
/// ```
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
