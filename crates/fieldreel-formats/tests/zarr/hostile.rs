//! Damaged and hostile stores: errors, and neither panics nor memory.

use std::fs;
use std::path::Path;

use fieldreel_formats::dataset::DatasetSource;
use fieldreel_formats::{ErrorKind, FormatError, Limits, ZarrDataset};
use serde_json::{Value, json};

use crate::common::{copy, open, read_all, sample};

/// Reads all values of a store, if it can be opened, and returns the number of errors.
fn read_everything(path: &Path) -> usize {
    let Ok(file) = ZarrDataset::open(path, &Limits::new(1 << 20)) else {
        return 1;
    };
    let schema = file.schema();
    let names: Vec<_> = schema
        .variables
        .iter()
        .map(|v| schema.full_name(v))
        .collect();
    names
        .iter()
        .filter(|name| read_all(&file, name).is_err())
        .count()
}

fn edit(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    change(&mut value);
    fs::write(path, value.to_string()).unwrap();
}

#[test]
fn prefixes_and_mutations_of_metadata_are_errors_or_stores() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("a.zarr");
    copy(&sample("codecs_v3.zarr"), &store);
    for name in ["zarr.json", "shards/zarr.json", "gzip/zarr.json"] {
        let path = store.join(name);
        let bytes = fs::read(&path).unwrap();
        for len in 0..bytes.len() - 1 {
            fs::write(&path, &bytes[..len]).unwrap();
            let error = open(&store).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Corrupt, "{name} {len}: {error}");
        }
        for at in 0..bytes.len() {
            for mask in [1, 0x10, 0x80] {
                let mut mutated = bytes.clone();
                mutated[at] ^= mask;
                fs::write(&path, mutated).unwrap();
                read_everything(&store);
            }
        }
        fs::write(&path, bytes).unwrap();
    }
    assert_eq!(read_everything(&store), 0);
}

#[test]
fn prefixes_and_mutations_of_version_2_are_errors_or_stores() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("a.zarr");
    copy(&sample("codecs_v2.zarr"), &store);
    let _ = fs::remove_file(store.join(".zmetadata"));
    for name in ["big/.zarray", "shuffle/.zarray", "big/.zattrs"] {
        let path = store.join(name);
        let bytes = fs::read(&path).unwrap();
        for at in 0..bytes.len() {
            fs::write(&path, &bytes[..at]).unwrap();
            read_everything(&store);
            let mut mutated = bytes.clone();
            mutated[at] ^= 0x11;
            fs::write(&path, mutated).unwrap();
            read_everything(&store);
        }
        fs::write(&path, bytes).unwrap();
    }
    assert_eq!(read_everything(&store), 0);
}

#[test]
fn prefixes_and_mutations_of_chunks_are_errors_or_values() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("a.zarr");
    for (sample_name, chunk, is_checked) in [
        ("codecs_v3.zarr", "shards/c/0/0", true),
        ("codecs_v3.zarr", "gzip/c/0/0", true),
        ("codecs_v3.zarr", "blosc/c/0/0", true),
        ("codecs_v3.zarr", "big/c/0/0", true),
        ("xarray_v3.zarr", "names/c/0", true),
        ("xarray_v3.zarr", "unicode/c/0", true),
        ("codecs_v2.zarr", "fortran/0.0", true),
        ("codecs_v2.zarr", "zstd/0.0", true),
        ("codecs_v2.zarr", "bz2/0.0", true),
        ("codecs_v2.zarr", "shuffle/0.0", true),
    ] {
        let _ = fs::remove_dir_all(&store);
        copy(&sample(sample_name), &store);
        let path = store.join(chunk);
        let bytes = fs::read(&path).unwrap();
        let array = chunk.split('/').next().unwrap();
        let read = || read_all(&open(&store).unwrap(), array);
        for at in 0..bytes.len() {
            fs::write(&path, &bytes[..at]).unwrap();
            let result = read();
            assert!(result.is_err() || !is_checked, "{chunk} {at}");
            if let Err(error) = result {
                assert!(error.to_string().contains(chunk), "{error}");
            }
            for mask in [1, 0x40, 0xff] {
                let mut mutated = bytes.clone();
                mutated[at] ^= mask;
                fs::write(&path, mutated).unwrap();
                let _ = read();
            }
        }
    }
}

