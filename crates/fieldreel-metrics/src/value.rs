//! The types a field may hold.

/// A field's value: `f32` or `f64`. Sealed, since the metrics promise to compute without loss in
/// `f64`.
pub trait Value: Copy + Send + Sync + PartialOrd + sealed::Sealed {
    /// The value in `f64`, exactly.
    fn to_f64(self) -> f64;
}

impl Value for f32 {
    #[inline]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Value for f64 {
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
