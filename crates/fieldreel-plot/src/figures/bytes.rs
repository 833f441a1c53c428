//! The byte distribution: histograms of the high and low bytes of 16-bit codes.

use std::path::Path;

use super::histogram::Histogram;
use super::{MARGIN, draw_title};
use crate::PlotError;
use crate::axis::{AxisScale, AxisSide, PlotAxis, Ticks, format_integer};
use crate::output::{FigureFormat, write};
use crate::picture::{Picture, Point, Rect, Text, palette};

const WIDTH: f64 = 500.0;
const PLOT_HEIGHT: f64 = 140.0;
const PANEL_SPACING: f64 = 14.0;
const CAPTION_HEIGHT: f64 = 14.0;
const CAPTION_SIZE: f64 = 8.0;

/// The title of a [`byte_distribution`]. The default has no title.
///
/// See the example of [`byte_distribution`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ByteLabels<'a> {
    /// The title above the figure. An empty title is omitted.
    pub title: &'a str,
}

impl<'a> ByteLabels<'a> {
    /// Sets the title.
    #[must_use]
    pub fn with_title(mut self, title: &'a str) -> Self {
        self.title = title;
        self
    }
}

/// Returns the number of occurrences of each byte value.
///
/// ```
/// use fieldreel_plot::byte_counts;
///
/// let counts = byte_counts(&[7, 255, 7]);
/// assert_eq!([counts[0], counts[7], counts[255]], [0, 2, 1]);
/// ```
#[must_use]
pub fn byte_counts(bytes: &[u8]) -> [u64; 256] {
    let mut counts = [0; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    counts
}

/// Draws histograms of the high bytes (left) and of the low bytes (right) of 16-bit codes.
///
/// `high` and `low` are the counts of each of the 256 byte values; [`byte_counts`] computes them.
/// The histograms show percentages. A dashed line marks the uniform distribution, which is not
/// compressible. The caption of each histogram gives its Shannon entropy in bits per byte.
///
/// ```
/// use fieldreel_plot::{ByteLabels, byte_counts, byte_distribution};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("bytes.svg");
/// let codes = (0..1000_u16).map(|i| (60 * i).to_be_bytes());
/// let (high, low): (Vec<u8>, Vec<u8>) = codes.map(|[high, low]| (high, low)).unzip();
/// let labels = ByteLabels::default().with_title("Codes of a ramp");
/// byte_distribution(&path, &byte_counts(&high), &byte_counts(&low), &labels)?;
/// assert!(std::fs::read_to_string(&path)?.contains("Codes of a ramp"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// - [`PlotError::UnknownExtension`] if `path` ends in neither `.png` nor `.svg`;
/// - [`PlotError::Empty`] if all counts of `high` or of `low` are 0;
/// - [`PlotError::Io`] if the file cannot be written;
/// - [`PlotError::Render`] if the renderer fails.
pub fn byte_distribution(
    path: impl AsRef<Path>,
    high: &[u64; 256],
    low: &[u64; 256],
    labels: &ByteLabels<'_>,
) -> Result<(), PlotError> {
    let path = path.as_ref();
    let format = FigureFormat::from_path(path)?;
    write(&draw(high, low, labels)?, path, format)
}

fn draw(
    high: &[u64; 256],
    low: &[u64; 256],
    labels: &ByteLabels<'_>,
) -> Result<Picture, PlotError> {
    let mut picture = Picture::new(WIDTH, 0.0)?;
    let top = draw_title(&mut picture, labels.title) + CAPTION_HEIGHT;
    let half = (WIDTH - 2.0 * MARGIN - PANEL_SPACING) / 2.0;
    for (i, (name, counts)) in [("High byte", high), ("Low byte", low)]
        .into_iter()
        .enumerate()
    {
        let left = MARGIN + i as f64 * (half + PANEL_SPACING);
        let bounds = Rect::new(left, top, left + half, top + PLOT_HEIGHT);
        picture.height = draw_panel(&mut picture, bounds, name, counts)? + MARGIN;
    }
    Ok(picture)
}

/// Draws one histogram and returns its lower edge.
///
/// The lower axis extends below `bounds`; everything else is inside.
fn draw_panel(
    picture: &mut Picture,
    bounds: Rect,
    name: &str,
    counts: &[u64; 256],
) -> Result<f64, PlotError> {
    let total: u64 = counts.iter().sum();
    if total == 0 {
        return Err(PlotError::Empty { item: "bytes" });
    }
    let percent = |count: u64| 100.0 * count as f64 / total as f64;
    let histogram = Histogram {
        min: -0.5,
        max: 255.5,
        counts: counts.to_vec(),
    };
    // The axis spans at least twice the uniform percentage, so that noise is not magnified.
    let max_share = (percent(histogram.max_count()) * 1.06).max(2.0 * 100.0 / 256.0);
    let share_axis = PlotAxis::new(
        AxisScale::Linear {
            min: 0.0,
            max: max_share,
        },
        Ticks::linear(0.0, max_share, 5),
        "Share of the codes (%)",
    )
    .with_grid();
    let area = Rect {
        left: bounds.left + share_axis.thickness(picture, AxisSide::Left),
        right: bounds.right - 4.0,
        ..bounds
    };
    let value_axis = PlotAxis::new(
        // The margins separate the bars of 0 and 255 from the edges of the plot area.
        AxisScale::Linear {
            min: -4.0,
            max: 259.0,
        },
        Ticks {
            major: [0, 64, 128, 192, 255]
                .map(|v| (f64::from(v), v.to_string()))
                .to_vec(),
            ..Ticks::default()
        },
        "Byte value (dashed: uniform)",
    );
    let count_axis = PlotAxis::new(
        AxisScale::Linear {
            min: 0.0,
            max: max_share / 100.0 * total as f64,
        },
        Ticks::default(),
        "",
    );
    share_axis.draw_grid(picture, &area, AxisSide::Left);
    histogram.draw(picture, &area, &value_axis, &count_axis, palette::BAR);
    let uniform = share_axis.position(&area, AxisSide::Left, 100.0 / 256.0);
    let [from, to] = [area.left, area.right].map(|x| Point { x, y: uniform });
    picture.dashed_line(from, to, 3.2, 0.8, palette::VERMILION);
    picture.outline(area, 0.7, palette::INK);
    share_axis.draw(picture, &area, AxisSide::Left);
    value_axis.draw(picture, &area, AxisSide::Bottom);

    let y = bounds.top - CAPTION_HEIGHT / 2.0 - 1.0;
    picture.text(
        Text::new(name)
            .size(CAPTION_SIZE)
            .bold()
            .centered_at(area.left, y),
    );
    let width = picture.fonts.width(name, CAPTION_SIZE, true);
    let used = counts.iter().filter(|count| **count > 0).count() as u64;
    let facts = format!(
        "entropy {:.2} bits, {} of 256 values",
        shannon_entropy(counts, total),
        format_integer(used)
    );
    picture.text(
        Text::new(facts)
            .size(CAPTION_SIZE - 0.5)
            .color(palette::SOFT_INK)
            .centered_at(area.left + width + 8.0, y),
    );
    Ok(area.bottom + value_axis.thickness(picture, AxisSide::Bottom))
}

/// Returns the Shannon entropy, −Σ p log₂ p, in bits.
fn shannon_entropy(counts: &[u64; 256], total: u64) -> f64 {
    let shares = counts.iter().filter(|count| **count > 0);
    let terms = shares.map(|count| {
        let share = *count as f64 / total as f64;
        -share * share.log2()
    });
    // `abs` turns the −0 of a single distinct value into 0, which is printed without a sign.
    terms.sum::<f64>().abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::overlaps::assert_no_texts_overlap;

    #[test]
    fn texts_do_not_overlap() {
        let low = std::array::from_fn(|i| 1000 + (i as u64 * 7919) % 97);
        let mut high = [0; 256];
        high[17] = 3;
        for (high, low) in [(&high, &low), (&low, &low), (&[u64::MAX / 256; 256], &high)] {
            assert_no_texts_overlap(
                &draw(
                    high,
                    low,
                    &ByteLabels {
                        title: "wind, 16 bit",
                    },
                )
                .unwrap(),
            );
        }
        let none = draw(&[0; 256], &low, &ByteLabels::default());
        assert!(matches!(none, Err(PlotError::Empty { item: "bytes" })));
    }

    #[test]
    fn counts_and_entropies_match_values_computed_by_hand() {
        let counts = byte_counts(&[0, 0, 7, 255]);
        assert_eq!((counts[0], counts[7], counts[255], counts[1]), (2, 1, 1, 0));
        assert_eq!(shannon_entropy(&counts, 4), 1.5);
        assert_eq!(shannon_entropy(&[1; 256], 256), 8.0);
    }
}
