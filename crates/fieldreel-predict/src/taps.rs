//! The taps of a prediction: the decoded neighbors of a position.

use super::volume::Extent;

/// The offset of a tap from the position that it helps to predict, in planes, rows and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tap {
    pub(crate) plane: isize,
    pub(crate) row: isize,
    pub(crate) column: isize,
}

const fn tap(plane: isize, row: isize, column: isize) -> Tap {
    Tap { plane, row, column }
}

/// The kind of a pass, which determines its taps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PassKind {
    /// A pass that predicts every position of the coarsest level from the two previous planes.
    Base,
    /// A pass that predicts the odd positions along an axis from the even positions on both sides.
    Between(usize),
}

/// The number of interpolation taps of [`PassKind::Between`]: the nearest two positions, the eight
/// neighbors around each of them, and the next two positions along the axis.
pub(crate) const INTERPOLATION_TAP_COUNT: usize = 20;

/// The indices of the nearest taps on both sides.
pub(crate) const NEAREST: [usize; 2] = [4, 13];

/// The indices of the taps beyond the nearest ones along the axis.
pub(crate) const OUTER: [usize; 2] = [18, 19];

/// The interpolation taps of the base pass: 12 in the previous plane and 5 in the plane before it.
const BASE_TAPS: [Tap; 17] = [
    tap(-1, 0, 0),
    tap(-1, -1, 0),
    tap(-1, 1, 0),
    tap(-1, 0, -1),
    tap(-1, 0, 1),
    tap(-1, -1, -1),
    tap(-1, -1, 1),
    tap(-1, 1, -1),
    tap(-1, 1, 1),
    tap(-1, 0, 2),
    tap(-1, 0, -2),
    tap(-1, 2, 0),
    tap(-2, 0, 0),
    tap(-2, 0, 1),
    tap(-2, 0, -1),
    tap(-2, 1, 0),
    tap(-2, -1, 0),
];

/// Returns the interpolation taps. For [`PassKind::Between`], offset 0 along the axis is the even
/// position before, and offset 1 the one after.
pub(crate) fn interpolation_taps(kind: PassKind) -> Vec<Tap> {
    let PassKind::Between(axis) = kind else {
        return BASE_TAPS.to_vec();
    };
    let mut taps = Vec::with_capacity(INTERPOLATION_TAP_COUNT);
    let mut add = |along: isize, one: isize, other: isize| {
        taps.push(match axis {
            0 => tap(along, one, other),
            1 => tap(one, along, other),
            _ => tap(one, other, along),
        });
    };
    for along in 0..2 {
        for one in -1..=1 {
            for other in -1..=1 {
                add(along, one, other);
            }
        }
    }
    add(-1, 0, 0);
    add(2, 0, 0);
    taps
}

/// The causal taps, which apply to interpolation errors of the same pass: nine in the previous
/// plane, four in the rows above and two to the left.
pub(crate) const CAUSAL_TAPS: [Tap; 15] = [
    tap(-1, -1, -1),
    tap(-1, -1, 0),
    tap(-1, -1, 1),
    tap(-1, 0, -1),
    tap(-1, 0, 0),
    tap(-1, 0, 1),
    tap(-1, 1, -1),
    tap(-1, 1, 0),
    tap(-1, 1, 1),
    tap(0, -1, -1),
    tap(0, -1, 0),
    tap(0, -1, 1),
    tap(0, -2, 0),
    tap(0, 0, -1),
    tap(0, 0, -2),
];

/// The number of [`CAUSAL_TAPS`] in the previous plane.
pub(crate) const PREVIOUS_PLANE_TAP_COUNT: usize = 9;

/// The index of the first of [`CAUSAL_TAPS`] that is to the left in the same row.
pub(crate) const FIRST_LEFT_TAP: usize = 13;

impl Tap {
    /// Returns the offset of the tap from the position in the memory of a plane.
    #[inline(always)]
    pub(crate) const fn offset(self, extent: Extent) -> isize {
        self.row * extent.stride() as isize + self.column
    }
}
