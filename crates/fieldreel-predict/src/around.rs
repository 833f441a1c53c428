//! The residuals around a row.

use fieldreel_entropy::residual::RowContext;
use multiversion::multiversion;

use crate::lattice::Pass;
use crate::taps::PassKind;
use crate::volume::{Extent, Volume};

/// Residuals around a row.
pub(crate) struct Around<'a> {
    pub(crate) pass: &'a Pass,
    pub(crate) extent: Extent,
    /// The plane before.
    pub(crate) before: Option<&'a [i16]>,
    /// The plane at hand, as far as it is coded.
    pub(crate) now: &'a [i16],
    /// The known planes.
    pub(crate) known: Option<&'a Volume<i16>>,
    /// The plane and the row at hand.
    pub(crate) at: (usize, usize),
}


impl<'a> Around<'a> {
    /// What is known around the row; `activity` is room for as many sums.
    pub(crate) fn context(&self, activity: &'a mut [u16]) -> RowContext<'a> {
        let (i, j) = self.at;
        let (extent, width) = (self.extent, self.pass.counts[2]);
        let here = extent.index(j, 0);
        let row = |plane: &'a [i16], offset: isize| -> &'a [i16] {
            let start = here.wrapping_add_signed(offset);
            &plane[start..start + width]
        };
        let stride = extent.stride() as isize;
        // Above the first row is the margin, which is 0 in a plane that is not complete.
        let above = [-1, 0, 1].map(|x| row(self.now, x - stride));
        let sides = match (self.pass.kind, self.known) {
            (PassKind::Between(axis), Some(known)) => {
                let next = match axis {
                    0 => (1, 0),
                    1 => (0, stride),
                    _ => (0, 1),
                };
                let plane = |i: usize| -> &'a [i16] { &known.planes[i.min(known.planes.len() - 1)] };
                Some([row(plane(i), 0), row(plane(i + next.0), next.1)])
            }
            _ => None,
        };
        let before = self.before.map(|plane| [-1, 0, 1, -stride, stride].map(|offset| row(plane, offset)));
        sum_above(activity, above);
        if let Some(before) = before {
            add_before(activity, before);
        }
        if let Some(sides) = sides {
            add_sides(activity, sides);
        }
        // Where there is none, what is above stands for it.
        let above = above[1];
        RowContext {
            activity,
            above,
            before: before.map_or(above, |before| before[1]),
            sides: sides.unwrap_or([above; 2]),
        }
    }
}

/// A magnitude, up to one that keeps sums of some within 16 bits.
#[inline(always)]
fn magnitude(k: i16) -> u16 {
    k.unsigned_abs().min(4095)
}

#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn sum_above(activity: &mut [u16], [left, up, right]: [&[i16]; 3]) {
    let all = activity.iter_mut().zip(left).zip(up).zip(right);
    for (((activity, &left), &up), &right) in all {
        *activity = 2 * magnitude(up) + magnitude(left) + magnitude(right);
    }
}

#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn add_before(activity: &mut [u16], [left, here, right, up, down]: [&[i16]; 5]) {
    let all = activity.iter_mut().zip(left).zip(here).zip(right).zip(up).zip(down);
    for (((((activity, &left), &here), &right), &up), &down) in all {
        let beside = magnitude(left) + magnitude(right) + magnitude(up) + magnitude(down);
        *activity += 2 * magnitude(here) + beside;
    }
}

#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn add_sides(activity: &mut [u16], [one, other]: [&[i16]; 2]) {
    for ((activity, &one), &other) in activity.iter_mut().zip(one).zip(other) {
        *activity += 2 * (magnitude(one) + magnitude(other));
    }
}
