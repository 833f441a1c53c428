//! Arrays for tests, and their round trip through a store. The tests of `tests/object-store` at the
//! root of the repository use them too.

use std::num::NonZeroU64;
use std::sync::Arc;

use fieldreel_core::{Dtype, Element};
use fieldreel_reel::ErrorBound;
use fieldreel_zarr::{FieldreelCodec, FieldreelCodecConfiguration};
use zarrs::array::codec::ShardingCodecBuilder;
use zarrs::array::{Array, ArrayBuilder, ArrayBytes, ArraySubset, DataType, FillValue, data_type};
use zarrs::storage::ReadableWritableListableStorage;

/// The bound of [`check_round_trip`].
pub(crate) const BOUND: f64 = 2.0;
/// The value of every 17th element.
pub(crate) const MISSING: u8 = 99;
/// The shapes of arrays of each number of dimensions from 0 to 6.
pub(crate) const SHAPES: [&[u64]; 7] = [
    &[],
    &[500],
    &[30, 41],
    &[8, 20, 30],
    &[3, 4, 10, 12],
    &[2, 3, 2, 10, 12],
    &[2, 1, 3, 2, 10, 12],
];

fn data_type_of(dtype: Dtype) -> DataType {
    match dtype {
        Dtype::F32 => data_type::float32(),
        Dtype::F64 => data_type::float64(),
        Dtype::F16 => data_type::float16(),
        Dtype::Bf16 => data_type::bfloat16(),
        Dtype::I8 => data_type::int8(),
        Dtype::I16 => data_type::int16(),
        Dtype::I32 => data_type::int32(),
        Dtype::I64 => data_type::int64(),
        Dtype::U8 => data_type::uint8(),
        Dtype::U16 => data_type::uint16(),
        Dtype::U32 => data_type::uint32(),
        Dtype::U64 => data_type::uint64(),
    }
}

/// Returns the codec with a bound, and the defaults of everything else.
pub(crate) fn codec(bound: ErrorBound) -> Arc<FieldreelCodec> {
    Arc::new(FieldreelCodec::new(FieldreelCodecConfiguration::new(bound)).unwrap())
}

fn native<T: Element>(values: &[T]) -> Vec<u8> {
    T::to_bytes(values, cfg!(target_endian = "big"))
}

/// Returns values of 0 to 60, and [`MISSING`].
pub(crate) fn values<T: Element>(count: usize) -> Vec<T> {
    let value = |i: usize| match i % 17 {
        3 => f64::from(MISSING),
        _ => 30.0 + 30.0 * (i as f64 / 40.0).sin(),
    };
    (0..count).map(|i| T::from_f64(value(i).round())).collect()
}

/// Returns true if all errors are within a bound, and missing values are the same.
pub(crate) fn is_within<T: Element>(original: &[T], decoded: &[T], bound: f64) -> bool {
    let missing = T::from_f64(MISSING.into());
    original.len() == decoded.len()
        && original
            .iter()
            .zip(decoded)
            .all(|(x, y)| x.minus(*y).abs() <= bound && (*x == missing) == (*y == missing))
}

/// Stores values in an array at `path`, whose chunks are about half as long as the array in the
/// first and the last dimension, opens the array again, and checks the values of all of it and of a
/// part of it.
pub(crate) fn check_round_trip<T: Element>(
    store: ReadableWritableListableStorage,
    path: &str,
    shape: &[u64],
    is_sharded: bool,
) {
    let mut chunk = shape.to_vec();
    for axis in [0, shape.len().saturating_sub(1)] {
        if let Some(length) = chunk.get_mut(axis) {
            *length = length.div_ceil(2);
        }
    }
    let data_type = data_type_of(T::DTYPE);
    let fill = FillValue::new(native(&[T::from_f64(MISSING.into())]));
    let mut builder = ArrayBuilder::new(shape.to_vec(), chunk.clone(), data_type.clone(), fill);
    if is_sharded {
        let inner: Vec<NonZeroU64> = chunk
            .iter()
            .map(|&length| {
                NonZeroU64::new(if length % 2 == 0 { length / 2 } else { length }).unwrap()
            })
            .collect();
        let mut sharding = ShardingCodecBuilder::new(inner, &data_type);
        sharding.array_to_bytes_codec(codec(ErrorBound::Absolute(BOUND)));
        builder.array_to_bytes_codec(sharding.build_arc());
    } else {
        builder.array_to_bytes_codec(codec(ErrorBound::Absolute(BOUND)));
    }
    let array = builder.build(store.clone(), path).unwrap();
    array.store_metadata().unwrap();
    let values = values::<T>(shape.iter().product::<u64>() as usize);
    array
        .store_array_subset(&array.subset_all(), ArrayBytes::from(native(&values)))
        .unwrap();

    // The codec is created from the metadata.
    let array = Array::open(store, path).unwrap();
    let read = |subset: &ArraySubset| {
        let bytes: ArrayBytes<'_> = array.retrieve_array_subset(subset).unwrap();
        T::from_bytes(&bytes.into_fixed().unwrap(), cfg!(target_endian = "big"))
    };
    let decoded = read(&array.subset_all());
    let what = (T::DTYPE, shape, is_sharded);
    assert!(is_within(&values, &decoded, BOUND), "{what:?}");
    let [first, rest @ ..] = shape else {
        return;
    };
    let rest_ranges = rest.iter().map(|&length| 0..length);
    let ranges: Vec<_> = std::iter::once(first / 2..*first)
        .chain(rest_ranges)
        .collect();
    let row = rest.iter().product::<u64>() as usize;
    let part = read(&ArraySubset::new_with_ranges(&ranges));
    assert_eq!(part, decoded[(first / 2) as usize * row..], "{what:?}");
}
