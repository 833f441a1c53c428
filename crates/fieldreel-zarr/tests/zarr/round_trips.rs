//! Arrays that `zarrs` writes and reads through the codec.

use std::sync::Arc;

use fieldreel_core::{Dtype, with_element_type};
use fieldreel_reel::{ErrorBound, SegmentOptions, Target, segment};
use fieldreel_zarr::{FieldreelCodec, FieldreelCodecConfiguration};
use ndarray::Array3;
use zarrs::array::{
    Array, ArrayBuilder, ArrayBytes, ArrayMetadata, ArraySubset, FillValue, data_type,
};
use zarrs::filesystem::FilesystemStore;
use zarrs::storage::store::MemoryStore;
use zarrs::storage::{ReadableStorageTraits, StoreKey};

use crate::fields::{BOUND, SHAPES, check_round_trip, codec, is_within, values};

#[test]
fn arrays_of_all_types_and_ranks_decode_within_the_bound() {
    let folder = tempfile::tempdir().unwrap();
    for (rank, shape) in SHAPES.into_iter().enumerate() {
        for dtype in Dtype::ALL {
            for is_sharded in [false, true] {
                with_element_type!(dtype, T => {
                    check_round_trip::<T>(Arc::new(MemoryStore::new()), "/field", shape, is_sharded);
                    if rank == 3 {
                        let folder = folder.path().join(format!("{dtype}-{is_sharded}.zarr"));
                        let store = FilesystemStore::new(folder).unwrap();
                        check_round_trip::<T>(Arc::new(store), "/field", shape, is_sharded);
                    }
                });
            }
        }
    }
}

#[test]
fn a_chunk_is_the_segment_of_a_reel() {
    let store = Arc::new(MemoryStore::new());
    let array = ArrayBuilder::new(vec![4, 20, 30], [4, 20, 30], data_type::float32(), 99.0_f32)
        .array_to_bytes_codec(codec(ErrorBound::RangeRelative(1e-3)))
        .build(store.clone(), "/field")
        .unwrap();
    let values = values::<f32>(2400);
    array.store_chunk(&[0, 0, 0], &values).unwrap();
    let stored = store
        .get(&StoreKey::new("field/c/0/0/0").unwrap())
        .unwrap()
        .unwrap();
    let options = SegmentOptions::new(ErrorBound::RangeRelative(1e-3))
        .with_idempotent(true)
        .with_fill_value(99.0);
    let field = Array3::from_shape_vec((4, 20, 30), values).unwrap();
    let expected = segment::encode(field.view(), &options).unwrap().bytes;
    assert_eq!(stored, expected);
}

#[test]
fn values_stay_the_same_while_other_parts_of_their_chunk_are_written() {
    let array = ArrayBuilder::new(
        vec![24, 20, 30],
        [24, 20, 30],
        data_type::float32(),
        f32::NAN,
    )
    .array_to_bytes_codec(codec(ErrorBound::Absolute(0.05)))
    .build(Arc::new(MemoryStore::new()), "/field")
    .unwrap();
    let values: Vec<f32> = (0..24 * 600)
        .map(|i| (i as f32 / 31.0).sin() * 9.0)
        .collect();
    for (t, frame) in values.chunks(600).enumerate() {
        let subset = ArraySubset::new_with_ranges(&[t as u64..t as u64 + 1, 0..20, 0..30]);
        array.store_array_subset(&subset, frame).unwrap();
    }
    let decoded: Vec<f32> = array.retrieve_array_subset(&array.subset_all()).unwrap();
    assert!(is_within(&values, &decoded, 0.05));
}

#[test]
fn four_threads_write_and_read_an_array_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(FilesystemStore::new(folder.path()).unwrap());
    let array = ArrayBuilder::new(
        vec![32, 20, 30],
        [2, 20, 30],
        data_type::float64(),
        99.0_f64,
    )
    .array_to_bytes_codec(codec(ErrorBound::Absolute(0.5)))
    .build(store, "/field")
    .unwrap();
    let values = values::<f64>(32 * 600);
    std::thread::scope(|scope| {
        for part in 0..4_usize {
            let (array, values) = (&array, &values);
            scope.spawn(move || {
                for chunk in (part..16).step_by(4) {
                    let frames = &values[chunk * 1200..][..1200];
                    array.store_chunk(&[chunk as u64, 0, 0], frames).unwrap();
                    let decoded: Vec<f64> = array.retrieve_chunk(&[chunk as u64, 0, 0]).unwrap();
                    assert!(is_within(frames, &decoded, 0.5));
                }
            });
        }
    });
    let decoded: Vec<f64> = array.retrieve_array_subset(&array.subset_all()).unwrap();
    assert!(is_within(&values, &decoded, 0.5));
}

