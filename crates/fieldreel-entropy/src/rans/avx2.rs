//! Decoding of eight symbols at once with AVX2, with the same results as the portable code.

use std::arch::x86_64::__m256i;

use multiversion::multiversion;
use pulp::bytemuck::cast;
pub(super) use pulp::x86::V3 as Simd;

use super::{DecoderTables, SYMBOLS, VECTOR_LEN};

/// The index of the word that each state takes, for each set of states that take one.
///
/// A set has one bit per state.
static WORD_INDICES: [[u8; 16]; 256] = word_indices();

const fn word_indices() -> [[u8; 16]; 256] {
    let mut table = [[0; 16]; 256];
    let mut low = 0;
    while low < table.len() {
        let (mut lane, mut next) = (0, 0);
        while lane < VECTOR_LEN {
            table[low][lane] = next;
            next += (low >> lane & 1) as u8;
            lane += 1;
        }
        low += 1;
    }
    table
}

/// Decodes `count` symbols, each with the distribution of its context, and returns the number of
/// `words` used. Past the end of `words` are zeros.
///
/// The vectors of symbols use the two vectors of `states` in turn, beginning with the first one,
/// and each symbol uses one state.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2+popcnt"))]
pub(super) fn decode_vectors(
    simd: Simd,
    states: &mut [[u32; VECTOR_LEN]; 2],
    words: &[u16],
    tables: &DecoderTables,
    (contexts, count): (&[[u8; VECTOR_LEN]], usize),
    symbols: &mut [[u8; VECTOR_LEN]],
) -> usize {
    let [mut current, mut other] = states.map(cast);
    let mut rest = words;
    let mut skip_words = |low: usize| {
        let words = low.count_ones() as usize;
        rest = rest.get(words..).unwrap_or_default();
        rest.first_chunk().unwrap_or(&[0; VECTOR_LEN])
    };
    let mut next = skip_words(0);
    let full = count / VECTOR_LEN;
    for (contexts, symbols) in contexts.iter().zip(&mut *symbols).take(full) {
        let low;
        (current, low) = decode_vector(simd, current, next, tables, contexts, symbols);
        next = skip_words(low);
        (current, other) = (other, current);
    }
    if let (Some(contexts), Some(symbols), rest_count @ 1..) = (
        contexts.get(full),
        symbols.get_mut(full),
        count % VECTOR_LEN,
    ) {
        let (after, low) = decode_vector(simd, current, next, tables, contexts, symbols);
        // The words of the first states do not depend on the other states.
        skip_words(low & ((1 << rest_count) - 1));
        let mut states: [[u32; VECTOR_LEN]; 2] = [current, after].map(cast);
        let [before, after] = &mut states;
        before[..rest_count].copy_from_slice(&after[..rest_count]);
        (current, other) = (other, cast(*before));
    }
    *states = [current, other].map(cast);
    words.len() - rest.len()
}

/// Decodes a vector of symbols. Returns the new states, and the set of those that took one of
/// `words`, one bit per state.
#[inline(always)]
fn decode_vector(
    simd: Simd,
    state: __m256i,
    words: &[u16; VECTOR_LEN],
    tables: &DecoderTables,
    contexts: &[u8; VECTOR_LEN],
    symbols: &mut [u8; VECTOR_LEN],
) -> (__m256i, usize) {
    let (avx, avx2) = (simd.avx, simd.avx2);
    let slots = avx2._mm256_xor_si256(state, avx._mm256_set1_epi32(1 << 15));
    let slots: [i16; 2 * VECTOR_LEN] = cast(slots);
    let mut intervals = [0; VECTOR_LEN];
    for i in 0..VECTOR_LEN {
        let table = &tables.tables[usize::from(contexts[i])];
        let slot = avx._mm256_set1_epi16(slots[2 * i]);
        let is_after = avx2._mm256_cmpgt_epi16(slot, cast(table.last_slots.to_array()));
        // Each interval has two bits.
        let symbol = avx2._mm256_movemask_epi8(is_after).count_ones() as usize / 2 % SYMBOLS;
        symbols[i] = symbol as u8;
        intervals[i] = table.intervals[symbol];
    }
    let interval: __m256i = cast(intervals);
    let lower = avx._mm256_set1_epi32(0xFFFF);
    // Both factors have 16 bits, for which this is faster than a multiplication of 32 bits.
    let (frequency, high) = (
        avx2._mm256_srli_epi32::<16>(interval),
        avx2._mm256_srli_epi32::<16>(state),
    );
    let product = avx2._mm256_or_si256(
        avx2._mm256_slli_epi32::<16>(avx2._mm256_mulhi_epu16(frequency, high)),
        avx2._mm256_mullo_epi16(frequency, high),
    );
    let offset = avx2._mm256_sub_epi32(
        avx2._mm256_and_si256(state, lower),
        avx2._mm256_and_si256(interval, lower),
    );
    let popped = avx2._mm256_add_epi32(product, offset);
    let upper = avx2._mm256_srli_epi32::<16>(popped);
    let is_low = avx2._mm256_cmpeq_epi32(upper, avx._mm256_setzero_si256());
    let low = avx._mm256_movemask_ps(avx._mm256_castsi256_ps(is_low)) as usize % 256;
    let indices = avx2._mm256_cvtepu8_epi32(cast(WORD_INDICES[low]));
    let words = avx2._mm256_cvtepu16_epi32(cast(*words));
    let words = avx2._mm256_permutevar8x32_epi32(words, indices);
    let refilled = avx2._mm256_or_si256(avx2._mm256_slli_epi32::<16>(popped), words);
    let state = avx2._mm256_blendv_epi8(popped, refilled, is_low);
    (state, low)
}
