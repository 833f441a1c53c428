//! The correction with regard to its neighbours: an adaptive model for each decision of each value.
//!
//! Frame after frame; a frame in rows of blocks of [`BLOCK`] × [`BLOCK`] places. A row of blocks is first, for each block
//! with places to code, whether all of them are 0 ([`blocks`]); then, row after row of places, the values of
//! the blocks that are not ([`value`]), each with regard to its [`surroundings`].

mod blocks;
mod predict;
mod surroundings;
mod value;

use ndarray::{Array3, ArrayView3, Axis};

use super::{Known, is_coded};
use crate::entropy::{BinaryCoder, Decoder, Encoder};
use blocks::Blocks;
use surroundings::Surroundings;
use value::ValueModel;

/// The height and width of a block, in places.
const BLOCK: usize = 8;

/// The bytes of a correction, for [`decode`] with the same `known`.
pub(super) fn encode(k: ArrayView3<'_, i64>, known: Known<'_>) -> Vec<u8> {
    let mut coder = Encoder::new();
    let mut walk = Walk::new(k.dim(), known);
    for (t, frame) in k.axis_iter(Axis(0)).enumerate() {
        walk.frame(t, &mut coder, |y, x| frame[[y, x]], |_, _, _| {});
    }
    coder.finish()
}

/// The correction that [`encode`] wrote, or some other if the bytes are not its.
pub(super) fn decode(bytes: &[u8], shape: (usize, usize, usize), known: Known<'_>) -> Array3<i64> {
    let mut k = Array3::zeros(shape);
    let mut coder = Decoder::new(bytes);
    let mut walk = Walk::new(shape, known);
    for (t, mut frame) in k.axis_iter_mut(Axis(0)).enumerate() {
        walk.frame(t, &mut coder, |_, _| 0, |y, x, k| frame[[y, x]] = k);
    }
    k
}

/// The order in which a correction is coded, and what is known at each point of it.
struct Walk<'a> {
    known: Known<'a>,
    size: (usize, usize),
    blocks: Blocks,
    surroundings: Surroundings<'a>,
    values: ValueModel,
}

impl<'a> Walk<'a> {
    fn new((_, height, width): (usize, usize, usize), known: Known<'a>) -> Self {
        Self {
            known,
            size: (height, width),
            blocks: Blocks::new(height.div_ceil(BLOCK), width.div_ceil(BLOCK)),
            surroundings: Surroundings::new(height, width, known.base),
            values: ValueModel::new(),
        }
    }

    /// Codes frame `t`: `read` gives a value to encode, `write` takes each value coded.
    fn frame<C: BinaryCoder>(
        &mut self,
        t: usize,
        coder: &mut C,
        read: impl Fn(usize, usize) -> i64,
        mut write: impl FnMut(usize, usize, i64),
    ) {
        let (height, width) = self.size;
        let classes = self.known.frame_of_classes(t);
        let coded = |y: usize, x: usize| is_coded(classes.as_ref(), y, x);
        self.blocks.next_frame();
        self.surroundings.next_frame(t);
        for top in (0..height).step_by(BLOCK) {
            let rows = top..(top + BLOCK).min(height);
            for left in (0..width).step_by(BLOCK) {
                let places = || {
                    let columns = left..(left + BLOCK).min(width);
                    rows.clone()
                        .flat_map(move |y| columns.clone().map(move |x| (y, x)))
                        .filter(|&(y, x)| coded(y, x))
                };
                if places().next().is_some() {
                    let any = || places().any(|(y, x)| read(y, x) != 0);
                    self.blocks.code(coder, top / BLOCK, left / BLOCK, any);
                }
            }
            for y in rows {
                for left in (0..width).step_by(BLOCK) {
                    if !self.blocks.any(top / BLOCK, left / BLOCK) {
                        continue;
                    }
                    for x in (left..(left + BLOCK).min(width)).filter(|&x| coded(y, x)) {
                        let at = self.surroundings.of(y, x);
                        let k = self.values.code(coder, read(y, x), &at);
                        self.surroundings.set(&at, k);
                        write(y, x, k);
                    }
                }
            }
        }
    }
}