#[test]
fn the_metadata_of_both_versions_of_zarr_creates_the_codec() {
    let v3 = r#"{
        "zarr_format": 3, "node_type": "array", "shape": [2, 20, 30], "data_type": "int16",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [2, 20, 30]}},
        "chunk_key_encoding": {"name": "default"}, "fill_value": 99,
        "codecs": [
            {"name": "fieldreel", "configuration": {"bound": "abs:2", "effort": "fast"}},
            {"name": "crc32c"}
        ]
    }"#;
    let v2 = r#"{
        "zarr_format": 2, "shape": [2, 20, 30], "dtype": "<i2", "chunks": [2, 20, 30],
        "fill_value": 99, "order": "C", "filters": null,
        "compressor": {"id": "fieldreel", "bound": "abs:2", "effort": "fast"}
    }"#;
    for json in [v3, v2] {
        let metadata: ArrayMetadata = serde_json::from_str(json).unwrap();
        let store = Arc::new(MemoryStore::new());
        let array = Array::new_with_metadata(store.clone(), "/field", metadata).unwrap();
        array.store_metadata().unwrap();
        let values = values::<i16>(1200);
        array.store_chunk(&[0, 0, 0], &values).unwrap();
        let array = Array::open(store, "/field").unwrap();
        let decoded: Vec<i16> = array.retrieve_chunk(&[0, 0, 0]).unwrap();
        assert!(is_within(&values, &decoded, 2.0));
        let invalid = json.replace("abs:2", "abs:-2");
        let metadata: ArrayMetadata = serde_json::from_str(&invalid).unwrap();
        let error = Array::new_with_metadata(Arc::new(MemoryStore::new()), "/field", metadata);
        let message = error.unwrap_err().to_string();
        assert!(message.contains("-2"), "{message}");
    }
}

#[test]
fn damaged_chunks_and_unsupported_types_are_errors() {
    let store = Arc::new(MemoryStore::new());
    let array = ArrayBuilder::new(vec![2, 9, 10], [2, 9, 10], data_type::float32(), 99.0_f32)
        .array_to_bytes_codec(codec(ErrorBound::Absolute(BOUND)))
        .build(store.clone(), "/field")
        .unwrap();
    array.store_chunk(&[0, 0, 0], values::<f32>(180)).unwrap();
    let key = StoreKey::new("field/c/0/0/0").unwrap();
    let stored = store.get(&key).unwrap().unwrap().to_vec();
    let read = |bytes: &[u8]| -> Result<Vec<f32>, _> {
        use zarrs::storage::WritableStorageTraits;
        store.set(&key, bytes.to_vec().into()).unwrap();
        array.retrieve_chunk(&[0, 0, 0])
    };
    assert!(read(&stored).is_ok());
    for end in 0..stored.len() {
        assert!(read(&stored[..end]).is_err(), "{end}");
    }
    for (shape, values) in [
        ([2, 10, 9], vec![0.0_f32; 180]),
        ([1, 9, 10], vec![1.0; 90]),
    ] {
        let field = Array3::from_shape_vec(shape, values).unwrap();
        let options = SegmentOptions::new(ErrorBound::Lossless);
        assert!(read(&segment::encode(field.view(), &options).unwrap().bytes).is_err());
    }
    let field = Array3::<i32>::zeros((2, 9, 10));
    let options = SegmentOptions::new(ErrorBound::Lossless);
    assert!(read(&segment::encode(field.view(), &options).unwrap().bytes).is_err());

    for (data_type, bytes) in [(data_type::complex64(), 8), (data_type::bool(), 1)] {
        let array = ArrayBuilder::new(vec![4], [4], data_type, FillValue::new(vec![0; bytes]))
            .array_to_bytes_codec(codec(ErrorBound::Lossless))
            .build(Arc::new(MemoryStore::new()), "/field")
            .unwrap();
        let stored = array.store_chunk(&[0], ArrayBytes::from(vec![1; 4 * bytes]));
        let message = stored.unwrap_err().to_string();
        assert!(message.contains("fieldreel"), "{message}");
    }
}

#[test]
fn a_target_that_cannot_be_reached_is_an_error() {
    let configuration = FieldreelCodecConfiguration::new(Target::Ratio(1e6));
    let array = ArrayBuilder::new(vec![2, 9, 10], [2, 9, 10], data_type::float32(), 0.0_f32)
        .array_to_bytes_codec(Arc::new(FieldreelCodec::new(configuration).unwrap()))
        .build(Arc::new(MemoryStore::new()), "/field")
        .unwrap();
    let stored = array.store_chunk(&[0, 0, 0], values::<f32>(180));
    let message = stored.unwrap_err().to_string();
    assert!(message.contains("ratio"), "{message}");
}
