//! Compresses a real field in every mode, and writes what that saves and costs.
//!
//! `cargo run --release --example report -- [FILE [VARIABLE]] [--out DIR] [--modes a,b,…]`
//!
//! Prints a table, and writes into DIR: `report.json`, `report.png`, `bytes.png`, and for each mode
//! `MODE_images.png` and `MODE_errors.png`.

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
#[path = "support/frames.rs"]
mod frames;
#[path = "report/half.rs"]
mod half;
#[path = "report/method.rs"]
mod method;
#[path = "support/named.rs"]
mod named;
#[path = "report/run.rs"]
mod run;
mod support;
#[path = "report/table.rs"]
mod table;
#[path = "report/units.rs"]
mod units;

use method::{Method, Value};
use run::Row;

/// Compresses a real field in every mode, and writes what that saves and costs.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A .nc, .grib, .mp4 or .mkv file [default: five years of winds that ship with fieldreel]
    #[arg(value_parser = named::named())]
    file: Option<PathBuf>,
    /// The variable's name (NetCDF) or shortName (GRIB) [default: the first that fits]
    variable: Option<String>,
    /// Where the report goes
    #[arg(long, value_name = "DIR", value_parser = named::named(), default_value = "report")]
    out: PathBuf,
    /// Which modes and baselines, by name and separated by commas [default: all]
    #[arg(long, value_name = "a,b,…", value_delimiter = ',')]
    modes: Vec<String>,
    /// Keep the encoded files too, in DIR/files
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
    let kept = arguments.out.join("files");
    let [input, folder] = [file, &kept].map(fs::canonicalize);
    if let (true, Ok(input), Ok(folder)) = (arguments.keep, input, folder)
        && input.starts_with(folder)
    {
        let (file, kept) = (file.display(), kept.display());
        return Err(format!("{file}: --keep writes into {kept}, too: name another --out").into());
    }
    let field = frames::of_frames(read_field(file, arguments.variable.as_deref())?)?;
    let labels = figures::Labels::new(&field, file);
    match field.as_frames(&FrameView::FoldLeading)? {
        Frames::F32(frames) => run_all(arguments, &methods, frames.view(), &labels),
        Frames::F64(frames) => run_all(arguments, &methods, frames.view(), &labels),
        _ => Err("the values have no floating-point type".into()),
    }
}

fn run_all<T: Value>(
    arguments: &Arguments,
    methods: &[Method],
    frames: ndarray::ArrayView3<'_, T>,
    labels: &figures::Labels,
) -> Result<(), Box<dyn Error>> {
    let out = &arguments.out;
    fs::create_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
    let temporary =
        TemporaryDirectory::create_in(out).map_err(|e| format!("{}: {e}", out.display()))?;
    let kept = out.join("files");
    let files = if arguments.keep {
        kept.as_path()
    } else {
        temporary.path()
    };

    figures::bytes(frames, out, labels)?;
    let style = "{bar:30} {pos}/{len} {msg}";
    let bar =
        ProgressBar::new(methods.len() as u64).with_style(ProgressStyle::with_template(style)?);
    let mut rows: Vec<Row> = Vec::new();
    for &method in methods {
        bar.set_message(method.name());
        let (row, reconstruction) = run::measure(method, frames, &files.join(method.name()))?;
        figures::mode(method, frames, reconstruction.view(), out, labels)?;
        rows.push(row);
        bar.inc(1);
    }
    bar.finish_and_clear();

    figures::report(&rows, out, labels, T::NAME)?;
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
