//! Compression of a file of many gigabytes, run by `make large`.
//!
//! The environment variable `FIELDREEL_LARGE_GB` sets the size of the file; the default is 8 GB.
//! The disk needs as much space.
#![cfg(test)]
#![cfg(all(feature = "dataset", target_os = "linux"))]

use std::path::Path;
use std::time::Instant;

use fieldreel::dataset::{DatasetOptions, Fidelity, compress_dataset};
use fieldreel::formats::dataset::{
    DatasetDimension, DatasetSource, GroupSchema, Schema, VariableSchema, VariableType,
    VariableValues,
};
use fieldreel::formats::{
    Attributes, DEFAULT_LIMITS, NetcdfDataset, NetcdfWriter, VariableStorage,
};
use fieldreel::{Effort, ErrorBound};

const VARIABLES: usize = 20;
const HEIGHT: usize = 361;
const WIDTH: usize = 720;
const FRAME_BYTES: f64 = (HEIGHT * WIDTH * 4) as f64;
/// The number of frames that are generated at once.
const SLAB_FRAMES: usize = 16;
const BOUND: f64 = 0.05;

#[test]
fn a_large_file_needs_little_memory_and_is_read_partially() {
    let size = std::env::var("FIELDREEL_LARGE_GB").map_or(8.0, |text| text.parse().unwrap());
    let frames = (size * 1e9 / VARIABLES as f64 / FRAME_BYTES).ceil() as usize;
    let folder = tempfile::tempdir().unwrap();
    let [large, small] = ["large.nc", "small.nc"].map(|name| folder.path().join(name));
    generate(&large, frames);
    let before = peak_memory();

    let start = Instant::now();
    let options = DatasetOptions::new(ErrorBound::Absolute(BOUND)).with_effort(Effort::Fast);
    let summary = compress_dataset(&large, &small, &options).unwrap();
    let (seconds, peak) = (start.elapsed().as_secs_f64(), peak_memory());
    let (from, to) = (summary.input_bytes as f64, summary.output_bytes as f64);
    println!(
        "{:.2} GB to {:.3} GB, {:.1} times smaller, in {seconds:.0} s; peak memory {:.0} MB ({:.0} MB before)",
        from / 1e9,
        to / 1e9,
        from / to,
        peak as f64 / 1e6,
        before as f64 / 1e6,
    );
    assert!(from > size * 1e9);
    assert!(peak < 800_000_000, "{peak} bytes");
    for variable in &summary.variables[1..] {
        let Fidelity::Bounded { max_abs, .. } = variable.fidelity else {
            panic!("{} is lossless", variable.name);
        };
        assert!(max_abs <= BOUND);
    }

    // Read ten steps in the middle of one variable.
    let read_before = bytes_read();
    let file = NetcdfDataset::open(&small, &DEFAULT_LIMITS).unwrap();
    let first = frames / 2;
    let values = file.read(8, &[first, 0, 0], &[10, HEIGHT, WIDTH]).unwrap();
    let read = bytes_read() - read_before;
    println!(
        "ten steps of one variable: {:.2} MB of the file were read",
        read as f64 / 1e6
    );
    // The steps are in at most two chunks. HDF5 also reads its index.
    let chunks = frames.div_ceil(SLAB_FRAMES) as u64;
    let max_read = 3 * summary.variables[8].stored_bytes / chunks + (1 << 20);
    assert!(read < max_read, "{read} of at most {max_read} bytes");
    let VariableValues::Numbers(values) = values else {
        panic!("the values are not numbers");
    };
    let expected = slab(7, first, 10);
    for (x, y) in expected.iter().zip(values.to_f64()) {
        assert!((f64::from(*x) - y).abs() <= BOUND);
    }
}

/// Writes the file slab by slab.
fn generate(path: &Path, frames: usize) {
    let fields =
        (0..VARIABLES).map(|n| VariableSchema::new(format!("v{n}"), VariableType::F32, &[0, 1, 2]));
    let time = VariableSchema::new("time", VariableType::F64, &[0]);
    let mut schema = Schema::default();
    schema.groups = vec![GroupSchema::default()];
    schema.dimensions = vec![
        DatasetDimension::new("time", frames).with_unlimited(true),
        DatasetDimension::new("y", HEIGHT),
        DatasetDimension::new("x", WIDTH),
    ];
    schema.variables = std::iter::once(time).chain(fields).collect();
    let storage = vec![VariableStorage::Plain; schema.variables.len()];
    let writer = NetcdfWriter::create(path, &schema, &storage, None).unwrap();
    let times: Vec<f64> = (0..frames).map(|t| t as f64).collect();
    writer
        .write(0, &[0], &[frames], &VariableValues::Numbers(times.into()))
        .unwrap();
    for number in 0..VARIABLES {
        for start in (0..frames).step_by(SLAB_FRAMES) {
            let count = SLAB_FRAMES.min(frames - start);
            let values = VariableValues::Numbers(slab(number, start, count).into());
            let (start, count) = ([start, 0, 0], [count, HEIGHT, WIDTH]);
            writer.write(number + 1, &start, &count, &values).unwrap();
        }
    }
    writer.finish().unwrap();
}

/// Returns frames of a variable: traveling waves and a little noise.
fn slab(number: usize, first: usize, count: usize) -> Vec<f32> {
    let mut values = Vec::with_capacity(count * HEIGHT * WIDTH);
    for t in first..first + count {
        let wave = |at: usize, length: f32| ((at as f32 + t as f32) / length).sin();
        let wave_x: Vec<f32> = (0..WIDTH).map(|x| wave(x, 31.0 + number as f32)).collect();
        for y in 0..HEIGHT {
            let wave_y = 8.0 * wave(y, 47.0);
            let mut state = (t * HEIGHT + y) as u32 ^ (number as u32) << 24;
            values.extend(wave_x.iter().map(|wave_x| {
                // The linear congruential generator of Numerical Recipes.
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                280.0 + wave_y * wave_x + (state >> 16) as f32 * 2e-6
            }));
        }
    }
    values
}

/// Returns the peak memory of this process in bytes.
fn peak_memory() -> u64 {
    read_counter("/proc/self/status", "VmHWM:") * 1024
}

/// Returns the number of bytes that this process has read.
fn bytes_read() -> u64 {
    read_counter("/proc/self/io", "rchar:")
}

fn read_counter(path: &str, name: &str) -> u64 {
    let text = std::fs::read_to_string(path).unwrap();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}
