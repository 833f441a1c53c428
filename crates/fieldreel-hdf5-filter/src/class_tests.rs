//! Tests of the filter through its class, as HDF5 calls it.

use fieldreel_reel::{BaseChoice, CodecChoice, Effort, ErrorBound};

use super::*;
use fieldreel_core::Dtype;

use crate::ChunkType;

/// Calls the filter of the class with memory of `malloc`, as HDF5 does.
fn call_filter(flags: c_uint, cd_values: &[u32], chunk: &[u8]) -> Option<Vec<u8>> {
    // SAFETY: the class is a static of this type.
    let class = unsafe { &*filter_class().cast::<FilterClass>() };
    // SAFETY: the buffer has room for the chunk that is copied into it. Only as many bytes are
    // copied out of it as the filter returns.
    unsafe {
        let mut size = chunk.len();
        let mut buffer = libc::malloc(size.max(1));
        assert!(!buffer.is_null());
        ptr::copy_nonoverlapping(chunk.as_ptr(), buffer.cast(), size);
        let original_buffer = buffer;
        let length = (class.filter)(
            flags,
            cd_values.len(),
            cd_values.as_ptr(),
            chunk.len(),
            &mut size,
            &mut buffer,
        );
        let output =
            (length > 0).then(|| slice::from_raw_parts(buffer.cast::<u8>(), length).to_vec());
        if length == 0 {
            assert_eq!(
                (buffer, size),
                (original_buffer, chunk.len()),
                "an error must not change the buffer"
            );
        } else {
            assert_eq!(size, length);
        }
        libc::free(buffer);
        output
    }
}

/// Returns the parameters of a dataset of `f32`.
fn whole(dimensions: &[usize], bound: ErrorBound) -> Parameters {
    let write = WriteParameters::new(bound).with_effort(Effort::Fast);
    Parameters::new(write, ChunkType::new(Dtype::F32), dimensions)
}

/// Returns a smooth field and the bytes of its chunk.
fn field(dimensions: &[usize], seed: usize) -> (Vec<f32>, Vec<u8>) {
    let count = dimensions.iter().product::<usize>();
    let values: Vec<f32> = (seed..seed + count)
        .map(|i| (i as f32 / 40.0).sin() * 10.0)
        .collect();
    let bytes = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    (values, bytes)
}

fn is_within(values: &[f32], chunk: &[u8], bound: f32) -> bool {
    let decoded = chunk
        .as_chunks()
        .0
        .iter()
        .map(|&bytes| f32::from_le_bytes(bytes));
    chunk.len() == values.len() * 4
        && decoded
            .zip(values)
            .all(|(decoded, value)| (decoded - value).abs() <= bound)
}

#[test]
fn chunks_with_sides_of_one_decode_within_the_bound() {
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
                // A range of 0 has no range-relative bound.
                let Some(segment) = call_filter(0, &numbers, &bytes) else {
                    assert!(bound == ErrorBound::RangeRelative(0.2) && values.len() == 1);
                    continue;
                };
                let decoded = call_filter(REVERSE, &numbers, &segment).unwrap();
                assert!(
                    is_within(&values, &decoded, error),
                    "{dimensions:?} {bound:?} {base} {codec}"
                );
            }
        }
    }
}

#[test]
fn truncated_chunks_wrong_parameters_and_wrong_shapes_are_errors() {
    let numbers = whole(&[8, 9], ErrorBound::Absolute(0.01))
        .to_values()
        .unwrap();
    let (_, bytes) = field(&[8, 9], 0);
    let segment = call_filter(0, &numbers, &bytes).unwrap();
    assert_eq!(
        call_filter(REVERSE, &numbers, &segment).unwrap().len(),
        8 * 9 * 4
    );
    for end in 0..segment.len() {
        assert_eq!(
            call_filter(REVERSE, &numbers, &segment[..end]),
            None,
            "{end}"
        );
        assert_eq!(
            call_filter(REVERSE, &numbers[..end.min(15)], &segment),
            None,
            "{end}"
        );
    }
    // Shapes with another number of values, and shapes with the same number.
    for dimensions in [&[8, 10][..], &[7, 9], &[9, 8], &[2, 8, 9], &[4, 18]] {
        let numbers = whole(dimensions, ErrorBound::Absolute(0.01))
            .to_values()
            .unwrap();
        assert_eq!(
            call_filter(REVERSE, &numbers, &segment),
            None,
            "{dimensions:?}"
        );
    }
    let mut double = whole(&[8, 9], ErrorBound::Absolute(0.01));
    double.chunk_type.dtype = Dtype::F64;
    assert_eq!(
        call_filter(REVERSE, &double.to_values().unwrap(), &segment),
        None
    );
    assert_eq!(call_filter(0, &numbers, &bytes[1..]), None);
    assert_eq!(call_filter(0, &[5], &bytes), None);
    assert_eq!(call_filter(0, &[], &[]), None);
}

#[test]
fn concurrent_threads_compress_and_decompress() {
    let numbers = whole(&[6, 20, 30], ErrorBound::Absolute(0.01))
        .to_values()
        .unwrap();
    let expected: Vec<_> = (0..4)
        .map(|seed| call_filter(0, &numbers, &field(&[6, 20, 30], seed * 37).1).unwrap())
        .collect();
    std::thread::scope(|scope| {
        for (seed, expected) in expected.iter().enumerate() {
            let numbers = &numbers;
            scope.spawn(move || {
                let (values, bytes) = field(&[6, 20, 30], seed * 37);
                for _ in 0..3 {
                    let segment = call_filter(0, numbers, &bytes).unwrap();
                    assert_eq!(&segment, expected);
                    let decoded = call_filter(REVERSE, numbers, &segment).unwrap();
                    assert!(is_within(&values, &decoded, 0.01));
                }
            });
        }
    });
}

#[test]
fn errors_and_panics_are_caught() {
    assert_eq!(guarded(|| Ok(3)), Some(3));
    assert_eq!(guarded::<u8>(|| panic!("on purpose")), None);
    let reason = "a test";
    assert_eq!(guarded::<u8>(|| Err(FilterError::Dataset { reason })), None);
}

#[test]
fn invalid_identifiers_are_an_error() {
    // SAFETY: the functions take any identifiers.
    unsafe {
        assert_eq!(can_apply(-1, -1, -1), -1);
        assert_eq!(set_local(-1, -1, -1), -1);
    }
}

/// The test program does not contain HDF5, which is like an HDF5 library that hides its functions.
#[cfg(not(feature = "static"))]
#[test]
fn hidden_functions_of_hdf5_are_an_error_that_says_what_to_do() {
    let error = HostLibrary::from_caller().unwrap_err();
    assert!(matches!(error, FilterError::HiddenHost));
    assert!(error.to_string().contains("shared HDF5 library"));
}
