//! Integers into bytes.

use fieldreel_predict::Word;

use super::{EncodedIntegers, WordKind};
use crate::plan::PredictionPlan;

/// Encodes the integers of a field in row-major order, as a plan says. `masked` has a byte for each place, which is not 0
/// where none is coded. `None` if the shape has no places.
pub(crate) fn encode(
    numbers: &[i64],
    masked: Option<&[u8]>,
    shape: [usize; 3],
    plan: &PredictionPlan,
) -> Option<EncodedIntegers<Vec<u8>>> {
    let largest = numbers.iter().map(|number| number.unsigned_abs()).max();
    let word = WordKind::holding(largest.unwrap_or(0));
    let bytes = match word {
        WordKind::Narrow => encode_exactly::<i32>(numbers, masked, shape, plan),
        WordKind::Wide => encode_exactly::<i64>(numbers, masked, shape, plan),
        WordKind::Widest => encode_exactly::<i128>(numbers, masked, shape, plan),
    };
    Some(EncodedIntegers {
        word,
        step_bits: 0,
        bytes: bytes?,
    })
}

fn encode_exactly<W: Word>(
    numbers: &[i64],
    masked: Option<&[u8]>,
    shape: [usize; 3],
    plan: &PredictionPlan,
) -> Option<Vec<u8>> {
    let words: Vec<W> = numbers.iter().map(|&number| W::from_i64(number)).collect();
    // Other steps are for numbers that may be off.
    let plan = PredictionPlan {
        coarse_step_reduction: 0,
        ..*plan
    };
    encode_words(&words, masked, shape, &plan, (0, 0))
}

/// Encodes words as [`encode`] does, whose steps and fractions have so many bits, within half a step.
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
