//! The axes of a range of frames of a reel, and the coordinates along them.

use std::ops::Range;

use fieldreel_core::{Coordinate, Dimension};

/// The name of the axis of frames whose leading axes remain folded.
const FOLDED: &str = "frame";

/// The axes of a range of frames.
pub(super) struct FrameAxes<'a> {
    /// The axes, slowest first.
    pub(super) dimensions: Vec<Dimension>,
    first: FirstAxis<'a>,
}

/// The first axis of a range of frames.
enum FirstAxis<'a> {
    /// A range of steps of the first axis of the reel, with its name.
    Steps(&'a str, Range<usize>),
    /// A range of frames, with the names of the axes that are folded into it.
    Frames(Vec<&'a str>, Range<usize>),
    /// The first axis of a frame: the field consists of one frame.
    Rows,
}

impl<'a> FrameAxes<'a> {
    /// Returns the axes of a range of frames of `[height, width]` values in a reel with the
    /// dimensions `named`.
    pub(super) fn new(
        named: &'a [Dimension],
        [height, width]: [usize; 2],
        frames: Range<usize>,
    ) -> Self {
        let rows = |y: &str, x: &str| vec![Dimension::new(y, height), Dimension::new(x, width)];
        let (leading, [y, x]) = match named {
            [] if (height, width) == (1, 1) && frames == (0..1) => {
                return Self::single_frame(Vec::new());
            }
            [x] if height == 1 && frames == (0..1) => {
                return Self::single_frame(vec![Dimension::new(&x.name, width)]);
            }
            // Each frame of one row is a step of the first of two axes.
            [time, x] if height == 1 && (time.is_unlimited || time.len != 1) => {
                let row = vec![Dimension::new(&x.name, width)];
                return Self::unfolded(&time.name, frames, time.is_unlimited, row);
            }
            [leading @ .., y, x] => (leading, [y, x]),
            [] | [_] => return Self::unfolded("time", frames, false, rows("y", "x")),
        };
        let rows = rows(&y.name, &x.name);
        match leading.split_first() {
            None if frames == (0..1) => Self::single_frame(rows),
            Some((first, inner)) => match unfold(first, inner, &frames) {
                Some((steps, mut dimensions)) => {
                    dimensions.extend(rows);
                    Self::unfolded(&first.name, steps, first.is_unlimited, dimensions)
                }
                None => Self::folded(leading, frames, rows),
            },
            None => Self::folded(leading, frames, rows),
        }
    }

    const fn single_frame(dimensions: Vec<Dimension>) -> Self {
        Self {
            dimensions,
            first: FirstAxis::Rows,
        }
    }

    fn unfolded(
        name: &'a str,
        steps: Range<usize>,
        unlimited: bool,
        mut dimensions: Vec<Dimension>,
    ) -> Self {
        let mut first = Dimension::new(name, steps.len());
        first.is_unlimited = unlimited;
        dimensions.insert(0, first);
        Self {
            dimensions,
            first: FirstAxis::Steps(name, steps),
        }
    }

    fn folded(
        leading: &'a [Dimension],
        frames: Range<usize>,
        mut dimensions: Vec<Dimension>,
    ) -> Self {
        dimensions.insert(0, Dimension::new(FOLDED, frames.len()));
        let names = leading.iter().map(|axis| axis.name.as_str()).collect();
        Self {
            dimensions,
            first: FirstAxis::Frames(names, frames),
        }
    }

    /// Returns the coordinates of the reel that match these axes, and the frame numbers as a
    /// coordinate if axes are folded.
    pub(super) fn coordinates(&self, stored: &[Coordinate]) -> Vec<Coordinate> {
        let selected = stored.iter().filter_map(|stored| self.coordinate(stored));
        let mut coordinates: Vec<_> = selected.collect();
        if let FirstAxis::Frames(_, frames) = &self.first {
            let numbers: Vec<f64> = frames.clone().map(|frame| frame as f64).collect();
            coordinates.push(Coordinate::axis(FOLDED, numbers));
        }
        coordinates
    }

    /// Returns a coordinate restricted to the frames; `None` if its lengths do not match the axes.
    fn coordinate(&self, stored: &Coordinate) -> Option<Coordinate> {
        let selected = match &self.first {
            FirstAxis::Rows => stored.clone(),
            FirstAxis::Frames(folded, _) => {
                let is_folded = stored.dimension_names().any(|name| folded.contains(&name));
                if is_folded || stored.name == FOLDED {
                    return None;
                }
                stored.clone()
            }
            FirstAxis::Steps(first, steps) => stored.select(first, steps.clone())?,
        };
        let fits = selected.dimensions.iter().all(|(name, length)| {
            let dimension = self.dimensions.iter().find(|axis| axis.name == *name);
            dimension.is_none_or(|axis| axis.len == *length)
        });
        fits.then_some(selected)
    }
}

/// Returns the range of steps of the first axis that a range of frames covers, and the axes within
/// a step; `None` if the frames are not whole steps, or exceed the length of the axis.
fn unfold(
    first: &Dimension,
    inner: &[Dimension],
    frames: &Range<usize>,
) -> Option<(Range<usize>, Vec<Dimension>)> {
    if inner.iter().any(|axis| axis.is_unlimited) {
        return None;
    }
    let mut lengths = inner.iter().map(|axis| axis.len);
    let step = lengths.try_fold(1_usize, usize::checked_mul)?;
    let is_aligned =
        step > 0 && frames.start.is_multiple_of(step) && frames.end.is_multiple_of(step);
    let end = is_aligned.then(|| frames.end / step)?;
    let is_within = first.is_unlimited || end <= first.len;
    is_within.then(|| (frames.start / step..end, inner.to_vec()))
}
