//! The correction as one token a value, by distributions that the writer chose: quick to decode.
//!
//! Frame after frame; a frame in rows of blocks of [`BLOCK`] × [`BLOCK`] places. What is in the blocks is in two
//! sections, read side by side: which blocks hold anything but 0, the [`weights`] of the guesses and the [`kinds`] of the
//! distributions, as binary decisions; and the [values](value) of these blocks. A run of a block's row is coded at once, from
//! what is above and in the frames before; where it makes the correction much smaller, value by value, from what is to the
//! left as well.

mod around;
mod encode;
mod fit;
mod flags;
mod head;
mod kinds;
mod survey;
mod symbols;
mod tables;
mod value;
mod walk;
mod weights;

use super::Known;
use crate::entropy::{Corrupt, Decoder, copy_run};
use crate::wire::Reader;
pub(super) use encode::encode;
#[cfg(test)]
pub(super) use encode::encode_so;
use head::{Head, Wanted};
use symbols::Reading;
use walk::{Walk, WantedGroup, code_values};

/// The height and width of a block, in places.
const BLOCK: usize = 8;

/// Gives `each` frame of the correction that [`encode`] wrote, in row-major order, or some other if the bytes are not its.
pub(super) fn decode(
    bytes: &[u8],
    (frames, height, width): (usize, usize, usize),
    known: Known<'_>,
    mut each: impl FnMut(usize, &[i64]),
) -> Result<(), Corrupt> {
    let mut reader = Reader::new(bytes);
    let decisions = reader.block().map_err(|_| Corrupt)?;
    let symbols = reader.raw(reader.len()).map_err(|_| Corrupt)?;
    let mut decisions = Decoder::new(decisions);
    let head = Head::code(&mut decisions, &Wanted::default());
    let mut symbols = Reading::new(symbols, head.lanes);
    let mut walk = Walk::new((frames, height, width), known, &head);
    let mut frame = vec![0; height * width];
    for t in 0..frames {
        // Where nothing was written, all is 0 still.
        for (row, rows) in frame.chunks_mut((BLOCK * width).max(1)).enumerate() {
            if walk.flags.span(row, 0).is_some() {
                rows.fill(0);
            }
        }
        if walk.is_first(t) {
            walk.begin_group(&mut decisions, &WantedGroup::default());
            symbols.begin_group(&walk.kinds);
        }
        walk.flags.code(&mut decisions, |_| false);
        let write = |y: usize, x: usize, block: &[i64; BLOCK], length: usize| {
            let places = frame.get_mut(y * width + x..).unwrap_or_default();
            copy_run(places, block, length);
        };
        code_values(&mut walk, t, &mut symbols, |_, _, _| {}, write);
        each(t, &frame);
    }
    Ok(())
}

/// 0, −1, 1, −2, 2 … as 0, 1, 2, 3, 4 …
#[inline]
fn fold(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

/// The number that [`fold`] made this of.
#[inline]
fn unfold(folded: u64) -> i64 {
    (folded >> 1) as i64 ^ -((folded & 1) as i64)
}
