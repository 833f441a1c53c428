//! The axes of some frames of a reel, and the coordinates that fit them.

use std::ops::Range;

use fieldreel_formats::{Coordinate, Dimension, FieldValues};
use fieldreel_reel::{self as reel, Numbers};
use ndarray::{Array1, ArrayD, Axis, Slice};

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
        named: &'a [reel::Dimension],
        [height, width]: [usize; 2],
        frames: Range<usize>,
    ) -> Self {
        let rows = |y: &str, x: &str| vec![Dimension::new(y, height), Dimension::new(x, width)];
        let Some((leading, [y, x])) = named.split_last_chunk::<2>() else {
            return Self::unfolded("time", frames, false, rows("y", "x"));
        };
        let rows = rows(&y.name, &x.name);
        match leading.split_first() {
            None if frames == (0..1) => Self {
                dimensions: rows,
                first: First::Rows,
            },
            Some((first, inner)) => match unfold(first, inner, &frames) {
                Some((steps, mut dimensions)) => {
                    dimensions.extend(rows);
                    Self::unfolded(&first.name, steps, first.length.is_none(), dimensions)
                }
                None => Self::folded(leading, frames, rows),
            },
            None => Self::folded(leading, frames, rows),
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
        leading: &'a [reel::Dimension],
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
    pub(super) fn coordinates(&self, all: &[reel::Coordinate]) -> Vec<Coordinate> {
        let mut fitting: Vec<_> = all.iter().filter_map(|own| self.coordinate(own)).collect();
        if let First::Frames(_, frames) = &self.first {
            let numbers: Array1<f64> = frames.clone().map(|frame| frame as f64).collect();
            fitting.push(Coordinate::new(FOLDED, &[FOLDED], numbers.into_dyn()));
        }
        fitting
    }

    /// A coordinate, cut to what is there; `None` if it does not fit.
    fn coordinate(&self, own: &reel::Coordinate) -> Option<Coordinate> {
        let names: Vec<&str> = own.dimensions.iter().map(|(name, _)| &**name).collect();
        let mut values = values(own)?;
        match &self.first {
            First::Rows => {}
            First::Frames(folded, _) => {
                if names.iter().any(|name| folded.contains(name)) || own.name == FOLDED {
                    return None;
                }
            }
            First::Steps(first, steps) => {
                for (axis, name) in names.iter().enumerate() {
                    if name == first {
                        values = cut(values, axis, steps.clone())?;
                    }
                }
            }
        }
        let fits = names.iter().zip(values.shape()).all(|(name, &length)| {
            let dimension = self.dimensions.iter().find(|axis| axis.name == *name);
            dimension.is_none_or(|axis| axis.len == length)
        });
        fits.then(|| {
            let mut coordinate = Coordinate::new(&own.name, &names, values);
            coordinate.attributes = own.attributes.clone();
            coordinate
        })
    }
}

/// The steps of the first axis that these frames are, and the axes within a step; `None` if they are
/// not whole steps, or there are more than the axis has.
fn unfold(
    first: &reel::Dimension,
    inner: &[reel::Dimension],
    frames: &Range<usize>,
) -> Option<(Range<usize>, Vec<Dimension>)> {
    let inner: Vec<Dimension> = inner
        .iter()
        .map(|axis| Some(Dimension::new(&axis.name, axis.length?)))
        .collect::<Option<_>>()?;
    let mut lengths = inner.iter().map(|axis| axis.len);
    let step = lengths.try_fold(1_usize, usize::checked_mul)?;
    let whole = step > 0 && frames.start.is_multiple_of(step) && frames.end.is_multiple_of(step);
    let end = whole.then(|| frames.end / step)?;
    let known = first.length.is_none_or(|length| end <= length);
    known.then_some((frames.start / step..end, inner))
}

/// The numbers of a coordinate in its shape, integers as `f64`.
fn values(own: &reel::Coordinate) -> Option<FieldValues> {
    let lengths: Vec<usize> = own.dimensions.iter().map(|&(_, length)| length).collect();
    Some(match &own.values {
        Numbers::F32(values) => ArrayD::from_shape_vec(lengths, values.clone()).ok()?.into(),
        other => ArrayD::from_shape_vec(lengths, other.to_f64()).ok()?.into(),
    })
}

/// These indices of an axis; `None` if there are not so many.
fn cut(values: FieldValues, axis: usize, steps: Range<usize>) -> Option<FieldValues> {
    if values
        .shape()
        .get(axis)
        .is_none_or(|&length| length < steps.end)
    {
        return None;
    }
    let (axis, slice) = (Axis(axis), Slice::from(steps));
    Some(match values {
        FieldValues::F32(values) => values.slice_axis(axis, slice).to_owned().into(),
        FieldValues::F64(values) => values.slice_axis(axis, slice).to_owned().into(),
    })
}
