//! Measurement and figures of the base layer and of the decoded values.

use std::fs;
use std::path::PathBuf;

use fieldreel::formats::{Field, FrameView, Frames};
use fieldreel::metrics::{Element, ErrorMetrics};
use fieldreel::plot;
use fieldreel::reel::{Plan, ReelElement};
use ndarray::{ArrayView3, Axis, s};
use serde::Serialize;

use super::Explain;
use super::encoding::encode;
use crate::error::{Result, usage, with_path};
use crate::input::{read_field, to_float_frames};
use crate::output::labels::Labels;
use crate::output::unit_suffix::unit_suffix;

/// The measured sizes and errors, which `--json` prints in this form.
#[derive(Serialize)]
struct Explanation {
    /// The size of the reel in bytes.
    bytes: usize,
    /// The plan of the first segment.
    plan: String,
    /// The sizes of the video and of the residuals of the first segment in bytes.
    video_bytes: usize,
    residual_bytes: usize,
    layers: [Layer; 2],
}

/// The errors of the base layer or of the decoded values, in the unit of the field.
#[derive(Serialize)]
struct Layer {
    name: &'static str,
    max_abs: f64,
    rmse: f64,
    figure: PathBuf,
}

/// Draws the figures.
pub(super) fn run(arguments: &Explain) -> Result {
    let field = read_field(&arguments.file, arguments.variable.name())?;
    let field = to_float_frames(field)?;
    match field.as_frames(&FrameView::FoldLeading)? {
        Frames::F32(frames) => explain(arguments, &field, frames.view()),
        Frames::F64(frames) => explain(arguments, &field, frames.view()),
        _ => Err("the values have no floating-point type".into()),
    }
}

fn explain<T: ReelElement + Element>(
    arguments: &Explain,
    field: &Field,
    frames: ArrayView3<'_, T>,
) -> Result {
    let encoding = encode(arguments.bound, frames)?;
    let [segment, frame] = [encoding.start, arguments.frame];
    let end = segment + encoding.base.len_of(Axis(0));
    if !(segment..end).contains(&frame) {
        let path = arguments.file.display();
        return Err(usage(format!(
            "{path}: {} has no frame {frame} in its first segment; --frame accepts 0 to {}",
            field.name,
            end - 1
        )));
    }
    let frames = frames.slice(s![segment..end, .., ..]);
    let labels = Labels::new(field, &arguments.file);
    let directory = &arguments.out;
    fs::create_dir_all(directory).map_err(with_path(directory))?;
    let layer = |name: &'static str, file: &str, values: ArrayView3<'_, T>, text: &str| {
        let metrics = ErrorMetrics::between(frames, values)?;
        let figure = directory.join(file);
        let title = format!("{}, frame {frame}: {text}", field.name);
        plot::comparison(
            &figure,
            frames.index_axis(Axis(0), frame - segment),
            values.index_axis(Axis(0), frame - segment),
            &labels.comparison(&title),
        )?;
        let (max_abs, rmse) = (metrics.max_abs, metrics.rmse);
        Result::Ok(Layer {
            name,
            max_abs,
            rmse,
            figure,
        })
    };
    let (base, decoded) = (encoding.base.view(), encoding.decoded.view());
    let explanation = Explanation {
        bytes: encoding.bytes,
        plan: Plan::Video(encoding.plan).to_string(),
        video_bytes: encoding.base_bytes,
        residual_bytes: encoding.residual_bytes,
        layers: [
            layer(
                "base layer",
                "base-layer.png",
                base,
                "field | base layer, and residual",
            )?,
            layer(
                "decoded values",
                "decoded.png",
                decoded,
                "field | decoded field, and error",
            )?,
        ],
    };
    let unit = field.units().unwrap_or_default();
    arguments
        .printing
        .print(None, &explanation, |explanation| explanation.text(unit))
}

impl Explanation {
    /// Returns the sizes and errors as lines of text.
    fn text(&self, unit: &str) -> String {
        let unit = unit_suffix(unit);
        let (bytes, plan) = (self.bytes, &self.plan);
        let (video, residual) = (self.video_bytes, self.residual_bytes);
        let mut text = format!(
            "reel: {bytes} bytes, {plan}\n\
             first segment: {video} bytes of video, {residual} bytes of residuals\n"
        );
        for layer in &self.layers {
            let (name, max_abs, rmse) = (layer.name, layer.max_abs, layer.rmse);
            let figure = layer.figure.display();
            text += &format!(
                "{name}: largest difference {max_abs:.4}{unit}, RMSE {rmse:.4}{unit}, {figure}\n"
            );
        }
        text
    }
}
