//! The types of a field's values, and the traits that they implement.

mod dtype;
mod float;

use std::fmt::{Debug, Display};

pub use dtype::Dtype;
pub use float::Float;

/// A value of a field. Sealed; implemented by `f32` and `f64`.
pub trait Element:
    sealed::Sealed + Copy + Default + PartialOrd + Debug + Display + Send + Sync + 'static
{
    /// The name of the type in metadata.
    const DTYPE: Dtype;

    /// Returns the same value as an `f64`, exactly.
    fn to_f64(self) -> f64;
}

impl Element for f32 {
    const DTYPE: Dtype = Dtype::F32;

    #[inline]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Element for f64 {
    const DTYPE: Dtype = Dtype::F64;

    #[inline]
    fn to_f64(self) -> f64 {
        self
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}
