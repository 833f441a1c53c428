//! The correction: integers that say, place by place, how far the base video is off.
//!
//! Multiples `k` of twice the error bound, axis order `(time, y, x)`: nearly all 0 where the bound is loose, noise of many
//! levels where it is tight. The first byte names the method; [`encode`] keeps the shortest, or takes the one that
//! is quick.
//!
//! | byte | method |
//! |---|---|
//! | 0 | [`context`]: adaptive, decision by decision, with what is known of the neighbours in space and time; slow |
//! | 1 | [`tokens`]: adaptive, a token a value, with much of the same; fast |

mod context;
mod frame;
#[cfg(test)]
mod tests;
mod tokens;

use ndarray::{Array3, ArrayView2, ArrayView3, Axis};

use crate::entropy::Corrupt;
use frame::Gathered;
pub(crate) use frame::{Frame, Row};

const CONTEXT: u8 = 0;
const TOKENS: u8 = 1;

/// What writer and reader both know besides the correction. Arrays have its shape, axis order `(time, y, x)`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Known<'a> {
    /// Places with anything but 0 have no correction: none is stored, and 0 is read there. `None`: all have one.
    pub(crate) classes: Option<ArrayView3<'a, u8>>,
    /// The codes of the decoded base video. Where they bend, the correction is seldom 0.
    pub(crate) base: Option<ArrayView3<'a, u16>>,
}

impl<'a> Known<'a> {
    /// The classes of a frame, if there are any.
    fn frame_of_classes(self, t: usize) -> Option<ArrayView2<'a, u8>> {
        let classes = self.classes.filter(|all| t < all.len_of(Axis(0)));
        classes.map(|all| all.index_axis_move(Axis(0), t))
    }
}

/// How much time a reader may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Effort {
    /// About as much as for the video.
    Quick,
    /// As much as the method takes that is nearly always the shortest.
    Likely,
    /// As much as the shortest of all methods takes.
    #[default]
    Best,
}

impl From<crate::Effort> for Effort {
    fn from(effort: crate::Effort) -> Self {
        match effort {
            crate::Effort::Fast | crate::Effort::Balanced => Self::Quick,
            crate::Effort::Best => Self::Best,
        }
    }
}

/// The bytes of a correction, for [`decode`] with the same `known`.
pub(crate) fn encode<'a>(k: ArrayView3<'a, i64>, known: Known<'a>, effort: Effort) -> Vec<u8> {
    match effort {
        Effort::Quick => return prefixed(TOKENS, tokens::encode(k, known)),
        Effort::Likely => return prefixed(CONTEXT, context::encode(k, known)),
        Effort::Best => {}
    }
    let tokens = prefixed(TOKENS, tokens::encode_smaller(k, known));
    let context = prefixed(CONTEXT, context::encode(k, known));
    match tokens.len() <= context.len() {
        true => tokens,
        false => context,
    }
}

/// Gives `each` frame of the correction that [`encode`] wrote, of the shape that the caller knows it to have.
///
/// # Errors
///
/// [`Corrupt`] if the method is unknown or the bytes do not hold as many values as they should. Bytes damaged otherwise
/// may give another array.
pub(crate) fn decode(
    bytes: &[u8],
    shape: (usize, usize, usize),
    known: Known<'_>,
    mut each: impl FnMut(usize, Frame<'_>),
) -> Result<(), Corrupt> {
    let (method, body) = bytes.split_first().ok_or(Corrupt)?;
    let all = match *method {
        TOKENS => return tokens::decode(body, shape, known, each),
        CONTEXT => context::decode(body, shape, known),
        _ => return Err(Corrupt),
    };
    let mut gathered = Gathered::new(shape.1, shape.2);
    for (t, frame) in all.axis_iter(Axis(0)).enumerate() {
        each(t, gathered.frame(frame.as_slice().ok_or(Corrupt)?));
    }
    Ok(())
}

/// The whole correction that [`encode`] wrote.
///
/// # Errors
///
/// As [`decode`].
pub(crate) fn decode_all(
    bytes: &[u8],
    shape: (usize, usize, usize),
    known: Known<'_>,
) -> Result<Array3<i64>, Corrupt> {
    let mut all = Array3::zeros(shape);
    decode(bytes, shape, known, |t, frame| {
        for y in 0..shape.1 {
            frame.row(y).for_each(|x, k| all[(t, y, x)] = k);
        }
    })?;
    Ok(all)
}

fn prefixed(method: u8, mut body: Vec<u8>) -> Vec<u8> {
    body.insert(0, method);
    body
}

/// Whether a place has a correction.
fn is_coded(classes: Option<&ArrayView2<'_, u8>>, y: usize, x: usize) -> bool {
    classes.is_none_or(|classes| classes.get((y, x)).is_none_or(|&class| class == 0))
}
