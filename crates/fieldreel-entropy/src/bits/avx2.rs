//! Unpacking of eight values at once with AVX2, with the same results as the portable code.

use pulp::bytemuck::cast;
pub(super) use pulp::x86::V3 as Simd;

/// The shuffle that copies the lowest byte of each 32-bit number to all of its bytes.
///
/// Indices are relative to the 128-bit half of the vector, as `_mm256_shuffle_epi8` expects them.
const LOWEST_BYTES: [u8; 32] = lowest_bytes();

const fn lowest_bytes() -> [u8; 32] {
    let mut indices = [0; 32];
    let mut at = 0;
    while at < indices.len() {
        indices[at] = (at % 16 / 4 * 4) as u8;
        at += 1;
    }
    indices
}

/// Unpacks eight values: value `i` has `counts[i]` bits, up to 24, of which bit `starts[i]` of
/// `bytes` is the lowest. All values end within `bytes`.
#[inline(always)]
pub(super) fn unpack(simd: Simd, bytes: [u8; 16], starts: [u8; 8], counts: [u8; 8]) -> [u32; 8] {
    let (avx, avx2) = (simd.avx, simd.avx2);
    let widen = |all: [u8; 8]| avx2._mm256_cvtepu8_epi32(cast([u64::from_le_bytes(all), 0]));
    // The remainder shows the compiler that no shift is larger than 31, which saves a check.
    let counts = counts.map(|count| count % 32);
    let (starts, counts) = (widen(starts), widen(counts));
    // The indices of the byte in which each value starts, and of the next three bytes.
    let first = avx2._mm256_srli_epi32::<3>(starts);
    let first = avx2._mm256_shuffle_epi8(first, cast(LOWEST_BYTES));
    let indices = avx2._mm256_add_epi8(first, avx._mm256_set1_epi32(0x0302_0100));
    let bytes = avx2._mm256_broadcastsi128_si256(cast(bytes));
    let words = avx2._mm256_shuffle_epi8(bytes, indices);
    let offsets = avx2._mm256_and_si256(starts, avx._mm256_set1_epi32(7));
    let words = avx2._mm256_srlv_epi32(words, offsets);
    let mask = avx2._mm256_sllv_epi32(avx._mm256_set1_epi32(-1), counts);
    cast(avx2._mm256_andnot_si256(mask, words))
}
