//! Writes a reel of tiles, and reads a few frames and a region of it without decoding the rest.
//!
//! `cargo run --release --example read_region`

use fieldreel::{Compressor, ErrorBound, Limits, open_reel};
use ndarray::Array3;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("height.reel");
    let height = Array3::from_shape_fn((64, 200, 300), |(t, y, x)| {
        let [t, y, x] = [t, y, x].map(|index| index as f32);
        5000.0 + 300.0 * ((x - 2.0 * t) / 25.0).sin() + y
    });
    Compressor::new(ErrorBound::Absolute(0.5))
        .with_frames_per_segment(16)
        .with_tile([64, 64])
        .write(&path, &height)?;

    let mut reader = open_reel(&path, Limits::default())?;
    println!(
        "{} frames of {:?} in {} segments",
        reader.shape()[0],
        reader.tile(),
        reader.segments().len()
    );
    let frames = reader.frames::<f32>(20..24)?;
    println!("frames 20 to 23: {:?}", frames.dim());
    let region = reader.region::<f32>(20..24, 100..120, 30..70)?;
    println!(
        "rows 100 to 119 and columns 30 to 69 of them: {:?}",
        region.dim()
    );
    assert_eq!(region[[0, 0, 0]], frames[[0, 100, 30]]);

    // A reel that is larger than the memory is read a segment at a time.
    let mut sum = 0.0;
    for slab in reader.slabs::<f32>()? {
        sum += slab?
            .values
            .iter()
            .map(|&value| f64::from(value))
            .sum::<f64>();
    }
    println!("mean {:.2}", sum / height.len() as f64);
    Ok(())
}
