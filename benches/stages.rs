//! The stages of a segment, each compared with a lower bound of its time: the codec alone, or a
//! copy of the input.
//!
//! The field is the sample in the repository. In-fill and mask are measured on the sample with a
//! coast and a moving ice edge.

use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use fieldreel::codec::{Container, ReadLimits, decode_video, encode_stream};
use fieldreel::formats::FieldValues;
use fieldreel::quant::{Mask, fill_smoothly};
use fieldreel::reel::segment::{self, export_video};
use fieldreel::reel::{Plan, SegmentOptions, stages};
use fieldreel::{BaseChoice, Effort, ErrorBound, Limits, metrics, read_field};
use ndarray::{Array3, Ix3, Zip};

mod support;

use support::{Contender, Outcome, compare, or_exit};

fn stage_benches(c: &mut Criterion) {
    or_exit(run(c));
}

fn run(c: &mut Criterion) -> Outcome {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/navy_winds_uwnd.nc");
    let FieldValues::F32(values) = read_field(sample, None)?.values else {
        return Err("the sample is not of single precision".into());
    };
    let field = values.into_dimensionality::<Ix3>()?;
    missing_values(c, &field)?;
    residuals(c, &field)?;
    for bound in [1e-1, 1e-2, 1e-3, 1e-4] {
        for effort in [Effort::Fast, Effort::Balanced] {
            segments(c, &field, bound, effort)?;
        }
    }
    error_metrics(c, &field)
}

/// Compares a segment whose base layer is a video with the video alone.
fn segments(c: &mut Criterion, field: &Array3<f32>, bound: f64, effort: Effort) -> Outcome {
    let title = |stage: &str| format!("{stage} at {bound:e}, {effort}");
    let bytes = size_of_val(field.as_slice().unwrap_or_default()) as u64;
    let limits = Limits::default();
    let options = SegmentOptions::new(ErrorBound::RangeRelative(bound))
        .with_effort(effort)
        .with_base(BaseChoice::Video);
    let searched = segment::encode(field.view(), &options)?.bytes;
    let Some(Plan::Video(plan)) = segment::inspect(&searched)?.plan else {
        return Err("the sample is stored without a video".into());
    };
    let planned = options.clone().with_plan(Plan::Video(plan));
    let video = export_video(&searched, Container::Mp4, &limits)?;
    let base = decode_video(video, &ReadLimits::default())?;
    let (codes, depth) = (base.frames, base.info.bit_depth);
    let encoder = stages::encoder(&plan);

    let mut encode: Vec<Contender<'_>> = vec![
        (
            "video alone".to_owned(),
            Box::new(|| Ok(encode_stream(codes.view(), depth, &*encoder).map(drop)?)),
        ),
        (
            "with a given plan".to_owned(),
            Box::new(|| Ok(segment::encode(field.view(), &planned).map(drop)?)),
        ),
    ];
    // The trials of higher efforts take too long to be repeated.
    if effort == Effort::Fast {
        encode.push((
            "planning included".to_owned(),
            Box::new(|| Ok(segment::encode(field.view(), &options).map(drop)?)),
        ));
    }
    if bound == 1e-2 {
        compare(c, &title("encode a segment"), bytes, encode)?;
    }
    let decode: Vec<Contender<'_>> = vec![
        (
            "video alone".to_owned(),
            Box::new(|| Ok(stages::decode_base(&searched, &limits).map(drop)?)),
        ),
        (
            "whole segment".to_owned(),
            Box::new(|| Ok(segment::decode::<f32>(&searched, &limits).map(drop)?)),
        ),
    ];
    compare(c, &title("decode a segment"), bytes, decode)
}

