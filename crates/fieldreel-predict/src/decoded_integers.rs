//! Decoded integers.

use crate::taps::PassKind;
use crate::volume::{Volume, interleave};
use crate::word::Word;

/// Decoded integers, axis order `(t, y, x)`.
///
/// See the example of [`decode`](crate::decode()).
#[derive(Debug)]
pub struct DecodedIntegers<W: Word> {
    /// The integers that were known before the last pass, or all integers if there is one pass.
    known: Volume<W>,
    /// The axis of the last pass and its integers, which lie between the known ones. They are not
    /// merged, because each integer is read only once.
    last: Option<(usize, Volume<W>)>,
    shape: [usize; 3],
}

impl<W: Word> DecodedIntegers<W> {
    /// Creates the integers of a field of this shape from those known before the last pass and
    /// those of the last pass.
    pub(crate) fn new(
        known: Option<Volume<W>>,
        (kind, last): (PassKind, Volume<W>),
        shape: [usize; 3],
    ) -> Self {
        match (known, kind) {
            (Some(known), PassKind::Between(axis)) => Self {
                known,
                last: Some((axis, last)),
                shape,
            },
            _ => Self {
                known: last,
                last: None,
                shape,
            },
        }
    }

    /// Returns the number of positions along each axis.
    #[must_use]
    pub fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// Returns the integers of row `y` of plane `t`, or an empty slice outside of the shape.
    ///
    /// The integers may be in `buffer`, whose previous elements are lost.
    pub fn row<'a>(&'a self, t: usize, y: usize, buffer: &'a mut Vec<W>) -> &'a [W] {
        let [count, height, width] = self.shape;
        if t >= count || y >= height {
            return &[];
        }
        let Some((axis, last)) = &self.last else {
            return self.known.row(t, y, width);
        };
        let at = |index: usize| match index % 2 {
            0 => &self.known,
            _ => last,
        };
        match axis {
            0 => at(t).row(t / 2, y, width),
            1 => at(y).row(t, y / 2, width),
            _ => {
                buffer.resize(width, W::default());
                let even = self.known.row(t, y, width.div_ceil(2));
                interleave(buffer, even, last.row(t, y, width / 2));
                buffer
            }
        }
    }
}
