//! The correction: integers that say, place by place, how far the base video is off.
//!
//! Multiples `k` of twice the error bound, axis order `(time, y, x)`: nearly all 0 where the bound is loose, noise of many
//! levels where it is tight. The first byte names the method; [`encode`] keeps the shortest, or takes the one that
//! is quick.
//!
//! | byte | method |
//! |---|---|
//! | 0 | [`packed`]: bins of values, blind to what is next to what; fast |
//! | 1 | [`context`]: adaptive, with what is known of the neighbours in space and time |

mod context;
mod packed;
#[cfg(test)]
mod tests;

use ndarray::{Array3, ArrayView3};

use crate::entropy::Corrupt;

const PACKED: u8 = 0;
const CONTEXT: u8 = 1;

/// What writer and reader both know besides the correction. Arrays have its shape, axis order `(time, y, x)`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Known<'a> {
    /// Places with anything but 0 have no correction: none is stored, and 0 is read there. `None`: all have one.
    pub(crate) classes: Option<ArrayView3<'a, u8>>,
    /// The codes of the decoded base video. Where they bend, the correction is seldom 0.
    pub(crate) base: Option<ArrayView3<'a, u16>>,
}

/// How much time to spend on making the correction small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Effort {
    /// One method, chosen to take little time.
    Fast,
    /// The shortest of all methods.
    #[default]
    Best,
}

impl From<crate::Effort> for Effort {
    fn from(effort: crate::Effort) -> Self {
        match effort {
            crate::Effort::Fast => Self::Fast,
            crate::Effort::Balanced | crate::Effort::Best => Self::Best,
        }
    }
}

/// The bytes of a correction, for [`decode`] with the same `known`.
pub(crate) fn encode(k: ArrayView3<'_, i64>, known: Known<'_>, effort: Effort) -> Vec<u8> {
    let context = || prefixed(CONTEXT, context::encode(k, known));
    if effort == Effort::Fast && is_sparse(k) {
        return context();
    }
    match packed::encode(k, known.classes).map(|body| prefixed(PACKED, body)) {
        None => context(),
        Some(packed) if effort == Effort::Fast => packed,
        Some(packed) => {
            let context = context();
            if packed.len() < context.len() {
                packed
            } else {
                context
            }
        }
    }
}

/// Whether so few values are not 0 that the context coder takes little time, and gains much.
pub(crate) fn is_sparse(k: ArrayView3<'_, i64>) -> bool {
    k.iter().filter(|&&k| k != 0).count() <= k.len() / 16
}

/// The correction that [`encode`] wrote, of the shape that the caller knows it to have.
///
/// # Errors
///
/// [`Corrupt`] if the method is unknown or the bytes do not hold as many values as they should. Bytes damaged otherwise
/// may give another array.
pub(crate) fn decode(
    bytes: &[u8],
    shape: (usize, usize, usize),
    known: Known<'_>,
) -> Result<Array3<i64>, Corrupt> {
    match bytes.split_first() {
        Some((&PACKED, body)) => packed::decode(body, shape, known.classes),
        Some((&CONTEXT, body)) => Ok(context::decode(body, shape, known)),
        _ => Err(Corrupt),
    }
}

fn prefixed(method: u8, mut body: Vec<u8>) -> Vec<u8> {
    body.insert(0, method);
    body
}