/// Measures the coding of residuals that are nearly all 0, as after a base layer that is nearly
/// within the bound, and of residuals of which few are 0, as after a coarse base layer.
fn residuals(c: &mut Criterion, field: &Array3<f32>) -> Outcome {
    let options = SegmentOptions::new(ErrorBound::RangeRelative(1e-2)).with_effort(Effort::Fast);
    let decoded = segment::decode::<f32>(
        &segment::encode(field.view(), &options)?.bytes,
        &Limits::default(),
    )?;
    let errors = Zip::from(field)
        .and(&decoded)
        .map_collect(|&x, &y| f64::from(x) - f64::from(y));
    let max_error = errors.fold(0.0, |max: f64, error| max.max(error.abs()));
    for (name, max) in [("sparse", 1.1), ("dense", 6.0)] {
        let k = errors.mapv(|error| (error / max_error * max) as i64);
        for effort in [Effort::Fast, Effort::Balanced] {
            let encode = || stages::encode_residuals(k.view(), effort);
            let coded = encode().ok_or("there are no residuals")?;
            let contenders: Vec<Contender<'_>> = vec![
                copy(&k),
                (
                    "encode".to_owned(),
                    Box::new(|| same(&encode().as_ref(), &Some(&coded))),
                ),
                (
                    "decode".to_owned(),
                    Box::new(|| {
                        let decoded = stages::decode_residuals(&coded, k.dim().into());
                        same(&decoded.as_ref(), &Some(&k))
                    }),
                ),
            ];
            let fraction = k.iter().filter(|&&k| k != 0).count() as f64 / k.len() as f64;
            let title = format!(
                "{name} residuals ({:.1} % not 0), {effort}",
                100.0 * fraction
            );
            compare(c, &title, 8 * k.len() as u64, contenders)?;
        }
    }
    Ok(())
}

/// Measures the coding of masks and the in-fill of missing values.
fn missing_values(c: &mut Criterion, field: &Array3<f32>) -> Outcome {
    let mut with_holes = field.clone();
    for ((t, y, x), value) in with_holes.indexed_iter_mut() {
        let coast = (y as f64 / 7.0).sin() * 12.0 + 40.0;
        let ice = 4.0 + 3.0 * (t as f64 / 5.0).sin() + 2.0 * (x as f64 / 9.0).cos();
        if (x as f64) < coast || (y as f64) < ice {
            *value = f32::NAN;
        }
    }
    let mask = Mask::from_values(with_holes.view(), None).ok_or("nothing is missing")?;
    let classes = mask.classes().to_owned();
    let coded = stages::encode_mask(classes.view());
    let contenders: Vec<Contender<'_>> = vec![
        copy(&classes),
        (
            "encode".to_owned(),
            Box::new(|| {
                let encoded = stages::encode_mask(classes.view());
                same(&encoded.len(), &coded.len())
            }),
        ),
        (
            "decode".to_owned(),
            Box::new(|| {
                let decoded = stages::decode_mask(&coded, classes.dim());
                same(&decoded.as_ref(), &Some(&classes))
            }),
        ),
    ];
    compare(c, "mask", classes.len() as u64, contenders)?;
    let contenders: Vec<Contender<'_>> = vec![
        copy(&with_holes),
        (
            "fill smoothly".to_owned(),
            Box::new(|| {
                Ok(fill_smoothly(
                    with_holes.clone().view_mut(),
                    mask.classes(),
                )?)
            }),
        ),
    ];
    compare(c, "in-fill", 4 * classes.len() as u64, contenders)
}

/// Measures the error metrics of a reconstruction.
fn error_metrics(c: &mut Criterion, field: &Array3<f32>) -> Outcome {
    let rounded = field.mapv(|x| (x * 16.0).round() / 16.0);
    let contenders: Vec<Contender<'_>> = vec![
        copy(field),
        (
            "errors".to_owned(),
            Box::new(
                || Ok(metrics::ErrorMetrics::between(field.view(), rounded.view()).map(drop)?),
            ),
        ),
        (
            "DSSIM".to_owned(),
            Box::new(|| Ok(metrics::dssim(field.view(), rounded.view()).map(drop)?)),
        ),
    ];
    compare(c, "metrics", 4 * field.len() as u64, contenders)
}

fn copy<A: Clone>(array: &Array3<A>) -> Contender<'_> {
    let run = move || {
        std::hint::black_box(std::hint::black_box(array).clone());
        Ok(())
    };
    ("copy".to_owned(), Box::new(run))
}

fn same<A: PartialEq>(found: &A, expected: &A) -> Outcome {
    if found == expected {
        Ok(())
    } else {
        Err("the decoded data differ from the original".into())
    }
}

criterion_group!(benches, stage_benches);
criterion_main!(benches);
