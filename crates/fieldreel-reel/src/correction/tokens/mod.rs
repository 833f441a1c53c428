//! The correction as one token a value, by distributions that the writer chose: quick to decode.
//!
//! Frame after frame; a frame in rows of blocks of [`BLOCK`] × [`BLOCK`] places. What is in the blocks is in three
//! sections, read side by side: which blocks hold anything but 0, the [`weights`] of the guesses and the [`kinds`] of the
//! distributions, as binary decisions; what tokens leave open of the [values](value) of these blocks, as bits; and the tokens. A run of a block's row is coded at once, from
//! what is above and in the frames before; where it makes the correction much smaller, value by value, from what is to the
//! left as well.

mod around;
mod beyond;
mod coder;
mod encode;
mod fit;
mod flags;
mod head;
mod kinds;
mod row;
mod span;
mod survey;
mod symbols;
mod tables;
mod turn;
mod value;
mod walk;
mod weights;

use super::{Frame, Known};
use crate::entropy::{Corrupt, Decoder};
use crate::wire::Reader;
#[cfg(test)]
pub(super) use encode::encode_so;
pub(super) use encode::{encode, encode_smaller};
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
    mut each: impl FnMut(usize, Frame<'_>),
) -> Result<(), Corrupt> {
    let mut reader = Reader::new(bytes);
    let decisions = reader.block().map_err(|_| Corrupt)?;
    // Where there are no tokens, they leave nothing open.
    let bits = match reader.len() {
        0 => &[],
        _ => reader.block().map_err(|_| Corrupt)?,
    };
    let tokens = reader.raw(reader.len()).map_err(|_| Corrupt)?;
    let mut decisions = Decoder::new(decisions);
    let head = Head::code(&mut decisions, &Wanted::default());
    let mut reading = Reading::new(bits, tokens, head.lanes);
    let mut walk = Walk::new((frames, height, width), known, &head);
    for t in 0..frames {
        if walk.is_first(t) {
            walk.begin_group(&mut decisions, &WantedGroup::default());
            reading.begin_group(&walk.kinds);
        }
        walk.flags.code(&mut decisions, |_| false);
        code_values(&mut walk, t, &mut reading, |_, _, _| {});
        each(t, walk.frame());
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
