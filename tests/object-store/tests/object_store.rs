//! Zarr arrays of fieldreel's codec in an object store and in a directory.
//!
//! `--nocapture` shows the numbers of arrays and bytes.
#![cfg(test)]

use std::sync::Arc;
use std::thread;

use fieldreel_core::{Dtype, with_element_type};
use fieldreel_object_store_tests::S3Server;
use fieldreel_reel::{
    ErrorBound, Limits, Metadata, ReelReader, SegmentOptions, WriterOptions, compress,
};
use ndarray::{Array3, ArrayView3, s};
use tempfile::TempDir;
use zarrs::array::codec::ShardingCodecBuilder;
use zarrs::array::{Array, ArrayBuilder, data_type};
use zarrs::filesystem::FilesystemStore;
use zarrs::storage::store::MemoryStore;
use zarrs::storage::{
    ReadableStorageTraits, ReadableWritableListableStorage, StoreKey, WritableStorageTraits,
};

use crate::fields::{BOUND, MISSING, SHAPES, check_round_trip, codec, is_within, values};

#[path = "../../../crates/fieldreel-zarr/tests/zarr/fields.rs"]
mod fields;

const SHAPE: [u64; 3] = [32, 40, 60];
const CHUNK: [u64; 3] = [4, 20, 30];
const CHUNKS: [u64; 3] = [8, 2, 2];
const CHUNK_VALUES: usize = 4 * 20 * 30;
const WRITERS: usize = 4;

/// A place for arrays, to which each writer has an access of its own, as processes have.
enum Place {
    Objects(S3Server),
    Files(TempDir),
}

impl Place {
    fn both() -> [Self; 2] {
        [
            Self::Objects(S3Server::start().unwrap()),
            Self::Files(tempfile::tempdir().unwrap()),
        ]
    }

    fn name(&self) -> &str {
        match self {
            Self::Objects(_) => "object store",
            Self::Files(_) => "file system",
        }
    }

    fn open(&self) -> ReadableWritableListableStorage {
        match self {
            Self::Objects(server) => server.client().unwrap(),
            Self::Files(folder) => Arc::new(FilesystemStore::new(folder.path()).unwrap()),
        }
    }
}

/// Describes an array of `f64`, without writing anything.
fn build(
    store: ReadableWritableListableStorage,
    is_sharded: bool,
) -> Array<dyn zarrs::storage::ReadableWritableListableStorageTraits> {
    let fill = f64::from(MISSING);
    let mut builder = ArrayBuilder::new(SHAPE, CHUNK, data_type::float64(), fill);
    if is_sharded {
        let inner = [2, 20, 15].map(|length: u64| length.try_into().unwrap());
        let mut sharding = ShardingCodecBuilder::new(inner.to_vec(), &data_type::float64());
        sharding.array_to_bytes_codec(codec(ErrorBound::Absolute(BOUND)));
        builder.array_to_bytes_codec(sharding.build_arc());
    } else {
        builder.array_to_bytes_codec(codec(ErrorBound::Absolute(BOUND)));
    }
    builder.build(store, "/field").unwrap()
}

/// Returns the indices of all chunks, in the order of their keys.
fn chunks() -> Vec<[u64; 3]> {
    let [times, rows, columns] = CHUNKS;
    let columns_of = move |t, y| (0..columns).map(move |x| [t, y, x]);
    let rows_of = move |t| (0..rows).flat_map(move |y| columns_of(t, y));
    (0..times).flat_map(rows_of).collect()
}

fn key([t, y, x]: [u64; 3]) -> StoreKey {
    StoreKey::new(format!("field/c/{t}/{y}/{x}")).unwrap()
}

/// Returns different values for each chunk.
fn chunk_values(number: usize) -> Vec<f64> {
    values::<f64>(CHUNK_VALUES + 7 * number).split_off(7 * number)
}

#[test]
fn arrays_of_all_types_and_ranks_decode_within_the_bound() {
    for place in Place::both() {
        let store = place.open();
        let mut arrays = 0;
        for shape in SHAPES {
            for dtype in Dtype::ALL {
                for is_sharded in [false, true] {
                    let path = format!("/{dtype}/{}/{is_sharded}", shape.len());
                    with_element_type!(dtype, T => {
                        check_round_trip::<T>(store.clone(), &path, shape, is_sharded);
                    });
                    arrays += 1;
                }
            }
        }
        println!("{}: {arrays} arrays are within the bound", place.name());
    }
}

#[test]
fn four_writers_at_once_store_the_same_as_one() {
    for is_sharded in [false, true] {
        let alone = Arc::new(MemoryStore::new());
        let array = build(alone.clone(), is_sharded);
        for (number, chunk) in chunks().into_iter().enumerate() {
            array.store_chunk(&chunk, chunk_values(number)).unwrap();
        }
        for place in Place::both() {
            build(place.open(), is_sharded).store_metadata().unwrap();
            thread::scope(|scope| {
                for writer in 0..WRITERS {
                    let store = place.open();
                    scope.spawn(move || write_every_fourth_chunk(store, writer));
                }
            });
            let store = place.open();
            let mut bytes = 0;
            for (number, chunk) in chunks().into_iter().enumerate() {
                let [stored, expected] = [
                    store.get(&key(chunk)).unwrap().unwrap(),
                    alone.get(&key(chunk)).unwrap().unwrap(),
                ];
                // `zarrs` puts the parts of a shard in the order in which its threads encode them.
                assert_eq!(stored.len(), expected.len(), "{chunk:?}");
                assert!(is_sharded || stored == expected, "{chunk:?}");
                bytes += stored.len();
                let opened = Array::open(store.clone(), "/field").unwrap();
                let decoded: Vec<f64> = opened.retrieve_chunk(&chunk).unwrap();
                assert!(decoded == array.retrieve_chunk::<Vec<f64>>(&chunk).unwrap());
                assert!(is_within(&chunk_values(number), &decoded, BOUND));
            }
            println!(
                "{}: {WRITERS} writers stored {} {} in {bytes} bytes",
                place.name(),
                chunks().len(),
                if is_sharded { "shards" } else { "chunks" }
            );
        }
    }
}

