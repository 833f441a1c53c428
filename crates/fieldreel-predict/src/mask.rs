//! Masked positions.

use fieldreel_entropy::residual::RowContext;

use crate::passes::Pass;

/// The mask of a field.
pub(crate) struct FieldMask<'a> {
    /// The class of each position in row-major order, 0 if it is not masked.
    pub(crate) classes: &'a [u8],
    pub(crate) shape: [usize; 3],
}

impl FieldMask<'_> {
    /// Returns the row of the mask that contains row `(i, j)` of a pass, from the first position
    /// of the pass on.
    pub(crate) fn row(&self, pass: &Pass, (i, j): (usize, usize)) -> &[u8] {
        let [_, height, width] = self.shape;
        let (t, y) = (
            pass.start[0] + i * pass.stride[0],
            pass.start[1] + j * pass.stride[1],
        );
        &self.classes[(t * height + y) * width..][pass.start[2]..width]
    }
}

/// A row with masked positions.
#[derive(Debug, Default)]
pub(crate) struct MaskedRow {
    /// The class of each position, 0 if it is not masked.
    pub(crate) classes: Vec<u8>,
    /// The indices of the positions that are not masked.
    pub(crate) unmasked: Vec<u32>,
    activity: Vec<u16>,
    above: Vec<i16>,
    before: Vec<i16>,
    sides: [Vec<i16>; 2],
}

impl MaskedRow {
    /// Sets this to row `(i, j)` of a pass. Returns whether any of its positions is masked.
    pub(crate) fn set(
        &mut self,
        mask: &FieldMask<'_>,
        pass: &Pass,
        (i, j): (usize, usize),
    ) -> bool {
        let row = mask.row(pass, (i, j));
        self.classes.clear();
        if pass.stride[2] == 2 {
            // This is the most frequent case, and the lower halves of words vectorize.
            let (pairs, rest) = row.as_chunks();
            let lower_halves = pairs.iter().map(|&pair| u16::from_le_bytes(pair) as u8);
            self.classes.extend(lower_halves);
            self.classes.extend(rest);
        } else {
            self.classes.extend(row.iter().step_by(pass.stride[2]));
        }
        if self.classes.iter().fold(0, |any, class| any | class) == 0 {
            return false;
        }
        self.unmasked.resize(self.classes.len(), 0);
        let count = set_unmasked(&mut self.unmasked, &self.classes);
        self.unmasked.truncate(count);
        true
    }

    /// Gathers the context of the positions that are not masked from the context of the row.
    pub(crate) fn gather(&mut self, context: &RowContext<'_>) {
        fn take<T: Copy>(to: &mut Vec<T>, from: &[T], indices: &[u32]) {
            to.clear();
            to.extend(indices.iter().map(|&x| from[x as usize]));
        }
        take(&mut self.activity, context.activity, &self.unmasked);
        take(&mut self.above, context.above, &self.unmasked);
        take(&mut self.before, context.before, &self.unmasked);
        for (to, from) in self.sides.iter_mut().zip(context.sides) {
            take(to, from, &self.unmasked);
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

/// Sets the first indices to those of the positions of class 0, and returns their number. There are
/// as many indices as classes.
fn set_unmasked(indices: &mut [u32], classes: &[u8]) -> usize {
    let mut count = 0;
    for (x, &class) in (0..).zip(classes) {
        // This is not a branch, because it would be unpredictable.
        if let Some(index) = indices.get_mut(count) {
            *index = x;
        }
        count += usize::from(class == 0);
    }
    count
}
