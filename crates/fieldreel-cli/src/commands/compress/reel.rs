//! Compression of a variable into a reel.

use std::io;
use std::time::Instant;

use fieldreel::formats::FrameView;
use fieldreel::{Compressor, Criterion, Effort, ErrorBound, ErrorKind, Scalar};

use super::Compress;
use super::report::Report;
use crate::error::{Result, about, about_variable, usage};
use crate::input::{fill_values, read_field, valid_range};
use crate::options::is_standard;
use crate::output::progress;

impl Compress {
    pub(super) fn compress_reel(&self) -> Result {
        let field = read_field(&self.input, self.reel.variable.name())?;
        let criterion = self.criterion_for(&field.name)?;
        let [frames, ..] = field.as_frames(&FrameView::FoldLeading)?.shape();
        let bar = progress::steps(frames, "frames", &self.printing)?;
        let compressor = self
            .compressor(criterion)
            .with_progress(progress::reel_updater(&bar));
        let start = Instant::now();
        let summary = match is_standard(&self.output) {
            true => compressor.stream_field(io::stdout().lock(), &field),
            false => compressor.write_field(&self.output, &field),
        };
        let summary = summary.map_err(|error| match error.kind() {
            ErrorKind::Io => about(&self.output, &error),
            _ => match error {
                fieldreel::Error::Reel { source, .. } => {
                    about_variable(&self.input, &field.name, &source)
                }
                error => about_variable(&self.input, &field.name, &error),
            },
        })?;
        let encode_s = start.elapsed().as_secs_f64();
        bar.finish_and_clear();

        let mut fill_values = fill_values(&field);
        fill_values.extend(self.reel.fill.map(Scalar::from));
        let original_bytes = field.values.len() * field.values.bytes_per_value();
        let report = Report::new(
            &field.name,
            &summary,
            original_bytes as u64,
            valid_range(&field, &fill_values),
            criterion,
            encode_s,
        );
        let unit = field.units().unwrap_or_default();
        self.printing.print(Some(&self.output), &report, |report| {
            report.text(&self.output, unit)
        })
    }

    /// Returns the criterion for the variable of a reel.
    fn criterion_for(&self, name: &str) -> Result<Criterion> {
        let is_for = |variable: &Option<String>| match variable {
            Some(variable) => variable == name || self.reel.variable.name() == Some(variable),
            None => true,
        };
        let other = self.bounds.iter().find(|bound| !is_for(&bound.variable));
        match (other, self.bounds.last()) {
            (Some(other), _) => Err(usage(format!(
                "{}: the reel holds only the variable {name:?}, but --bound names {:?}; write a \
                 .nc file to compress several variables",
                self.output.display(),
                other.variable.as_deref().unwrap_or_default()
            ))),
            (None, Some(last)) => Ok(last.criterion),
            (None, None) => Ok(ErrorBound::Lossless.into()),
        }
    }

    fn compressor(&self, criterion: Criterion) -> Compressor {
        let encoding = &self.encoding;
        let mut compressor = Compressor::new(criterion)
            .with_effort(encoding.effort_or(Effort::Balanced))
            .with_base(encoding.base)
            .with_codec(encoding.codec)
            .with_idempotent(encoding.idempotent);
        if let Some(fill) = self.reel.fill {
            compressor = compressor.with_fill_value(fill);
        }
        if let Some(tile) = self.reel.tile {
            compressor = compressor.with_tile(tile);
        }
        if let Some(threads) = encoding.threads {
            compressor = compressor.with_threads(threads);
        }
        compressor
    }
}
