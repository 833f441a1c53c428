//! The figures and their labels.

use std::error::Error;
use std::path::Path;

use fieldreel::formats::Field;
use fieldreel::metrics::frame_errors;
use fieldreel::plot::{
    self, ByteLabels, ComparisonLabels, CoordinateLabels, ReportBar, ReportLabels, RowOrder,
    SpectrumLabels, byte_counts,
};
use fieldreel::quant::{BitDepth, Quantizer, ValueRange, split_bytes};
use ndarray::{ArrayView3, Axis};

use crate::measure::Row;
use crate::method::{FieldValue, Method};
use crate::units;

/// The labels of a field in figures and tables.
pub(crate) struct Labels {
    pub(crate) file: String,
    pub(crate) variable: String,
    /// The unit as in the file.
    pub(crate) units: String,
    /// The typeset unit for figures.
    unit: String,
    quantity: String,
    y: AxisLabel,
    x: AxisLabel,
}

/// The label of an axis, and the ends of its coordinate if it has one.
#[derive(Default)]
struct AxisLabel {
    label: String,
    ends: Option<(f64, f64)>,
}

impl Labels {
    pub(crate) fn new(field: &Field, file: &Path) -> Self {
        let rank = field.dimensions.len();
        let axis = |from_last: usize| {
            let dimension = rank
                .checked_sub(from_last)
                .and_then(|i| field.dimensions.get(i));
            dimension.map_or_else(AxisLabel::default, |d| AxisLabel::new(field, &d.name))
        };
        Self {
            file: file
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            variable: field.name.clone(),
            units: field.units().unwrap_or_default().to_owned(),
            unit: units::typeset(field.units().unwrap_or_default()),
            quantity: field.long_name().unwrap_or(&field.name).to_lowercase(),
            y: axis(2),
            x: axis(1),
        }
    }

    fn title(&self, suffix: &str) -> String {
        format!("{} of {}{suffix}", self.variable, self.file)
    }
}

impl AxisLabel {
    fn new(field: &Field, dimension: &str) -> Self {
        let Some(coordinate) = field.coordinate(dimension) else {
            return Self::default();
        };
        let values = coordinate.values.to_f64();
        let unit = coordinate.attributes.text("units").unwrap_or_default();
        let name = match unit {
            "degrees_north" | "degree_north" | "degree_N" => "latitude (°)".to_owned(),
            "degrees_east" | "degree_east" | "degree_E" => "longitude (°)".to_owned(),
            "" | "1" => dimension.to_owned(),
            unit => format!("{dimension} ({unit})"),
        };
        let ends = values.first().copied().zip(values.last().copied());
        Self { label: name, ends }
    }

    fn coordinate(&self) -> CoordinateLabels<'_> {
        CoordinateLabels::new(&self.label).with_ends(self.ends)
    }

    fn is_ascending(&self) -> bool {
        self.ends.is_some_and(|(first, last)| first < last)
    }
}

/// Plots the distribution of the bytes of the field's 16-bit codes.
pub(crate) fn plot_bytes<T: FieldValue>(
    frames: ArrayView3<'_, T>,
    out: &Path,
    labels: &Labels,
) -> Result<(), Box<dyn Error>> {
    let quantizer = Quantizer::new(ValueRange::from_values(frames)?, BitDepth::SIXTEEN);
    let codes = quantizer.quantize(frames)?;
    let (high, low) = split_bytes(codes.view());
    let [high, low] = [high, low].map(|b| byte_counts(&b.into_iter().collect::<Vec<u8>>()));
    let title = labels.title(", 16-bit codes");
    plot::byte_distribution(
        out.join("bytes.png"),
        &high,
        &low,
        &ByteLabels::default().with_title(&title),
    )?;
    Ok(())
}

/// Plots the frame with the largest error beside the original, and the errors of all frames.
pub(crate) fn plot_mode<T: FieldValue>(
    method: Method,
    frames: ArrayView3<'_, T>,
    reconstruction: ArrayView3<'_, T>,
    out: &Path,
    labels: &Labels,
) -> Result<(), Box<dyn Error>> {
    let name = method.name();
    let errors = frame_errors(frames, reconstruction)?;
    let is_lossless = errors.max_abs.get(errors.worst) == Some(&0.0);
    let frame = if is_lossless { "frame" } else { "worst frame:" };
    let title = labels.title(&format!(", mode {name}, {frame} {}", errors.worst));
    let row_order = if labels.y.is_ascending() {
        RowOrder::FirstAtBottom
    } else {
        RowOrder::FirstAtTop
    };
    let comparison_labels = ComparisonLabels::default()
        .with_title(&title)
        .with_quantity(&labels.quantity)
        .with_unit(&labels.unit)
        .with_x(labels.x.coordinate())
        .with_y(labels.y.coordinate())
        .with_row_order(row_order);
    plot::comparison(
        out.join(format!("{name}_images.png")),
        frames.index_axis(Axis(0), errors.worst),
        reconstruction.index_axis(Axis(0), errors.worst),
        &comparison_labels,
    )?;
    let title = labels.title(&format!(", mode {name}"));
    let spectrum_labels = SpectrumLabels::default()
        .with_title(&title)
        .with_unit(&labels.unit);
    plot::error_spectrum(
        out.join(format!("{name}_errors.png")),
        &errors.max_abs,
        &spectrum_labels,
    )?;
    Ok(())
}

/// Plots the bars of all modes.
pub(crate) fn plot_report(
    rows: &[Row],
    out: &Path,
    labels: &Labels,
    dtype: &str,
) -> Result<(), Box<dyn Error>> {
    let bars: Vec<_> = rows
        .iter()
        .map(|row| ReportBar::new(row.mode, row.ratio, &row.metrics).with_baseline(row.baseline))
        .collect();
    let title = labels.title("");
    let report_labels = ReportLabels::default()
        .with_title(&title)
        .with_unit(&labels.unit)
        .with_array_type(dtype);
    plot::report(out.join("report.png"), &bars, &report_labels)?;
    Ok(())
}
