//! The element types of segments.

use bytemuck::Pod;
use fieldreel_core::Element;
use fieldreel_core::element::{bf16, f16};
use pco::data_types::Number;

/// An element type that a segment can store.
///
/// ```
/// use fieldreel_reel::{Dtype, ReelElement};
///
/// fn dtype_of<T: ReelElement>(_: &[T]) -> Dtype {
///     T::DTYPE
/// }
/// assert_eq!(dtype_of(&[273.15_f32]), Dtype::F32);
/// ```
pub trait ReelElement: Element {
    /// The type as which pco compresses the values. It has the same size as this type.
    type Packed: Number + Pod;
}

macro_rules! value {
    ($($type:ty => $packed:ty),*) => {$(
        impl ReelElement for $type {
            type Packed = $packed;
        }
    )*};
}
value!(f32 => f32, f64 => f64, i8 => i8, i16 => i16, i32 => i32, i64 => i64);
value!(u8 => u8, u16 => u16, u32 => u32, u64 => u64, f16 => f16, bf16 => u16);
