//! The axes of some frames of a reel, and the coordinates that fit them.

use std::ops::Range;

use fieldreel_core::{Coordinate, Dimension};

/// The axis into which others are folded where they cannot be unfolded.
const FOLDED: &str = "frame";

/// The axes of some frames.
pub(super) struct Axes<'a> {
    /// The axes, slowest first.
    pub(super) dimensions: Vec<Dimension>,
    first: First<'a>,
}

/// What the first axis is.
enum First<'a> {
    /// These steps of the reel's own first axis.
    Steps(&'a str, Range<usize>),
    /// These frames, into which the axes of these names are folded.
    Frames(Vec<&'a str>, Range<usize>),
    /// A frame's own: there is but one frame, and it is the whole field.
    Rows,
}

impl<'a> Axes<'a> {
    /// The axes of frames of `[y, x]` values, in a reel with these dimensions.
    pub(super) fn new(
        named: &'a [Dimension],
        [height, width]: [usize; 2],
        frames: Range<usize>,
    ) -> Self {
        let rows = |y: &str, x: &str| vec![Dimension::new(y, height), Dimension::new(x, width)];
        let (leading, [y, x]) = match named {
            [] if (height, width) == (1, 1) && frames == (0..1) => return Self::whole(Vec::new()),
            [x] if height == 1 && frames == (0..1) => {
                return Self::whole(vec![Dimension::new(&x.name, width)]);
            }
            // Frames of one row are steps of the first of two axes.
            [time, x] if height == 1 && (time.unlimited || time.len != 1) => {
                let row = vec![Dimension::new(&x.name, width)];
                return Self::unfolded(&time.name, frames, time.unlimited, row);
            }
            [leading @ .., y, x] => (leading, [y, x]),
            [] | [_] => return Self::unfolded("time", frames, false, rows("y", "x")),
        };
        let rows = rows(&y.name, &x.name);
        match leading.split_first() {
            None if frames == (0..1) => Self::whole(rows),
            Some((first, inner)) => match unfold(first, inner, &frames) {
                Some((steps, mut dimensions)) => {
                    dimensions.extend(rows);
                    Self::unfolded(&first.name, steps, first.unlimited, dimensions)
                }
                None => Self::folded(leading, frames, rows),
            },
            None => Self::folded(leading, frames, rows),
        }
    }

    const fn whole(dimensions: Vec<Dimension>) -> Self {
        Self {
            dimensions,
            first: First::Rows,
        }
    }

    fn unfolded(
        name: &'a str,
        steps: Range<usize>,
        unlimited: bool,
        mut dimensions: Vec<Dimension>,
    ) -> Self {
        let mut first = Dimension::new(name, steps.len());
        first.unlimited = unlimited;
        dimensions.insert(0, first);
        Self {
            dimensions,
            first: First::Steps(name, steps),
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
            first: First::Frames(names, frames),
        }
    }

    /// The coordinates that fit these axes, and the number of each frame where axes are folded.
    pub(super) fn coordinates(&self, all: &[Coordinate]) -> Vec<Coordinate> {
        let mut fitting: Vec<_> = all.iter().filter_map(|own| self.coordinate(own)).collect();
        if let First::Frames(_, frames) = &self.first {
            let numbers: Vec<f64> = frames.clone().map(|frame| frame as f64).collect();
            fitting.push(Coordinate::axis(FOLDED, numbers));
        }
        fitting
    }

    /// A coordinate, cut to what is there; `None` if it does not fit.
    fn coordinate(&self, own: &Coordinate) -> Option<Coordinate> {
        let part = match &self.first {
            First::Rows => own.clone(),
            First::Frames(folded, _) => {
                let is_folded = own.dimension_names().any(|name| folded.contains(&name));
                if is_folded || own.name == FOLDED {
                    return None;
                }
                own.clone()
            }
            First::Steps(first, steps) => own.select(first, steps.clone())?,
        };
        let fits = part.dimensions.iter().all(|(name, length)| {
            let dimension = self.dimensions.iter().find(|axis| axis.name == *name);
            dimension.is_none_or(|axis| axis.len == *length)
        });
        fits.then_some(part)
    }
}

/// The steps of the first axis that these frames are, and the axes within a step; `None` if they are
/// not whole steps, or there are more than the axis has.
fn unfold(
    first: &Dimension,
    inner: &[Dimension],
    frames: &Range<usize>,
) -> Option<(Range<usize>, Vec<Dimension>)> {
    if inner.iter().any(|axis| axis.unlimited) {
        return None;
    }
    let mut lengths = inner.iter().map(|axis| axis.len);
    let step = lengths.try_fold(1_usize, usize::checked_mul)?;
    let whole = step > 0 && frames.start.is_multiple_of(step) && frames.end.is_multiple_of(step);
    let end = whole.then(|| frames.end / step)?;
    let known = first.unlimited || end <= first.len;
    known.then(|| (frames.start / step..end, inner.to_vec()))
}
