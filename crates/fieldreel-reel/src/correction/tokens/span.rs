//! What is coded of a row: blocks side by side that hold anything but 0.

use ndarray::ArrayView1;

use super::BLOCK;

/// All places of a run, a bit each.
pub(super) const WHOLE: u8 = u8::MAX;

/// Blocks of a row, side by side.
#[derive(Debug, Default)]
pub(super) struct Span {
    /// The first column.
    pub(super) x: usize,
    /// The places of each block that are not 0 for sure: a bit each, the first lowest.
    pub(super) coded: Vec<u8>,
    /// Whether all places are coded.
    pub(super) is_whole: bool,
    pub(super) tokens: Vec<u8>,
    /// The low bits of the values.
    pub(super) low: Vec<u32>,
    /// The values to encode; a decoder ignores them.
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
        self.coded.clear();
        self.coded.resize(blocks, WHOLE);
        self.tokens.resize(blocks * BLOCK, 0);
        self.low.resize(blocks * BLOCK, 0);
        let count = (blocks * BLOCK).min(width - x);
        if let Some(last) = self.coded.last_mut() {
            *last >>= blocks * BLOCK - count;
        }
        if let Some(classes) = classes {
            for (coded, first) in self.coded.iter_mut().zip((x..).step_by(BLOCK)) {
                for i in 0..BLOCK {
                    // Places beyond what is known are coded.
                    let is_coded = classes.get(first + i).is_none_or(|&class| class == 0);
                    *coded &= !(u8::from(!is_coded) << i);
                }
            }
        }
        self.is_whole = self.coded.iter().all(|&coded| coded == WHOLE);
        if let Some(read) = read {
            self.values.resize(blocks * BLOCK, 0);
            read(&mut self.values[..count]);
        }
    }

    /// The number of places.
    pub(super) fn len(&self) -> usize {
        self.coded.len() * BLOCK
    }

    /// Whether a place is coded.
    #[inline(always)]
    pub(super) fn is_coded(&self, i: usize) -> bool {
        self.coded[i / BLOCK] >> (i % BLOCK) & 1 == 1
    }
}
