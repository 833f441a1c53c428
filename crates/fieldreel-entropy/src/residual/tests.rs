//! Round trips of arbitrary residuals through both coders.

use proptest::prelude::*;

use super::adaptive::{AdaptiveDecoder, AdaptiveEncoder};
use super::quick::{QuickDecoder, QuickEncoder};
use super::{ResidualCoder, RowContext};

/// Codes rows of residuals, each with the previous row as its context, and returns the coded rows.
fn code<C: ResidualCoder>(coder: &mut C, rows: &[Vec<i64>], noise_bits: u32) -> Vec<Vec<i64>> {
    let mut coded = Vec::new();
    coder.set_noise_bits(noise_bits);
    coder.begin_pass(1);
    let mut previous = vec![0_i16; rows[0].len()];
    for row in rows {
        let mut row = row.clone();
        let activity: Vec<u16> = previous
            .iter()
            .map(|residual| residual.unsigned_abs().min(1023) * 64)
            .collect();
        let context = RowContext {
            activity: &activity,
            above: &previous,
            before: &previous,
            sides: [&previous; 2],
        };
        coder.code_row(&context, &mut row);
        previous = row
            .iter()
            .map(|residual| (residual >> noise_bits).clamp(-32_767, 32_767) as i16)
            .collect();
        coded.push(row);
    }
    coder.end_pass();
    coded
}

proptest! {
    #[test]
    fn residuals_round_trip(
        rows in prop::collection::vec(prop::collection::vec(any::<i64>(), 37), 1..20),
        shift in 0_u32..64,
        noise_bits in 0_u32..56,
    ) {
        let shifted = |row: &Vec<i64>| row.iter().map(|residual| residual >> shift).collect();
        let rows: Vec<Vec<i64>> = rows.iter().map(shifted).collect();
        let zeros: Vec<Vec<i64>> = rows.iter().map(|row| vec![0; row.len()]).collect();
        let mut encoder = QuickEncoder::default();
        code(&mut encoder, &rows, noise_bits);
        let bytes = encoder.finish();
        let mut decoder = QuickDecoder::new(&bytes).unwrap();
        prop_assert_eq!(&code(&mut decoder, &zeros, noise_bits), &rows);
        let mut encoder = AdaptiveEncoder::encoder();
        code(&mut encoder, &rows, noise_bits);
        let bytes = encoder.finish();
        let mut decoder = AdaptiveDecoder::decoder(&bytes).unwrap();
        prop_assert_eq!(&code(&mut decoder, &zeros, noise_bits), &rows);
    }
}

#[test]
fn blocks_of_zeros_take_few_bytes() {
    let mut rows = vec![vec![0_i64; 1000]; 500];
    let zeros = rows.clone();
    for at in 0..20 {
        rows[25 * at][at * at % 7 * 142] = at as i64 % 5 - 2;
    }
    let mut encoder = AdaptiveEncoder::encoder();
    code(&mut encoder, &rows, 0);
    let bytes = encoder.finish();
    // Twenty places among half a million take 19 bits each.
    assert!(bytes.len() < 80, "{}", bytes.len());
    let mut decoder = AdaptiveDecoder::decoder(&bytes).unwrap();
    assert_eq!(code(&mut decoder, &zeros, 0), rows);
}

/// Any bytes that begin with the lengths of substreams decode to some residuals.
#[test]
fn the_adaptive_decoder_decodes_any_bytes() {
    for seed in 0..200_u64 {
        let mut state = seed;
        let mut bytes = vec![3, 4];
        bytes.extend((0..seed).map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 56) as u8
        }));
        match AdaptiveDecoder::decoder(&bytes) {
            Ok(mut decoder) => {
                let rows = code(&mut decoder, &vec![vec![0; 37]; 5], (seed % 56) as u32);
                assert_eq!(rows.len(), 5);
            }
            Err(_) => assert!(seed < 7),
        }
    }
}
