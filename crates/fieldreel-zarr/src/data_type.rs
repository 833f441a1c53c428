//! The names of data types.

use fieldreel_core::Dtype;

/// The data types of Zarr v3 that the codec supports.
const DATA_TYPES: [(&str, Dtype); 12] = [
    ("float32", Dtype::F32),
    ("float64", Dtype::F64),
    ("float16", Dtype::F16),
    ("bfloat16", Dtype::Bf16),
    ("int8", Dtype::I8),
    ("int16", Dtype::I16),
    ("int32", Dtype::I32),
    ("int64", Dtype::I64),
    ("uint8", Dtype::U8),
    ("uint16", Dtype::U16),
    ("uint32", Dtype::U32),
    ("uint64", Dtype::U64),
];

/// Returns the element type of a data type of Zarr v3, or `None` if the codec does not support it.
///
/// ```
/// use fieldreel_core::Dtype;
/// use fieldreel_zarr::dtype_of_name;
///
/// assert_eq!(dtype_of_name("bfloat16"), Some(Dtype::Bf16));
/// assert_eq!(dtype_of_name("complex64"), None);
/// ```
#[must_use]
pub fn dtype_of_name(name: &str) -> Option<Dtype> {
    let found = DATA_TYPES.iter().find(|(known, _)| *known == name);
    found.map(|&(_, dtype)| dtype)
}

/// Returns the name of the data type of Zarr v3 with this element type.
///
/// ```
/// use fieldreel_core::Dtype;
/// use fieldreel_zarr::{dtype_of_name, name_of_dtype};
///
/// for dtype in Dtype::ALL {
///     assert_eq!(dtype_of_name(name_of_dtype(dtype)), Some(dtype));
/// }
/// ```
#[must_use]
pub fn name_of_dtype(dtype: Dtype) -> &'static str {
    let found = DATA_TYPES.iter().find(|(_, known)| *known == dtype);
    found.map_or("", |(name, _)| name)
}
