//! Compresses a field in every mode and baseline, and reports sizes, errors and times.
//!
//! `cargo run --release --example report -- [FILE [VARIABLE]] [--out DIR] [--modes a,b,…]`
//!
//! Prints a table, and writes `report.json`, `report.png`, `bytes.png`, and for each mode
//! `MODE_images.png` and `MODE_errors.png` into DIR.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use fieldreel::formats::{FrameView, Frames};
use fieldreel::read_field;
use fieldreel_core::files::TemporaryDirectory;
use indicatif::{ProgressBar, ProgressStyle};

#[path = "report/baselines.rs"]
mod baselines;
#[path = "report/figures.rs"]
mod figures;
#[path = "support/float_frames.rs"]
mod float_frames;
#[path = "report/half_resolution.rs"]
mod half_resolution;
#[path = "report/measure.rs"]
mod measure;
#[path = "report/method.rs"]
mod method;
#[path = "support/path_argument.rs"]
mod path_argument;
mod support;
#[path = "report/table.rs"]
mod table;
#[path = "report/units.rs"]
mod units;

use measure::Row;
use method::{FieldValue, Method};

/// Compresses a field in every mode and baseline, and reports sizes, errors and times.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A .nc, .grib, .mp4 or .mkv file [default: five years of winds, which are part of fieldreel]
    #[arg(value_parser = path_argument::parser())]
    file: Option<PathBuf>,
    /// The name (NetCDF) or the shortName (GRIB) of the variable [default: the first suitable one]
    variable: Option<String>,
    /// The folder in which the report is written
    #[arg(long, value_name = "DIR", value_parser = path_argument::parser(), default_value = "report")]
    out: PathBuf,
    /// The names of modes and baselines, separated by commas [default: all]
    #[arg(long, value_name = "a,b,…", value_delimiter = ',')]
    modes: Vec<String>,
    /// Keep the encoded files in DIR/files
    #[arg(long)]
    keep: bool,
}

fn main() -> ExitCode {
    support::run(report)
}

fn report(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let methods = Method::parse_all(&arguments.modes)?;
    let sample = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../data/navy_winds_uwnd.nc"
    ));
    let file = arguments.file.as_deref().unwrap_or(sample);
    let files = arguments.out.join("files");
    let [input, folder] = [file, &files].map(fs::canonicalize);
    if let (true, Ok(input), Ok(folder)) = (arguments.keep, input, folder)
        && input.starts_with(folder)
    {
        let (file, files) = (file.display(), files.display());
        return Err(format!(
            "{file}: the input is in {files}, into which --keep writes: name another --out"
        )
        .into());
    }
    let field = float_frames::to_float_frames(read_field(file, arguments.variable.as_deref())?)?;
    let labels = figures::Labels::new(&field, file);
    match field.as_frames(&FrameView::FoldLeading)? {
        Frames::F32(frames) => run_all(arguments, &methods, frames.view(), &labels),
        Frames::F64(frames) => run_all(arguments, &methods, frames.view(), &labels),
        _ => Err("the values have no floating-point type".into()),
    }
}

fn run_all<T: FieldValue>(
    arguments: &Arguments,
    methods: &[Method],
    frames: ndarray::ArrayView3<'_, T>,
    labels: &figures::Labels,
) -> Result<(), Box<dyn Error>> {
    let out = &arguments.out;
    fs::create_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
    let temporary =
        TemporaryDirectory::create_in(out).map_err(|e| format!("{}: {e}", out.display()))?;
    let permanent = out.join("files");
    let files = if arguments.keep {
        permanent.as_path()
    } else {
        temporary.path()
    };

    figures::plot_bytes(frames, out, labels)?;
    let style = "{bar:30} {pos}/{len} {msg}";
    let bar =
        ProgressBar::new(methods.len() as u64).with_style(ProgressStyle::with_template(style)?);
    let mut rows: Vec<Row> = Vec::new();
    for &method in methods {
        bar.set_message(method.name());
        let (row, reconstruction) = measure::measure(method, frames, &files.join(method.name()))?;
        figures::plot_mode(method, frames, reconstruction.view(), out, labels)?;
        rows.push(row);
        bar.inc(1);
    }
    bar.finish_and_clear();

    figures::plot_report(&rows, out, labels, T::NAME)?;
    table::write_json(
        &out.join("report.json"),
        labels,
        frames.dim(),
        T::NAME,
        &rows,
    )?;
    table::print(labels, frames.dim(), T::NAME, &rows);
    println!("\nTable:   {}", out.join("report.json").display());
    println!(
        "Figures: {}, bytes.png, MODE_images.png, MODE_errors.png",
        out.join("report.png").display()
    );
    Ok(())
}
