//! A row of values coded one after the other, where each guess takes in what is to the left.

use super::around::{Around, West};
use super::coder::TokenCoder;
use super::span::Span;
use super::survey::Survey;
use super::tables::FAR;
use super::value::{Parts, low_bits_of, place};
use super::weights::Weights;
use crate::correction::frame::is_far;

/// Codes the values of a span of the row that begins at this index of the frame, and calls `each_far` with the columns of
/// those that are far.
#[inline(always)]
pub(super) fn code<C: TokenCoder>(
    coder: &mut C,
    span: &Span,
    survey: &Survey,
    (around, start): (&mut Around<'_>, usize),
    weights: &Weights,
    mut each_far: impl FnMut(usize, i64),
) {
    let known = survey.guesses.iter().zip(&survey.activities);
    let mut west: West = around.west(start);
    let mut places = span.places.iter().peekable();
    for (i, (&guess, &activity)) in known.enumerate().take(span.length) {
        if !span.is_whole && places.next_if_eq(&&i).is_none() {
            around.set_one(start + i, 0);
            west = [0.0, west[0]];
            continue;
        }
        let guess = guess + (west[0] * weights.west[0] + west[1] * weights.west[1]);
        let activity = activity + (2.0 * west[0].abs() + west[1].abs());
        let (center, case) = place(guess, activity);
        let low_bits = low_bits_of(case);
        let mut parts = match C::WRITES {
            true => Parts::of(span.values[i], center, low_bits),
            false => Parts::default(),
        };
        parts.token = coder.token(span.x + i, case, parts.token);
        parts.low = coder.bits(parts.low.into(), low_bits) as u32;
        if parts.token == FAR {
            parts.beyond = coder.beyond(parts.beyond);
        }
        let k = parts.value(center, low_bits);
        let near = around.set_one(start + i, k);
        if is_far(k) {
            each_far(span.x + i, k);
        }
        west = [near, west[0]];
    }
}
