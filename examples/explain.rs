//! Draws the base layer and the residual of a field, and the field beside its decoded values.
//!
//! `cargo run --release --example explain -- INPUT VARIABLE DIRECTORY [--frame N] [--bound rel:1e-2]`
//!
//! Writes `base-layer.png` and `decoded.png` into the folder. `docs/explanation/how-it-works.md`
//! shows these figures of the sample.

use std::error::Error;
use std::fs;
use std::io::Cursor;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use fieldreel::codec::{Container, ReadLimits, decode_video};
use fieldreel::formats::{Field, FrameView, Frames};
use fieldreel::metrics::ErrorMetrics;
use fieldreel::plot::{self, ComparisonLabels, CoordinateLabels, RowOrder};
use fieldreel::reel::segment::export_video;
use fieldreel::reel::{Plan, ReelElement, VideoPlan};
use fieldreel::{BaseChoice, Compressor, Criterion, Limits, ReelReader, decompress, read_field};
use fieldreel_metrics::Element;
use ndarray::{Array3, ArrayView3, Axis, s};

#[path = "support/path_argument.rs"]
mod path_argument;
mod support;
#[path = "report/units.rs"]
mod units;

/// Encodes a field as a video with residuals. Draws the field beside the base layer, and beside
/// the decoded values.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A .nc or .grib file
    #[arg(value_parser = path_argument::parser())]
    input: PathBuf,
    /// The name (NetCDF) or the shortName (GRIB) of the variable
    variable: String,
    /// The folder in which the figures are written
    #[arg(value_parser = path_argument::parser())]
    directory: PathBuf,
    /// The frame to draw, counted from 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    frame: usize,
    /// The error bound or the target
    #[arg(
        long = "bound",
        value_name = "BOUND",
        default_value = "rel:1e-2",
        allow_hyphen_values = true
    )]
    criterion: Criterion,
}

fn main() -> ExitCode {
    support::run(explain)
}

fn explain(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let field = read_field(&arguments.input, Some(&arguments.variable))?;
    match field.as_frames(&FrameView::FoldLeading)? {
        Frames::F32(frames) => explain_frames(arguments, &field, frames.view()),
        Frames::F64(frames) => explain_frames(arguments, &field, frames.view()),
        _ => Err("the values have no floating-point type".into()),
    }
}

