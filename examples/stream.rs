//! Writes each frame of a simulation to a reel when it is computed. The memory does not grow with
//! the number of frames, and the frames of a program that is killed can be read.
//!
//! `cargo run --release --example stream -- OUT.reel`, or `-` for standard output

use std::error::Error;
use std::fs::File;
use std::io::{self, Write};

use fieldreel::{Compressor, Coordinate, Dimension, Effort, ErrorBound, Metadata};
use ndarray::Array2;

const FRAMES: usize = 200;
const SIDE: usize = 256;

fn main() -> Result<(), Box<dyn Error>> {
    match std::env::args().nth(1).ok_or("usage: stream OUT.reel")? {
        output if output == "-" => simulate(io::stdout().lock()),
        output => simulate(File::create(output)?),
    }
}

/// Writes 200 frames of smoke that a vortex carries away from a chimney.
fn simulate(sink: impl Write) -> Result<(), Box<dyn Error>> {
    let mut metadata = Metadata::new("smoke");
    metadata.dimensions = vec![
        Dimension::unlimited("time"),
        Dimension::new("y", SIDE),
        Dimension::new("x", SIDE),
    ];
    metadata.attributes.insert("units", "1");
    let mut writer = Compressor::new(ErrorBound::RangeRelative(1e-2))
        // The range is known beforehand, because the concentration does not leave it.
        .with_range(1.0)
        .with_effort(Effort::Fast)
        .with_metadata(metadata)
        .stream(sink, [SIDE, SIDE])?;
    let mut smoke = Array2::<f32>::zeros((SIDE, SIDE));
    for _ in 0..FRAMES {
        smoke = step(&smoke);
        writer.write_frame(smoke.view())?;
    }

    // The times are added at the end, because a simulation may stop at any time.
    let mut times = Metadata::default();
    let hours: Vec<f64> = (0..FRAMES).map(|frame| frame as f64).collect();
    times.coordinates = vec![Coordinate::axis("time", hours).with_attribute("units", "1")];
    writer.supplement(times);
    let (_, summary) = writer.finish()?;
    eprintln!("{} frames, {} bytes", summary.frames, summary.bytes);
    Ok(())
}

/// Returns the concentration after a step of upwind advection, and emits smoke at the chimney.
fn step(smoke: &Array2<f32>) -> Array2<f32> {
    let wind = |at: usize| 0.4 * (std::f32::consts::TAU * at as f32 / SIDE as f32).sin();
    Array2::from_shape_fn((SIDE, SIDE), |(y, x)| {
        let upwind = |speed: f32, at: usize| match speed > 0.0 {
            true => (at + SIDE - 1) % SIDE,
            false => (at + 1) % SIDE,
        };
        let (here, u, v) = (smoke[[y, x]], wind(y), wind(x));
        let moved = here
            + u.abs() * (smoke[[y, upwind(u, x)]] - here)
            + v.abs() * (smoke[[upwind(v, y), x]] - here);
        let is_chimney = y.abs_diff(80) < 5 && x.abs_diff(120) < 5;
        if is_chimney {
            moved + 0.2 * (1.0 - moved)
        } else {
            moved
        }
    })
}