/// Opens the array, and stores and reads the chunks of one writer.
fn write_every_fourth_chunk(store: ReadableWritableListableStorage, writer: usize) {
    let array = Array::open(store, "/field").unwrap();
    for (number, chunk) in chunks()
        .into_iter()
        .enumerate()
        .skip(writer)
        .step_by(WRITERS)
    {
        let values = chunk_values(number);
        array.store_chunk(&chunk, &values).unwrap();
        let decoded: Vec<f64> = array.retrieve_chunk(&chunk).unwrap();
        assert!(is_within(&values, &decoded, BOUND));
    }
}

#[test]
fn chunks_have_the_size_of_the_same_segments_of_reels() {
    let lengths = SHAPE.map(|length| length as usize);
    let field = Array3::from_shape_fn(lengths, |(t, y, x)| {
        let (t, y, x) = (t as f64, y as f64, x as f64);
        30.0 + 20.0 * (x / 9.0 + t / 5.0).sin() * (y / 7.0).cos() + 3.0 * (x * y / 40.0 + t).sin()
    });
    let bound = ErrorBound::Absolute(0.01);
    let segment = SegmentOptions::new(bound)
        .with_idempotent(true)
        .with_fill_value(MISSING);
    let options = WriterOptions::new(segment)
        .with_frames_per_segment(CHUNK[0] as usize)
        .with_tile([CHUNK[1] as usize, CHUNK[2] as usize]);
    // A chunk finds a plan of its own, as the only segment of a reel does.
    let alone = chunks().into_iter().map(|chunk| {
        let [t, y, x] = [0, 1, 2].map(|axis| {
            let start = (chunk[axis] * CHUNK[axis]) as usize;
            start..start + CHUNK[axis] as usize
        });
        let [length] = segment_lengths(field.slice(s![t, y, x]), &options)[..] else {
            panic!("{chunk:?} is more than one segment");
        };
        length
    });
    let alone: Vec<u64> = alone.collect();
    let shared: u64 = segment_lengths(field.view(), &options).iter().sum();

    for place in Place::both() {
        let store = place.open();
        let fill = f64::from(MISSING);
        let array = ArrayBuilder::new(SHAPE, CHUNK, data_type::float64(), fill)
            .array_to_bytes_codec(codec(bound))
            .build(store.clone(), "/field")
            .unwrap();
        let values = field.as_slice().unwrap();
        array
            .store_array_subset(&array.subset_all(), values)
            .unwrap();
        let decoded: Vec<f64> = array.retrieve_array_subset(&array.subset_all()).unwrap();
        assert!(is_within(values, &decoded, 0.01));
        let sizes: Vec<u64> = chunks()
            .into_iter()
            .map(|chunk| store.size_key(&key(chunk)).unwrap().unwrap())
            .collect();
        assert_eq!(sizes, alone);
        let all: u64 = sizes.iter().sum();
        println!(
            "{}: {} chunks of {all} bytes, as the same segments alone; {shared} bytes as segments \
             of one reel, which share plans",
            place.name(),
            sizes.len(),
        );
        assert!(all.abs_diff(shared) * 20 <= shared);
    }
}

/// Returns the lengths of the segments of a reel.
fn segment_lengths(field: ArrayView3<'_, f64>, options: &WriterOptions) -> Vec<u64> {
    let reel = compress(field, &Metadata::default(), options).unwrap();
    let reader = ReelReader::from_bytes(reel, Limits::default()).unwrap();
    reader.segments().iter().map(|entry| entry.length).collect()
}

#[test]
fn damaged_objects_are_errors() {
    let server = S3Server::start().unwrap();
    let store = server.client().unwrap();
    let array = build(store.clone(), false);
    let chunk = [1, 0, 1];
    array.store_chunk(&chunk, chunk_values(0)).unwrap();
    let bytes = store.get(&key(chunk)).unwrap().unwrap();
    for end in 0..bytes.len() {
        store.set(&key(chunk), bytes.slice(..end)).unwrap();
        assert!(array.retrieve_chunk::<Vec<f64>>(&chunk).is_err(), "{end}");
    }
    store.set(&key(chunk), bytes).unwrap();
    assert!(array.retrieve_chunk::<Vec<f64>>(&chunk).is_ok());
}

#[test]
fn absent_arrays_and_refused_clients_are_errors() {
    let server = S3Server::start().unwrap();
    let store = server.client().unwrap();
    let error = Array::open(store.clone(), "/field").err().unwrap();
    assert!(error.to_string().contains("metadata"), "{error}");

    build(store, false).store_metadata().unwrap();
    let stranger = server.client_with_secret("another").unwrap();
    assert!(Array::open(stranger.clone(), "/field").is_err());
    let array = build(stranger, false);
    assert!(array.store_chunk(&[0, 0, 0], chunk_values(0)).is_err());
}
