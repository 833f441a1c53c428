//! Encoding of arrays of integers.

use fieldreel_predict::Word;

use super::{EncodedIntegers, WordWidth};
use crate::plan::PredictionPlan;

/// Encodes an array of integers in row-major order by a plan. `masked` has a byte for each
/// position, which is not 0 if no integer is coded there. Returns `None` if the array is empty.
pub(crate) fn encode(
    numbers: &[i64],
    masked: Option<&[u8]>,
    shape: [usize; 3],
    plan: &PredictionPlan,
) -> Option<EncodedIntegers<Vec<u8>>> {
    let largest = numbers.iter().map(|number| number.unsigned_abs()).max();
    let word = WordWidth::for_magnitude(largest.unwrap_or(0));
    let bytes = match word {
        WordWidth::Bits32 => encode_lossless::<i32>(numbers, masked, shape, plan),
        WordWidth::Bits64 => encode_lossless::<i64>(numbers, masked, shape, plan),
        WordWidth::Bits128 => encode_lossless::<i128>(numbers, masked, shape, plan),
    };
    Some(EncodedIntegers {
        word,
        step_bits: 0,
        bytes: bytes?,
    })
}

fn encode_lossless<W: Word>(
    numbers: &[i64],
    masked: Option<&[u8]>,
    shape: [usize; 3],
    plan: &PredictionPlan,
) -> Option<Vec<u8>> {
    let words: Vec<W> = numbers.iter().map(|&number| W::from_i64(number)).collect();
    // Smaller steps at coarse levels are only for lossy coding.
    let plan = PredictionPlan {
        coarse_step_reduction: 0,
        ..*plan
    };
    encode_words(&words, masked, shape, &plan, (0, 0))
}

/// Encodes words as [`encode`] does, but within half a step. A step is `2^step_bits` units of the
/// decoded integers, and the words have `extra_bits` more fractional bits than the decoded
/// integers.
pub(crate) fn encode_words<W: Word>(
    words: &[W],
    masked: Option<&[u8]>,
    shape: [usize; 3],
    plan: &PredictionPlan,
    (step_bits, extra_bits): (u8, u8),
) -> Option<Vec<u8>> {
    let settings = plan.settings(step_bits, extra_bits);
    fieldreel_predict::encode(words, masked, shape, &settings).ok()
}
