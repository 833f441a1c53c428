//! The filter as HDF5 calls it.

use fieldreel_reel::{BaseChoice, CodecChoice, Effort, ErrorBound};

use super::*;
use fieldreel_core::Dtype;

use crate::ChunkType;

/// Calls the filter of the class with memory of `malloc`, as HDF5 does.
fn call(flags: c_uint, numbers: &[u32], chunk: &[u8]) -> Option<Vec<u8>> {
    // SAFETY: the class is a constant of this type.
    let class = unsafe { &*filter_class().cast::<Class>() };
    // SAFETY: memory for the chunk, which is copied into it, and what the filter says is in it is copied out of it.
    unsafe {
        let mut size = chunk.len();
        let mut buffer = libc::malloc(size.max(1));
        assert!(!buffer.is_null());
        ptr::copy_nonoverlapping(chunk.as_ptr(), buffer.cast(), size);
        let before = buffer;
        let made = (class.filter)(
            flags,
            numbers.len(),
            numbers.as_ptr(),
            chunk.len(),
            &mut size,
            &mut buffer,
        );
        let found = (made > 0).then(|| slice::from_raw_parts(buffer.cast::<u8>(), made).to_vec());
        if made == 0 {
            assert_eq!(
                (buffer, size),
                (before, chunk.len()),
                "an error leaves all as it was"
            );
        } else {
            assert_eq!(size, made);
        }
        libc::free(buffer);
        found
    }
}

fn whole(dimensions: &[usize], bound: ErrorBound) -> Parameters {
    Parameters {
        write: WriteParameters {
            criterion: bound.into(),
            effort: Effort::Fast,
            base: BaseChoice::Auto,
            codec: CodecChoice::Any,
            fill: None,
        },
        chunk_type: ChunkType {
            dtype: Dtype::F32,
            is_big_endian: false,
        },
        dimensions: dimensions.to_vec(),
    }
}

/// A smooth field and the bytes of its chunk.
fn field(dimensions: &[usize], seed: usize) -> (Vec<f32>, Vec<u8>) {
    let count = dimensions.iter().product::<usize>();
    let values: Vec<f32> = (seed..seed + count)
        .map(|at| (at as f32 / 40.0).sin() * 10.0)
        .collect();
    let bytes = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    (values, bytes)
}

fn is_within(values: &[f32], chunk: &[u8], bound: f32) -> bool {
    let back = chunk
        .as_chunks()
        .0
        .iter()
        .map(|&bytes| f32::from_le_bytes(bytes));
    chunk.len() == values.len() * 4
        && back
            .zip(values)
            .all(|(back, value)| (back - value).abs() <= bound)
}

#[test]
fn chunks_with_sides_of_one_fit_the_limit() {
    for dimensions in [
        &[1, 1][..],
        &[1, 40],
        &[40, 1],
        &[1, 20_000],
        &[20_000, 1],
        &[1, 1, 20_000],
        &[1, 20_000, 1],
        &[20_000, 1, 1],
        &[1, 90, 100],
        &[90, 1, 100],
        &[90, 100, 1],
        &[1, 1, 1, 1, 1],
        &[1, 2, 1, 3, 1],
        &[3, 1, 2, 1, 4],
        &[1, 1, 50, 1, 60],
        &[2, 3, 4, 20, 30],
    ] {
        let (values, bytes) = field(dimensions, 0);
        for (bound, error) in [
            (ErrorBound::Absolute(0.01), 0.01),
            (ErrorBound::RangeRelative(0.2), 4.1),
            (ErrorBound::Lossless, 0.0),
        ] {
            let bases = CodecChoice::ALL.map(|codec| (BaseChoice::Auto, codec));
            for (base, codec) in bases
                .into_iter()
                .chain([(BaseChoice::Prediction, CodecChoice::Any)])
            {
                let mut parameters = whole(dimensions, bound);
                parameters.write.base = base;
                parameters.write.codec = codec;
                let numbers = parameters.to_values().unwrap();
                // A range of 0 has no part.
                let Some(segment) = call(0, &numbers, &bytes) else {
                    assert!(bound == ErrorBound::RangeRelative(0.2) && values.len() == 1);
                    continue;
                };
                let back = call(REVERSE, &numbers, &segment).unwrap();
                assert!(
                    is_within(&values, &back, error),
                    "{dimensions:?} {bound:?} {base} {codec}"
                );
            }
        }
    }
}

#[test]
fn every_prefix_other_numbers_and_other_shapes_are_an_error() {
    let numbers = whole(&[8, 9], ErrorBound::Absolute(0.01))
        .to_values()
        .unwrap();
    let (_, bytes) = field(&[8, 9], 0);
    let segment = call(0, &numbers, &bytes).unwrap();
    assert_eq!(call(REVERSE, &numbers, &segment).unwrap().len(), 8 * 9 * 4);
    for end in 0..segment.len() {
        assert_eq!(call(REVERSE, &numbers, &segment[..end]), None, "{end}");
        assert_eq!(
            call(REVERSE, &numbers[..end.min(15)], &segment),
            None,
            "{end}"
        );
    }
    // As many bytes as there must not be, and a shape of as many.
    for dimensions in [&[8, 10][..], &[7, 9], &[9, 8], &[2, 8, 9], &[4, 18]] {
        let numbers = whole(dimensions, ErrorBound::Absolute(0.01))
            .to_values()
            .unwrap();
        assert_eq!(call(REVERSE, &numbers, &segment), None, "{dimensions:?}");
    }
    let mut double = whole(&[8, 9], ErrorBound::Absolute(0.01));
    double.chunk_type.dtype = Dtype::F64;
    assert_eq!(call(REVERSE, &double.to_values().unwrap(), &segment), None);
    assert_eq!(call(0, &numbers, &bytes[1..]), None);
    assert_eq!(call(0, &[5], &bytes), None);
    assert_eq!(call(0, &[], &[]), None);
}

#[test]
fn threads_compress_and_read_at_once() {
    let numbers = whole(&[6, 20, 30], ErrorBound::Absolute(0.01))
        .to_values()
        .unwrap();
    let alone: Vec<_> = (0..4)
        .map(|seed| call(0, &numbers, &field(&[6, 20, 30], seed * 37).1).unwrap())
        .collect();
    std::thread::scope(|scope| {
        for (seed, alone) in alone.iter().enumerate() {
            let numbers = &numbers;
            scope.spawn(move || {
                let (values, bytes) = field(&[6, 20, 30], seed * 37);
                for _ in 0..3 {
                    let segment = call(0, numbers, &bytes).unwrap();
                    assert_eq!(&segment, alone);
                    let back = call(REVERSE, numbers, &segment).unwrap();
                    assert!(is_within(&values, &back, 0.01));
                }
            });
        }
    });
}

#[test]
fn a_panic_is_an_error_and_goes_no_further() {
    assert_eq!(guarded(|| Ok(3)), Some(3));
    assert_eq!(guarded::<u8>(|| panic!("on purpose")), None);
    let reason = "a test";
    assert_eq!(guarded::<u8>(|| Err(FilterError::Dataset { reason })), None);
}

#[test]
fn identifiers_that_no_hdf5_gave_are_an_error() {
    // SAFETY: the functions take any identifiers.
    unsafe {
        assert_eq!(can_apply(-1, -1, -1), -1);
        assert_eq!(set_local(-1, -1, -1), -1);
    }
}
