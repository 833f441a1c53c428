//! Arbitrary bytes as a Zarr store of one array: opening and reading it fails or returns as many
//! values as its shape states. The input is the metadata of the array up to the first byte 0xff,
//! which no JSON contains, and then its first chunk.
#![no_main]

use fieldreel::formats::dataset::DatasetSource;
use fieldreel::formats::{Limits, ZarrDataset};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let split = bytes.iter().position(|&byte| byte == 0xff);
    let (metadata, chunk) = bytes.split_at(split.unwrap_or(bytes.len()));
    let store = tempfile::tempdir().expect("a temporary folder can be created");
    let root = r#"{"zarr_format": 3, "node_type": "group"}"#;
    let write = |name: &str, bytes: &[u8]| {
        let path = store.path().join(name);
        std::fs::create_dir_all(path.parent().expect("the path has a folder"))
            .and_then(|()| std::fs::write(path, bytes))
            .expect("the temporary folder can be written");
    };
    write("zarr.json", root.as_bytes());
    write("a/zarr.json", metadata);
    for name in ["a/c/0", "b/c/0/0", "d/c"] {
        write(name, chunk.get(1..).unwrap_or_default());
    }
    for name in ["b/zarr.json", "d/zarr.json"] {
        write(name, metadata);
    }
    let Ok(file) = ZarrDataset::open(store.path(), &Limits::new(1 << 20)) else {
        return;
    };
    let schema = file.schema();
    for (number, variable) in schema.variables.iter().enumerate() {
        let count: Vec<usize> = schema
            .shape(variable)
            .iter()
            .map(|&len| len.min(4))
            .collect();
        let start = vec![0; count.len()];
        if let Ok(values) = file.read(number, &start, &count) {
            assert_eq!(values.len(), count.iter().product::<usize>());
        }
    }
});