#[test]
fn absurd_sizes_are_refused_before_memory_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("a.zarr");
    copy(&sample("codecs_v3.zarr"), &store);
    let path = store.join("big/zarr.json");
    let original = fs::read(&path).unwrap();

    edit(&path, |metadata| {
        metadata["shape"] = json!([1_u64 << 62, 1_u64 << 62]);
    });
    assert!(matches!(open(&store), Err(FormatError::TooLarge { .. })));
    fs::write(&path, &original).unwrap();

    edit(&path, |metadata| {
        metadata["shape"] = json!([1_u64 << 40, 6]);
    });
    edit(&path, |metadata| {
        metadata["dimension_names"] = json!(["a", "b"]);
    });
    let error = read_all(&open(&store).unwrap(), "big").unwrap_err();
    assert!(matches!(error, FormatError::TooLarge { .. }), "{error}");
    fs::write(&path, &original).unwrap();

    edit(&path, |metadata| {
        metadata["chunk_grid"]["configuration"]["chunk_shape"] = json!([1_u64 << 50, 6]);
    });
    let error = read_all(&open(&store).unwrap(), "big").unwrap_err();
    assert!(matches!(error, FormatError::TooLarge { .. }), "{error}");
    fs::write(&path, &original).unwrap();

    edit(&path, |metadata| {
        metadata["data_type"] =
            json!({"name": "fixed_length_utf32", "configuration": {"length_bytes": 1_u64 << 60}});
        metadata["fill_value"] = json!("");
    });
    assert!(open(&store).is_err());
}

#[test]
fn a_chunk_that_expands_beyond_its_size_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("a.zarr");
    copy(&sample("codecs_v2.zarr"), &store);
    let bomb = zstd::bulk::compress(&vec![0; 64 << 20], 3).unwrap();
    assert!(bomb.len() < 10_000);
    fs::write(store.join("zstd/0.0"), bomb).unwrap();
    let error = read_all(&open(&store).unwrap(), "zstd").unwrap_err();
    assert!(matches!(error, FormatError::TooLarge { .. }), "{error}");
}

#[test]
fn paths_outside_of_the_store_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("a.zarr");
    copy(&sample("xarray_v3.zarr"), &store);
    for name in ["../b.zarr/t2m", "/t2m", "a//b", "..", "__x"] {
        edit_consolidated(&store, name);
        let error = open(&store).err().unwrap();
        assert!(
            matches!(error, FormatError::DamagedZarr { .. }),
            "{name}: {error}"
        );
    }
}

/// Adds an array of this path to the consolidated metadata.
fn edit_consolidated(store: &Path, name: &str) {
    let root = json!({
        "zarr_format": 3,
        "node_type": "group",
        "consolidated_metadata": {
            "kind": "inline",
            "must_understand": false,
            "metadata": { name: { "zarr_format": 3, "node_type": "group" } },
        },
    });
    fs::write(store.join("zarr.json"), root.to_string()).unwrap();
}

#[test]
fn what_is_not_supported_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("a.zarr");
    copy(&sample("codecs_v3.zarr"), &store);
    let path = store.join("big/zarr.json");
    let original = fs::read(&path).unwrap();
    let transformers = json!([{ "name": "x" }]);
    for (text, member, value) in [
        ("complex64", "data_type", json!("complex64")),
        (
            "rectilinear",
            "chunk_grid",
            json!({ "name": "rectilinear" }),
        ),
        (
            "unknown_codec",
            "codecs",
            json!([{ "name": "unknown_codec" }]),
        ),
        ("new_member", "new_member", json!(1)),
        ("transformers", "storage_transformers", transformers),
        ("\"x\"", "dimension_names", json!(["x", "x"])),
    ] {
        edit(&path, |metadata| {
            metadata[member] = value;
        });
        let error = open(&store).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        let message = error.to_string();
        assert!(message.contains("/big") || text == "\"x\"", "{message}");
        assert!(message.contains(text), "{message}");
        fs::write(&path, &original).unwrap();
    }
}
