//! Eight symbols at once, with AVX2: the same as one after the other, and quicker.

use std::arch::x86_64::__m256i;

use pulp::bytemuck::cast;
pub(super) use pulp::x86::V3 as Simd;

use super::{LANES, RUN, SYMBOLS, Table};

/// Where each state takes its word from, of those that come next: by which states are low, one bit each.
static TURNS: [[u8; 16]; 256] = turns();

const fn turns() -> [[u8; 16]; 256] {
    let mut all = [[0; 16]; 256];
    let mut low = 0;
    while low < all.len() {
        let (mut lane, mut next) = (0, 0);
        while lane < LANES {
            all[low][lane] = next;
            next += (low >> lane & 1) as u8;
            lane += 1;
        }
        low += 1;
    }
    all
}

/// The next symbols of the tables that `cases` name, one of each state, and how many of `words` that takes.
#[inline(always)]
pub(super) fn symbols(
    simd: Simd,
    states: &mut [u32; LANES],
    words: &[u16; RUN],
    tables: &[Table; 256],
    cases: &[u8; RUN],
) -> ([u8; RUN], usize) {
    let (avx, avx2) = (simd.avx, simd.avx2);
    let mut found = [0; RUN];
    let mut parts = [0; RUN];
    for i in 0..RUN {
        let table = &tables[usize::from(cases[i])];
        let slot = avx._mm256_set1_epi16(super::turned(states[i] as u16));
        let begun = avx2._mm256_cmpgt_epi16(slot, cast(table.below.to_array()));
        // Two bits each.
        let symbol = avx2._mm256_movemask_epi8(begun).count_ones() / 2;
        found[i] = symbol as u8;
        parts[i] = table.parts[symbol as usize % SYMBOLS];
    }
    let (state, part): (__m256i, __m256i) = (cast(*states), cast(parts));
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
    *states = cast(avx2._mm256_blendv_epi8(left, filled, is_low));
    (found, low.count_ones() as usize)
}
