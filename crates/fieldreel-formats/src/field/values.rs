//! The values of a field or coordinate, in single or double precision.

use fieldreel_core::Numbers;
use ndarray::ArrayD;

/// An array of any rank, in the precision that the file calls for.
///
/// A missing point is NaN.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldValues {
    /// Single precision.
    F32(ArrayD<f32>),
    /// Double precision.
    F64(ArrayD<f64>),
}

impl FieldValues {
    /// The length of each axis, slowest first.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        match self {
            Self::F32(values) => values.shape(),
            Self::F64(values) => values.shape(),
        }
    }

    /// The number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::F32(values) => values.len(),
            Self::F64(values) => values.len(),
        }
    }

    /// Whether there are no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The size of one value in bytes: 4 or 8.
    #[must_use]
    pub fn bytes_per_value(&self) -> usize {
        match self {
            Self::F32(_) => size_of::<f32>(),
            Self::F64(_) => size_of::<f64>(),
        }
    }

    /// How many points are missing.
    #[must_use]
    pub fn missing_count(&self) -> usize {
        match self {
            Self::F32(values) => values.iter().filter(|value| value.is_nan()).count(),
            Self::F64(values) => values.iter().filter(|value| value.is_nan()).count(),
        }
    }

    /// The values as `f64`, exactly.
    #[must_use]
    pub fn to_f64(&self) -> ArrayD<f64> {
        match self {
            Self::F32(values) => values.mapv(f64::from),
            Self::F64(values) => values.clone(),
        }
    }
}

impl From<ArrayD<f32>> for FieldValues {
    fn from(values: ArrayD<f32>) -> Self {
        Self::F32(values)
    }
}

impl From<ArrayD<f64>> for FieldValues {
    fn from(values: ArrayD<f64>) -> Self {
        Self::F64(values)
    }
}

/// The values in row-major order.
impl From<FieldValues> for Numbers {
    fn from(values: FieldValues) -> Self {
        match values {
            FieldValues::F32(values) => Self::F32(values.into_iter().collect()),
            FieldValues::F64(values) => Self::F64(values.into_iter().collect()),
        }
    }
}
