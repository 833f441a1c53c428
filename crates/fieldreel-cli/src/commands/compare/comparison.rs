//! The errors between two fields.

use std::path::{Path, PathBuf};

use fieldreel::formats::{Field, FrameView, Frames};
use fieldreel::metrics::{ErrorMetrics, frame_errors};
use ndarray::{ArrayView3, CowArray, Ix3};
use serde::Serialize;

use crate::output::shape::shape_text;
use crate::output::unit_suffix::unit_suffix;

/// The errors, which `--json` prints in this form.
#[derive(Serialize)]
pub(super) struct Comparison {
    variable: String,
    units: String,
    shape: Vec<usize>,
    /// The number of valid values, and of values that are missing in both files.
    valid: u64,
    missing: u64,
    /// The smallest and the largest value of the original.
    min: f64,
    max: f64,
    /// The mean error.
    bias: f64,
    mean_abs: f64,
    rmse: f64,
    max_abs: f64,
    /// `mean_abs`, `rmse` and `max_abs` over the range of the original.
    rel_mean: f64,
    rel_rmse: f64,
    rel_max: f64,
    /// `20·log10(range / RMSE)` in dB; `null` if the fields are equal.
    psnr_db: Option<f64>,
    /// Pearson's correlation coefficient; `null` if a field is constant.
    pearson: Option<f64>,
    /// The frame with the largest error.
    worst_frame: usize,
    /// The figure, if one was drawn.
    figure: Option<PathBuf>,
}

impl Comparison {
    /// Compares two fields of the same shape.
    ///
    /// # Errors
    /// The reason why the fields cannot be compared.
    pub(super) fn between(original: &Field, other: &Field) -> Result<Self, String> {
        let [found, expected] = [other, original].map(|field| shape_text(field.shape()));
        if found != expected {
            return Err(format!("the shape is {found} instead of {expected}"));
        }
        let view = FrameView::FoldLeading;
        let [x, y] = [original, other].map(|field| field.as_frames(&view).map(to_f64));
        let [x, y] = [x, y].map(|frames| frames.map_err(|error| error.to_string()));
        Self::of_frames(original, x?.view(), y?.view()).map_err(|error| error.to_string())
    }

    fn of_frames(
        original: &Field,
        x: ArrayView3<'_, f64>,
        y: ArrayView3<'_, f64>,
    ) -> Result<Self, fieldreel::metrics::MetricsError> {
        let metrics = ErrorMetrics::between(x, y)?;
        Ok(Self {
            variable: original.name.clone(),
            units: original.units().unwrap_or_default().to_owned(),
            shape: original.shape().to_vec(),
            valid: metrics.valid,
            missing: metrics.missing,
            min: metrics.min,
            max: metrics.max,
            bias: metrics.bias,
            mean_abs: metrics.mean_abs,
            rmse: metrics.rmse,
            max_abs: metrics.max_abs,
            rel_mean: metrics.rel_mean(),
            rel_rmse: metrics.nrmse(),
            rel_max: metrics.rel_max(),
            psnr_db: (metrics.rmse > 0.0).then(|| metrics.psnr_db()),
            pearson: metrics.pearson,
            worst_frame: frame_errors(x, y)?.worst,
            figure: None,
        })
    }

    /// Sets the path of the figure.
    pub(super) fn with_figure(mut self, figure: Option<PathBuf>) -> Self {
        self.figure = figure;
        self
    }

    /// Returns the index of the frame with the largest error.
    #[cfg(feature = "plot")]
    pub(super) const fn worst_frame(&self) -> usize {
        self.worst_frame
    }

    /// Returns the errors as lines of text.
    pub(super) fn text(&self, [original, other]: [&Path; 2]) -> String {
        let unit = unit_suffix(&self.units);
        let (variable, shape) = (&self.variable, shape_text(&self.shape));
        let (valid, missing) = (self.valid, self.missing);
        let (original, other) = (original.display(), other.display());
        let mut text = format!(
            "{variable} of {other}, compared with {original}\n\
             {shape} values: {valid} valid, {missing} missing\n"
        );
        for (label, error, relative) in [
            ("largest error", self.max_abs, self.rel_max),
            ("mean error", self.mean_abs, self.rel_mean),
            ("RMSE", self.rmse, self.rel_rmse),
        ] {
            text += &format!("{label:<14} {error:.4e}{unit} ({relative:.3e} of the range)\n");
        }
        text += &format!("{:<14} {:.4e}{unit}\n", "bias", self.bias);
        text += &match self.psnr_db {
            Some(decibels) => format!("{:<14} {decibels:.2} dB\n", "PSNR"),
            None => "the values are equal\n".to_owned(),
        };
        if let Some(pearson) = self.pearson {
            text += &format!("{:<14} {pearson:.9}\n", "correlation");
        }
        text += &format!("{:<14} {}\n", "worst frame", self.worst_frame);
        if let Some(figure) = &self.figure {
            text += &format!("{:<14} {}\n", "figure", figure.display());
        }
        text
    }
}

/// Returns frames as `f64`, which represents all values of up to 32 bits, and those of `f64`.
pub(super) fn to_f64(frames: Frames<'_>) -> CowArray<'_, f64, Ix3> {
    use fieldreel::formats::with_values;
    use fieldreel_core::Element;

    match frames {
        Frames::F64(frames) => frames,
        frames => with_values!(Frames, frames, frames => frames.mapv(Element::to_f64).into()),
    }
}
