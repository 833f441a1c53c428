//! Places without a number.

use fieldreel_entropy::residual::RowContext;

use crate::passes::Pass;

/// The mask of a field: the places that have no number.
pub(crate) struct Mask<'a> {
    /// A class for each place in row-major order, 0 where there is a number.
    pub(crate) classes: &'a [u8],
    pub(crate) shape: [usize; 3],
}

impl Mask<'_> {
    /// Returns the row that row `(i, j)` of a pass is taken from, from its first place on.
    pub(crate) fn row(&self, pass: &Pass, (i, j): (usize, usize)) -> &[u8] {
        let [_, height, width] = self.shape;
        let (t, y) = (
            pass.start[0] + i * pass.step[0],
            pass.start[1] + j * pass.step[1],
        );
        &self.classes[(t * height + y) * width..][pass.start[2]..width]
    }
}

/// A row with places that have no number.
#[derive(Debug, Default)]
pub(crate) struct MaskedRow {
    /// The class of each place, 0 where there is a number.
    pub(crate) masked: Vec<u8>,
    /// The indices of the places that have a number.
    pub(crate) open: Vec<usize>,
    activity: Vec<u16>,
    above: Vec<i16>,
    before: Vec<i16>,
    sides: [Vec<i16>; 2],
}

impl MaskedRow {
    /// Sets this to row `(i, j)` of a pass. Returns whether any of its places has no number.
    pub(crate) fn set(&mut self, mask: &Mask<'_>, pass: &Pass, (i, j): (usize, usize)) -> bool {
        let row = mask.row(pass, (i, j));
        self.masked.clear();
        if pass.step[2] == 2 {
            // The most frequent case, which vectorizes.
            let (pairs, rest) = row.as_chunks::<2>();
            self.masked.extend(pairs.iter().map(|&[first, _]| first));
            self.masked.extend(rest);
        } else {
            self.masked.extend(row.iter().step_by(pass.step[2]));
        }
        if self.masked.iter().fold(0, |any, class| any | class) == 0 {
            return false;
        }
        self.open.clear();
        let open = self
            .masked
            .iter()
            .enumerate()
            .filter(|(_, class)| **class == 0);
        self.open.extend(open.map(|(x, _)| x));
        true
    }

    /// Takes the context of the places that have a number from that of the row.
    pub(crate) fn gather(&mut self, context: &RowContext<'_>) {
        fn take<T: Copy>(to: &mut Vec<T>, from: &[T], places: &[usize]) {
            to.clear();
            to.extend(places.iter().map(|&x| from[x]));
        }
        take(&mut self.activity, context.activity, &self.open);
        take(&mut self.above, context.above, &self.open);
        take(&mut self.before, context.before, &self.open);
        for (to, from) in self.sides.iter_mut().zip(context.sides) {
            take(to, from, &self.open);
        }
    }

    /// Returns the context that was gathered.
    pub(crate) fn context(&self) -> RowContext<'_> {
        RowContext {
            activity: &self.activity,
            above: &self.above,
            before: &self.before,
            sides: [&self.sides[0], &self.sides[1]],
        }
    }
}
