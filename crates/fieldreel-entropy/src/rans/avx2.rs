//! Eight symbols at once, with AVX2: the same as one after the other, and quicker.

use std::arch::x86_64::__m256i;

use multiversion::multiversion;
use pulp::bytemuck::cast;
pub(super) use pulp::x86::V3 as Simd;

use super::{RUN, SYMBOLS, Tables};

/// Where each state takes its word from, of those that come next: by which states are low, one bit each.
static TURNS: [[u8; 16]; 256] = turns();

const fn turns() -> [[u8; 16]; 256] {
    let mut all = [[0; 16]; 256];
    let mut low = 0;
    while low < all.len() {
        let (mut lane, mut next) = (0, 0);
        while lane < RUN {
            all[low][lane] = next;
            next += (low >> lane & 1) as u8;
            lane += 1;
        }
        low += 1;
    }
    all
}

/// Sets the first `count` symbols of runs to the next of the tables of `cases`, a symbol of each state; the states of
/// `states` take turns, the first first. Gives how many of `words` that takes; beyond their end are zeros.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2+popcnt"))]
pub(super) fn runs(
    simd: Simd,
    states: &mut [[u32; RUN]; 2],
    words: &[u16],
    tables: &Tables,
    (cases, count): (&[[u8; RUN]], usize),
    symbols: &mut [[u8; RUN]],
) -> usize {
    let [mut now, mut other] = states.map(cast);
    let mut rest = words;
    let mut pass = |low: usize| {
        let words = low.count_ones() as usize;
        rest = rest.get(words..).unwrap_or_default();
        rest.first_chunk().unwrap_or(&[0; RUN])
    };
    let mut next = pass(0);
    let whole = count / RUN;
    for (cases, symbols) in cases.iter().zip(&mut *symbols).take(whole) {
        let low;
        (now, low) = run(simd, now, next, tables, cases, symbols);
        next = pass(low);
        (now, other) = (other, now);
    }
    if let (Some(cases), Some(symbols), last @ 1..) =
        (cases.get(whole), symbols.get_mut(whole), count % RUN)
    {
        let (after, low) = run(simd, now, next, tables, cases, symbols);
        // The words of the first do not depend on the others.
        pass(low & ((1 << last) - 1));
        let mut states: [[u32; RUN]; 2] = [now, after].map(cast);
        let [before, after] = &mut states;
        before[..last].copy_from_slice(&after[..last]);
        (now, other) = (other, cast(*before));
    }
    *states = [now, other].map(cast);
    words.len() - rest.len()
}

/// Sets a run of symbols, and gives the states after it and which of them took one of `words`, one bit each.
#[inline(always)]
fn run(
    simd: Simd,
    state: __m256i,
    words: &[u16; RUN],
    tables: &Tables,
    cases: &[u8; RUN],
    symbols: &mut [u8; RUN],
) -> (__m256i, usize) {
    let (avx, avx2) = (simd.avx, simd.avx2);
    let slots = avx2._mm256_xor_si256(state, avx._mm256_set1_epi32(1 << 15));
    let slots: [i16; 2 * RUN] = cast(slots);
    let mut parts = [0; RUN];
    for i in 0..RUN {
        let table = &tables.all[usize::from(cases[i])];
        let slot = avx._mm256_set1_epi16(slots[2 * i]);
        let begun = avx2._mm256_cmpgt_epi16(slot, cast(table.below.to_array()));
        // Two bits each.
        let symbol = avx2._mm256_movemask_epi8(begun).count_ones() as usize / 2 % SYMBOLS;
        symbols[i] = symbol as u8;
        parts[i] = table.parts[symbol];
    }
    let part: __m256i = cast(parts);
    let lower = avx._mm256_set1_epi32(0xFFFF);
    // Both have 16 bits: quicker than a product of 32.
    let (width, high) = (
        avx2._mm256_srli_epi32::<16>(part),
        avx2._mm256_srli_epi32::<16>(state),
    );
    let product = avx2._mm256_or_si256(
        avx2._mm256_slli_epi32::<16>(avx2._mm256_mulhi_epu16(width, high)),
        avx2._mm256_mullo_epi16(width, high),
    );
    let off = avx2._mm256_sub_epi32(
        avx2._mm256_and_si256(state, lower),
        avx2._mm256_and_si256(part, lower),
    );
    let left = avx2._mm256_add_epi32(product, off);
    let upper = avx2._mm256_srli_epi32::<16>(left);
    let is_low = avx2._mm256_cmpeq_epi32(upper, avx._mm256_setzero_si256());
    let low = avx._mm256_movemask_ps(avx._mm256_castsi256_ps(is_low)) as usize % 256;
    let turns = avx2._mm256_cvtepu8_epi32(cast(TURNS[low]));
    let words = avx2._mm256_cvtepu16_epi32(cast(*words));
    let words = avx2._mm256_permutevar8x32_epi32(words, turns);
    let filled = avx2._mm256_or_si256(avx2._mm256_slli_epi32::<16>(left), words);
    let state = avx2._mm256_blendv_epi8(left, filled, is_low);
    (state, low)
}
