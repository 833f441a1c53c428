//! A row of values coded at once: nothing depends on what is to the left of a value.

use super::BLOCK;
use super::coder::TokenCoder;
use super::span::{Span, WHOLE};
use super::survey::{Settled, Survey};
use super::tables::{FAR, MIDDLE};
use super::value::Parts;
use crate::correction::frame::{self, NEAR, is_far};

/// Codes the values of a span, gives `near` what was coded, and calls `each_far` with the columns of values that are far.
#[inline(always)]
pub(super) fn code<C: TokenCoder>(
    coder: &mut C,
    span: &mut Span,
    survey: &Survey,
    near: &mut [f32],
    mut each_far: impl FnMut(usize, i64),
) {
    let known = survey.settled(near.len());
    if C::WRITES {
        for i in 0..near.len() {
            let parts = known.parts(span.values[i], i);
            (span.tokens[i], span.low[i]) = (parts.token, parts.low);
        }
    }
    code_tokens(coder, span, known.cases);
    if known.counts.iter().fold(0, |any, count| any | count) == 0 {
        for ((near, &token), &center) in near.iter_mut().zip(&span.tokens).zip(known.centers) {
            // Even the outermost of the tokens is near.
            *near = (i32::from(token) - MIDDLE as i32 + center) as f32;
        }
    } else {
        code_low(coder, span, known.counts);
        finish(span, known, near, &mut each_far);
    }
    if !span.is_whole {
        for (i, near) in near.iter_mut().enumerate() {
            if !span.is_coded(i) {
                *near = 0.0;
            }
        }
    }
    code_beyond(coder, span, known, near, each_far);
}

/// Codes the tokens of a span; those of places that are not coded are 0.
#[inline(always)]
fn code_tokens<C: TokenCoder>(coder: &mut C, span: &mut Span, cases: &[u8]) {
    let (cases, tokens) = (cases.as_chunks().0, span.tokens.as_chunks_mut().0);
    let mut block = 0;
    while let Some(&coded) = span.coded.get(block) {
        let x = span.x + block * BLOCK;
        let rest = span.coded[block..].iter();
        let whole = rest.take_while(|&&coded| coded == WHOLE).count();
        if whole > 0 {
            let blocks = block..block + whole;
            coder.runs(x, &cases[blocks.clone()], &mut tokens[blocks]);
            block += whole;
            continue;
        }
        let all = tokens[block].iter_mut().zip(&cases[block]);
        for (i, (token, &case)) in all.enumerate() {
            *token = match coded >> i & 1 {
                1 => coder.token(x + i, case, *token),
                _ => 0,
            };
        }
        block += 1;
    }
}

/// Codes the low bits of a span, so many of each value.
#[inline(always)]
fn code_low<C: TokenCoder>(coder: &mut C, span: &mut Span, counts: &[u32]) {
    let all = span
        .low
        .as_chunks_mut()
        .0
        .iter_mut()
        .zip(counts.as_chunks().0);
    for ((low, counts), &coded) in all.zip(&span.coded) {
        if *counts == [0; BLOCK] {
            *low = [0; BLOCK];
        } else if coded == WHOLE {
            *low = coder.run_of_bits(counts, *low);
        } else {
            for i in (0..BLOCK).filter(|i| coded >> i & 1 == 1) {
                low[i] = coder.bits(low[i].into(), counts[i]) as u32;
            }
        }
    }
}

/// The values of tokens and low bits.
#[inline(always)]
fn finish(span: &Span, known: Settled<'_>, near: &mut [f32], mut each_far: impl FnMut(usize, i64)) {
    let (tokens, low) = (&span.tokens[..near.len()], &span.low[..near.len()]);
    let mut any_far = false;
    let all = tokens.iter().zip(known.centers).zip(known.counts).zip(low);
    for (near, (((&token, &center), &count), &low)) in near.iter_mut().zip(all) {
        let k = value(token, center, count, low);
        *near = k.clamp(-NEAR, NEAR) as f32;
        any_far |= k.abs() > NEAR;
    }
    if any_far {
        for i in (0..near.len()).filter(|&i| span.is_coded(i) && tokens[i] != FAR) {
            let k = value(tokens[i], known.centers[i], known.counts[i], low[i]).into();
            if is_far(k) {
                each_far(span.x + i, k);
            }
        }
    }
}

/// The value of a token that is not the last, and of so many low bits.
#[inline(always)]
fn value(token: u8, center: i32, count: u32, low: u32) -> i32 {
    let half = 1 << count >> 1;
    ((i32::from(token) - MIDDLE as i32) << count) + low as i32 - half + center
}

/// Codes the values of a span that are beyond the tokens.
#[inline(always)]
fn code_beyond<C: TokenCoder>(
    coder: &mut C,
    span: &Span,
    known: Settled<'_>,
    near: &mut [f32],
    mut each_far: impl FnMut(usize, i64),
) {
    // One after another: which they are is a matter of chance, and so is each branch that asks.
    for (block, tokens) in span.tokens.as_chunks().0.iter().enumerate() {
        let mut last = last_tokens(tokens);
        while last != 0 {
            let i = block * BLOCK + last.trailing_zeros() as usize / 8;
            last &= last - 1;
            let mut parts = match C::WRITES {
                true => known.parts(span.values[i], i),
                false => Parts::default(),
            };
            parts.token = FAR;
            // Without low bits, what was of another span may be there.
            parts.low = match known.counts[i] {
                0 => 0,
                _ => span.low[i],
            };
            parts.beyond = coder.beyond(parts.beyond);
            let k = parts.value(known.centers[i], known.counts[i]);
            near[i] = frame::near(k);
            if is_far(k) {
                each_far(span.x + i, k);
            }
        }
    }
}

/// The upper bit of each byte that is the last token.
#[inline(always)]
fn last_tokens(tokens: &[u8; BLOCK]) -> u64 {
    const EACH: u64 = u64::MAX / 0xFF;
    // All at once: what is added takes the last token to the upper bit, and nothing to the next byte.
    (u64::from_le_bytes(*tokens) + EACH * (0x80 - FAR as u64)) & (EACH * 0x80)
}
