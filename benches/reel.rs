//! Encoding and decoding of reels of ten segments, in one thread and in two, as ratios.

use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use fieldreel::formats::FieldValues;
use fieldreel::{Compressor, Effort, ErrorBound, decompress, read_field};
use ndarray::Ix3;

mod support;

use support::{Contender, Outcome, compare, or_exit};

/// The sample has 60 frames, which are ten segments.
const FRAMES_PER_SEGMENT: usize = 6;

fn reel(c: &mut Criterion) {
    or_exit(
        [Effort::Fast, Effort::Balanced]
            .into_iter()
            .try_for_each(|effort| bench(c, effort)),
    );
}

fn bench(c: &mut Criterion, effort: Effort) -> Outcome {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/navy_winds_uwnd.nc");
    let FieldValues::F32(values) = read_field(sample, None)?.values else {
        return Err("the sample is not of single precision".into());
    };
    let field = values.into_dimensionality::<Ix3>()?;
    let bytes = (field.len() * size_of::<f32>()) as u64;
    let compressor = |threads| {
        Compressor::new(ErrorBound::RangeRelative(1e-2))
            .with_effort(effort)
            .with_frames_per_segment(FRAMES_PER_SEGMENT)
            .with_threads(threads)
    };
    let (one, two) = (compressor(1), compressor(2));
    let encoded = one.compress(&field)?;
    let contenders: Vec<Contender<'_>> = vec![
        (
            "one thread".to_owned(),
            Box::new(|| Ok(one.compress(&field).map(drop)?)),
        ),
        (
            "two threads".to_owned(),
            Box::new(|| Ok(two.compress(&field).map(drop)?)),
        ),
        (
            "decode, all threads".to_owned(),
            Box::new(|| Ok(decompress::<f32>(&encoded).map(drop)?)),
        ),
    ];
    compare(c, &format!("reel, {effort}"), bytes, contenders)
}

criterion_group!(benches, reel);
criterion_main!(benches);
