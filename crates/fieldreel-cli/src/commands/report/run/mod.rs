//! Measurement of all modes, and the files of the report.

mod baselines;
mod figures;
mod half_resolution;
mod measure;
mod method;
mod parallel;
mod table;

use std::fs;
use std::path::Path;

use fieldreel::formats::{Field, FrameView, Frames};
use fieldreel_core::files::TemporaryDirectory;
use ndarray::ArrayView3;

use super::Report;
use crate::error::{Result, with_path};
use crate::input::{read_field, to_float_frames};
use crate::output::labels::Labels;
use crate::output::progress;
use measure::Row;
use method::{FieldValue, Method};

/// Measures all modes and writes the report.
pub(super) fn run(arguments: &Report) -> Result {
    let methods = Method::parse_all(&arguments.modes)?;
    let file = &arguments.file;
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
    let field = to_float_frames(read_field(file, arguments.variable.name())?)?;
    match field.as_frames(&FrameView::FoldLeading)? {
        Frames::F32(frames) => run_all(arguments, &methods, &field, frames.view()),
        Frames::F64(frames) => run_all(arguments, &methods, &field, frames.view()),
        _ => Err("the values have no floating-point type".into()),
    }
}

fn run_all<T: FieldValue>(
    arguments: &Report,
    methods: &[Method],
    field: &Field,
    frames: ArrayView3<'_, T>,
) -> Result {
    let labels = &Labels::new(field, &arguments.file);
    let out = &arguments.out;
    fs::create_dir_all(out).map_err(with_path(out))?;
    let temporary = TemporaryDirectory::create_in(out).map_err(with_path(out))?;
    let permanent = out.join("files");
    let files = match arguments.keep {
        true => permanent.as_path(),
        false => temporary.path(),
    };

    figures::plot_bytes(frames, out, labels)?;
    let bar = progress::steps(methods.len(), "modes", &arguments.printing)?;
    let rows: Vec<Row> = parallel::map(methods, arguments.jobs.get(), |&method| {
        bar.set_message(method.name());
        let (row, reconstruction) = measure::measure(method, frames, &files.join(method.name()))?;
        figures::plot_mode(method, frames, reconstruction.view(), out, labels)?;
        bar.inc(1);
        Ok(row)
    })?;
    bar.finish_and_clear();

    figures::plot_report(&rows, out, labels, T::NAME)?;
    let units = field.units().unwrap_or_default();
    let report = table::Report::new(labels, units, frames.dim(), T::NAME, &rows);
    write_json(&out.join("report.json"), &report)?;
    arguments.printing.print(None, &report, |report| {
        let [table, figure] = ["report.json", "report.png"].map(|name| out.join(name));
        let (table, figure) = (table.display(), figure.display());
        format!(
            "{}\nTable:   {table}\n\
             Figures: {figure}, bytes.png, MODE_images.png, MODE_errors.png\n",
            report.text()
        )
    })
}

/// Writes the report as a JSON file, which appears when it is complete.
fn write_json(path: &Path, report: &table::Report<'_>) -> Result {
    let mut json = serde_json::to_vec_pretty(report)?;
    json.push(b'\n');
    fieldreel_core::files::write(path, &json).map_err(with_path(path))
}
