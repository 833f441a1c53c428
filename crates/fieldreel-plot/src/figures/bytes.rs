//! The byte distribution: how the codes use their high and low bytes.

use std::path::Path;

use super::histogram::Histogram;
use super::{MARGIN, draw_title};
use crate::PlotError;
use crate::axis::{Axis, Scale, Side, Ticks, integer};
use crate::output::{Format, write};
use crate::picture::{Picture, Point, Rect, Text, palette};

const WIDTH: f64 = 500.0;
const PLOT_HEIGHT: f64 = 140.0;
const BETWEEN: f64 = 14.0;
const CAPTION_HEIGHT: f64 = 14.0;
const CAPTION_SIZE: f64 = 8.0;

/// The words on a [`byte_distribution`]. An empty title is left out, which is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ByteLabels<'a> {
    /// Above the figure.
    pub title: &'a str,
}

/// How often each byte value occurs.
#[must_use]
pub fn byte_counts(bytes: &[u8]) -> [u64; 256] {
    let mut counts = [0; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    counts
}

/// Draws how often each value of the high bytes, left, and of the low bytes, right, of the codes
/// occurs, in percent, given the counts of each of the 256 values (see [`byte_counts`]). A dashed
/// line marks the uniform distribution, which cannot be compressed; the Shannon entropy of each side is given
/// in bits per byte.
///
/// # Errors
///
/// - [`PlotError::UnknownExtension`] when `path` ends in neither `.png` nor `.svg`;
/// - [`PlotError::Empty`] when either side counts nothing;
/// - [`PlotError::Io`] when the file cannot be written;
/// - [`PlotError::Render`] when the renderer fails.
pub fn byte_distribution(
    path: impl AsRef<Path>,
    high: &[u64; 256],
    low: &[u64; 256],
    labels: &ByteLabels<'_>,
) -> Result<(), PlotError> {
    let path = path.as_ref();
    let format = Format::of(path)?;
    write(&draw(high, low, labels)?, path, format)
}

fn draw(
    high: &[u64; 256],
    low: &[u64; 256],
    labels: &ByteLabels<'_>,
) -> Result<Picture, PlotError> {
    let mut picture = Picture::new(WIDTH, 0.0)?;
    let top = draw_title(&mut picture, labels.title) + CAPTION_HEIGHT;
    let half = (WIDTH - 2.0 * MARGIN - BETWEEN) / 2.0;
    for (i, (name, counts)) in [("High byte", high), ("Low byte", low)]
        .into_iter()
        .enumerate()
    {
        let left = MARGIN + i as f64 * (half + BETWEEN);
        let room = Rect::new(left, top, left + half, top + PLOT_HEIGHT);
        picture.height = draw_side(&mut picture, room, name, counts)? + MARGIN;
    }
    Ok(picture)
}

/// Draws one side, its axes within `room` but the lower one, and gives its lower edge.
fn draw_side(
    picture: &mut Picture,
    room: Rect,
    name: &str,
    counts: &[u64; 256],
) -> Result<f64, PlotError> {
    let total: u64 = counts.iter().sum();
    if total == 0 {
        return Err(PlotError::Empty { what: "bytes" });
    }
    let percent = |count: u64| 100.0 * count as f64 / total as f64;
    let histogram = Histogram {
        min: -0.5,
        max: 255.5,
        counts: counts.to_vec(),
    };
    // Twice the uniform share at least, so that noise is not blown up into structure.
    let highest = (percent(histogram.largest()) * 1.06).max(2.0 * 100.0 / 256.0);
    let shares = Axis::new(
        Scale::Linear {
            min: 0.0,
            max: highest,
        },
        Ticks::linear(0.0, highest, 5),
        "Share of the codes (%)",
    )
    .with_grid();
    let frame = Rect {
        left: room.left + shares.thickness(picture, Side::Left),
        right: room.right - 4.0,
        ..room
    };
    let values = Axis::new(
        // A little beyond the values, so that 0 and 255 keep clear of the frame.
        Scale::Linear {
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
    let counted = Axis::new(
        Scale::Linear {
            min: 0.0,
            max: highest / 100.0 * total as f64,
        },
        Ticks::default(),
        "",
    );
    shares.draw_grid(picture, &frame, Side::Left);
    histogram.draw(picture, &frame, &values, &counted, palette::BAR);
    let uniform = shares.place(&frame, Side::Left, 100.0 / 256.0);
    let [from, to] = [frame.left, frame.right].map(|x| Point { x, y: uniform });
    picture.dashed(from, to, 3.2, 0.8, palette::VERMILION);
    picture.outline(frame, 0.7, palette::INK);
    shares.draw(picture, &frame, Side::Left);
    values.draw(picture, &frame, Side::Bottom);

    let y = room.top - CAPTION_HEIGHT / 2.0 - 1.0;
    picture.text(
        Text::new(name)
            .size(CAPTION_SIZE)
            .bold()
            .centered_on(frame.left, y),
    );
    let width = picture.fonts.width(name, CAPTION_SIZE, true);
    let used = counts.iter().filter(|count| **count > 0).count() as u64;
    let facts = format!(
        "entropy {:.2} bits, {} of 256 values",
        entropy(counts, total),
        integer(used)
    );
    picture.text(
        Text::new(facts)
            .size(CAPTION_SIZE - 0.5)
            .color(palette::SOFT_INK)
            .centered_on(frame.left + width + 8.0, y),
    );
    Ok(frame.bottom + values.thickness(picture, Side::Bottom))
}

/// Shannon's entropy, −Σ p log₂ p.
fn entropy(counts: &[u64; 256], total: u64) -> f64 {
    let shares = counts.iter().filter(|count| **count > 0);
    let terms = shares.map(|count| {
        let share = *count as f64 / total as f64;
        -share * share.log2()
    });
    // The sum's −0 for a single value would be printed.
    terms.sum::<f64>().abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::check::assert_texts_apart;

    #[test]
    fn texts_stay_apart() {
        let low = std::array::from_fn(|i| 1000 + (i as u64 * 7919) % 97);
        let mut high = [0; 256];
        high[17] = 3;
        for (high, low) in [(&high, &low), (&low, &low), (&[u64::MAX / 256; 256], &high)] {
            assert_texts_apart(
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
        assert!(matches!(none, Err(PlotError::Empty { what: "bytes" })));
    }

    #[test]
    fn counts_and_entropy() {
        let counts = byte_counts(&[0, 0, 7, 255]);
        assert_eq!((counts[0], counts[7], counts[255], counts[1]), (2, 1, 1, 0));
        assert_eq!(entropy(&counts, 4), 1.5);
        assert_eq!(entropy(&[1; 256], 256), 8.0);
    }
}
