//! The taps of a prediction: the decoded numbers that a number is predicted from.

use super::volume::Extent;

/// The place of a tap relative to the number that it helps to predict, in planes, rows and columns.
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
    /// Predicts every place of the coarsest lattice from the two planes before.
    Base,
    /// Predicts the odd places along an axis from the even ones on both sides.
    Between(usize),
}

/// The number of taps of a prediction from both sides: the nearest two, the eight around each of these, and the next
/// two along the axis.
pub(crate) const KNOWN: usize = 20;

/// The indices of the nearest taps on either side.
pub(crate) const NEAREST: [usize; 2] = [4, 13];

/// The indices of the taps beyond the nearest.
pub(crate) const BEYOND: [usize; 2] = [18, 19];

/// The taps of the base pass: 12 in the plane before and 5 in the one before that.
const BEFORE: [Tap; 17] = [
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

/// Returns the taps of known numbers. For [`PassKind::Between`], 0 along the axis is the even place before, and 1 the
/// one after.
pub(crate) fn known(kind: PassKind) -> Vec<Tap> {
    let PassKind::Between(axis) = kind else {
        return BEFORE.to_vec();
    };
    let mut taps = Vec::with_capacity(KNOWN);
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

/// The taps of departures, which are differences between numbers of the same pass and their predictions from known
/// ones: nine in the plane before, four in the rows above and two to the left.
pub(crate) const DEPARTURES: [Tap; 15] = [
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

/// The number of [`DEPARTURES`] in the plane before.
pub(crate) const IN_PLANE_BEFORE: usize = 9;

/// The index of the first of [`DEPARTURES`] that is to the left in the same row.
pub(crate) const LEFT: usize = 13;

impl Tap {
    /// Returns the distance of the tap from the place in the memory of a plane.
    #[inline(always)]
    pub(crate) const fn offset(self, extent: Extent) -> isize {
        self.row * extent.stride() as isize + self.column
    }
}
