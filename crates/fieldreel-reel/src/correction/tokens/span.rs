//! What is coded of a row: blocks side by side that hold anything but 0.

use ndarray::{ArrayView1, ArrayViewMut1, s};

use super::BLOCK;

/// Blocks of a row, side by side.
#[derive(Debug, Default)]
pub(super) struct Span {
    /// The first column.
    pub(super) x: usize,
    /// The number of columns.
    pub(super) length: usize,
    /// Whether all places have a correction.
    pub(super) is_whole: bool,
    /// If not, those that have: columns from the first on.
    pub(super) places: Vec<usize>,
    /// The classes of all places.
    classes: Vec<u8>,
    /// The values to encode, of all columns; a decoder ignores them.
    pub(super) values: Vec<i64>,
}

impl Span {
    /// Makes it so many blocks from column `x` on, of a row that ends before column `width`, and has the classes given.
    /// `read` is asked for the values, if there is one.
    #[inline(always)]
    pub(super) fn begin(
        &mut self,
        x: usize,
        blocks: usize,
        width: usize,
        classes: Option<ArrayView1<'_, u8>>,
        read: Option<impl FnOnce(&mut [i64])>,
    ) {
        self.x = x;
        self.length = (blocks * BLOCK).min(width - x);
        self.is_whole = true;
        if let Some(classes) = classes {
            // Places beyond what is known are coded.
            self.classes.resize(self.length, 0);
            let (start, end) = (x.min(classes.len()), (x + self.length).min(classes.len()));
            let (known, beyond) = self.classes.split_at_mut(end - start);
            beyond.fill(0);
            match classes.as_slice() {
                Some(classes) => known.copy_from_slice(&classes[start..end]),
                None => ArrayViewMut1::from(known).assign(&classes.slice(s![start..end])),
            }
            self.places.resize(self.length, 0);
            let (places, mut count) = (&mut self.places[..], 0);
            // Without a branch: nothing foretells where coasts are.
            for (i, &class) in self.classes.iter().enumerate() {
                if let Some(place) = places.get_mut(count) {
                    *place = i;
                }
                count += usize::from(class == 0);
            }
            self.places.truncate(count);
            self.is_whole = count == self.length;
        }
        if let Some(read) = read {
            self.values.resize(self.length, 0);
            read(&mut self.values);
        }
    }
}