fn explain_frames<T: ReelElement + Element>(
    arguments: &Arguments,
    field: &Field,
    frames: ArrayView3<'_, T>,
) -> Result<(), Box<dyn Error>> {
    let frame = arguments.frame;
    if frame >= frames.len_of(Axis(0)) {
        return Err(format!("frame {frame} does not exist").into());
    }
    let Encoding {
        base,
        decoded,
        start,
    } = encode(arguments.criterion, frames)?;
    let frames = frames.slice(s![start..start + base.len_of(Axis(0)), .., ..]);
    let errors = [
        ("base layer", base.view()),
        ("decoded values", decoded.view()),
    ];
    for (name, reconstruction) in errors {
        let metrics = ErrorMetrics::between(frames, reconstruction)?;
        let (max_abs, rmse) = (metrics.max_abs, metrics.rmse);
        println!("{name}: largest difference {max_abs:.4}, RMSE {rmse:.4}");
    }

    let directory = &arguments.directory;
    fs::create_dir_all(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    let figures = [
        (
            "base-layer.png",
            base.view(),
            "field | base layer, and residual",
        ),
        (
            "decoded.png",
            decoded.view(),
            "field | decoded field, and error",
        ),
    ];
    for (file, reconstruction, text) in figures {
        let title = format!("{}, frame {frame}: {text}", field.name);
        let path = directory.join(file);
        let [x, y] = [1, 2].map(|from_last| AxisPoints::new(field, from_last));
        let unit = units::typeset(field.units().unwrap_or_default());
        let quantity = field.long_name().unwrap_or(&field.name).to_lowercase();
        let row_order = match y.ends {
            Some((first, last)) if first < last => RowOrder::FirstAtBottom,
            _ => RowOrder::FirstAtTop,
        };
        let labels = ComparisonLabels::default()
            .with_title(&title)
            .with_quantity(&quantity)
            .with_unit(&unit)
            .with_x(x.labels())
            .with_y(y.labels())
            .with_row_order(row_order);
        plot::comparison(
            &path,
            frames.index_axis(Axis(0), frame - start),
            reconstruction.index_axis(Axis(0), frame - start),
            &labels,
        )?;
        println!("{}", path.display());
    }
    Ok(())
}

/// The base layer and the decoded values of the first segment, axis order `(time, y, x)`.
struct Encoding<T> {
    base: Array3<T>,
    decoded: Array3<T>,
    /// The number of the first frame of the segment.
    start: usize,
}

/// Encodes frames as a video with residuals, and decodes both.
fn encode<T: ReelElement>(
    criterion: Criterion,
    frames: ArrayView3<'_, T>,
) -> Result<Encoding<T>, Box<dyn Error>> {
    let compressor = Compressor::new(criterion).with_base(BaseChoice::Video);
    let mut reel = compressor.compress(frames)?;
    let mut plan = video_plan(&reel)?;
    if plan.subtract_temporal_mean {
        // The exported video would lack the temporal mean.
        plan.subtract_temporal_mean = false;
        plan.step = None;
        reel = compressor.with_plan(Plan::Video(plan)).compress(frames)?;
    }

    let limits = Limits::default();
    let mut reader = ReelReader::open(Cursor::new(&reel), limits)?;
    let sizes = reader.inspect(0)?.sizes;
    println!("reel: {} bytes, {plan:?}", reel.len());
    println!(
        "first segment: {} bytes of video, {} bytes of residuals",
        sizes.base, sizes.residual
    );
    let range = reader.segments()[0].frames.clone();
    let decoded: Array3<T> = decompress(&reel)?;
    let decoded = decoded.slice_move(s![range.clone(), .., ..]);
    let video = export_video(&reader.segment(0)?, Container::Mkv, &limits)?;
    let video = decode_video(video, &ReadLimits::default())?;
    let number = |key: &str| -> Result<f64, Box<dyn Error>> {
        let text = video.info.tags.get(key).ok_or("a tag is missing")?;
        Ok(text.parse()?)
    };
    let (offset, scale) = (number("fieldreel_offset")?, number("fieldreel_scale")?);
    let axes = plan.axis_order.axes();
    let base = Array3::from_shape_fn(decoded.dim(), |(t, y, x)| {
        let index = axes.map(|axis| [t, y, x][axis]);
        T::from_f64(offset + scale * f64::from(video.frames[index]))
    });
    Ok(Encoding {
        base,
        decoded,
        start: range.start,
    })
}

/// Returns the plan of the first segment of a reel.
fn video_plan(reel: &[u8]) -> Result<VideoPlan, Box<dyn Error>> {
    let mut reader = ReelReader::open(Cursor::new(reel), Limits::default())?;
    match reader.inspect(0)?.plan {
        Some(Plan::Video(plan)) => Ok(plan),
        _ => Err("the first segment has no video".into()),
    }
}

/// The label and the ends of an axis of the figures.
#[derive(Default)]
struct AxisPoints {
    label: String,
    ends: Option<(f64, f64)>,
}

impl AxisPoints {
    /// Returns the label and the ends of the coordinate along a dimension. Dimensions are counted
    /// from the last one, which is 1.
    fn new(field: &Field, from_last: usize) -> Self {
        let dimension = field.dimensions.len().checked_sub(from_last);
        let dimension = dimension.and_then(|i| field.dimensions.get(i));
        let Some(coordinate) = dimension.and_then(|d| field.coordinate(&d.name)) else {
            return Self::default();
        };
        let unit = coordinate.attributes.text("units").unwrap_or_default();
        let label = match unit {
            "degrees_north" => "latitude (°)".to_owned(),
            "degrees_east" => "longitude (°)".to_owned(),
            unit => format!("{} ({unit})", coordinate.name),
        };
        let values = coordinate.values.to_f64();
        let ends = values.first().copied().zip(values.last().copied());
        Self { label, ends }
    }

    fn labels(&self) -> CoordinateLabels<'_> {
        CoordinateLabels::new(&self.label).with_ends(self.ends)
    }
}
