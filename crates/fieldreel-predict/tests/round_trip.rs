//! Integers are decoded within half a step, and exactly if the step is 1.

#![allow(
    clippy::unwrap_used,
    reason = "Clippy does not treat functions that several tests share as tests"
)]

use fieldreel_predict::{CoderKind, Settings, Word, decode, encode};
use proptest::prelude::*;

const DEFAULTS: Settings = Settings {
    levels: 20,
    step_bits: 0,
    extra_bits: 0,
    coarse_step_reduction: 0,
    causal_levels: 2,
    masked_levels: 2,
    sample_size: 4096,
    sample_divisor: 4,
    tile_positions: 0,
    coder: CoderKind::Quick,
};

/// Returns a field of waves with an amplitude of 80 · `unit`, plus noise from 0 to `noise`.
fn field(shape: [usize; 3], unit: f64, noise: u64) -> Vec<i64> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut field = Vec::new();
    for t in 0..shape[0] {
        for y in 0..shape[1] {
            for x in 0..shape[2] {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let (t, y, x) = (t as f64, y as f64, x as f64);
                let wave = (t / 5.0 + x / 7.0).sin() + (y / 4.0 - t / 9.0).cos();
                field.push((wave * 40.0 * unit) as i64 + (state % (noise + 1)) as i64);
            }
        }
    }
    field
}

fn words<W: Word>(integers: &[i64]) -> Vec<W> {
    integers
        .iter()
        .map(|&integer| W::from_i64(integer))
        .collect()
}

/// Returns the largest error of the positions that are not masked.
fn round_trip<W: Word>(
    integers: &[i64],
    masked: Option<&[u8]>,
    shape: [usize; 3],
    settings: &Settings,
) -> u64 {
    let original: Vec<W> = words(integers);
    let bytes = encode(&original, masked, shape, settings).unwrap();
    let decoded = decode::<W>(&bytes, shape, masked).unwrap();
    let (mut max_error, mut buffer) = (0, Vec::new());
    for t in 0..shape[0] {
        for y in 0..shape[1] {
            let row = decoded.row(t, y, &mut buffer);
            assert_eq!(row.len(), shape[2]);
            for (x, integer) in row.iter().enumerate() {
                let at = (t * shape[1] + y) * shape[2] + x;
                if masked.is_none_or(|masked| masked[at] == 0) {
                    let error =
                        (integer.to_i64() << settings.extra_bits).wrapping_sub(integers[at]);
                    max_error = max_error.max(error.unsigned_abs());
                }
            }
        }
    }
    max_error
}

#[test]
fn every_setting_is_within_half_a_step() {
    for shape in [[1, 1, 1], [3, 1, 40], [1, 17, 30], [9, 12, 33], [40, 5, 6]] {
        let mask: Vec<u8> = (0..shape.iter().product())
            .map(|at: usize| u8::from(at / 5 % 4 == 1))
            .collect();
        for coder in [CoderKind::Quick, CoderKind::Adaptive] {
            for (levels, coarse_step_reduction) in [(0, 0), (1, 0), (20, 0), (20, 3)] {
                for (step_bits, extra_bits) in [(0, 0), (4, 3)] {
                    for tile_positions in [0, 128] {
                        for masked in [None, Some(&mask[..])] {
                            let settings = Settings {
                                levels,
                                coarse_step_reduction,
                                step_bits,
                                extra_bits,
                                tile_positions,
                                coder,
                                ..DEFAULTS
                            };
                            let integers =
                                field(shape, f64::from(1 << (step_bits + extra_bits)), 90);
                            let max_error = (1 << (step_bits + extra_bits)) / 2;
                            let context = format!("{shape:?} {settings:?} {}", masked.is_some());
                            assert!(
                                round_trip::<i32>(&integers, masked, shape, &settings) <= max_error,
                                "{context}"
                            );
                            assert!(
                                round_trip::<i64>(&integers, masked, shape, &settings) <= max_error,
                                "{context}"
                            );
                        }
                    }
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any integers are decoded exactly if the step is 1.
    #[test]
    fn a_step_of_one_is_lossless(
        integers in prop::collection::vec(any::<i64>(), 60),
        shift in 0_u32..64,
        levels in 0_u32..6,
        adaptive: bool,
    ) {
        let integers: Vec<i64> = integers.iter().map(|integer| integer >> shift).collect();
        let coder = if adaptive { CoderKind::Adaptive } else { CoderKind::Quick };
        let settings = Settings { levels, coder, ..DEFAULTS };
        prop_assert_eq!(round_trip::<i64>(&integers, None, [3, 4, 5], &settings), 0);
        prop_assert_eq!(round_trip::<i128>(&integers, None, [3, 4, 5], &settings), 0);
        let small: Vec<i64> = integers.iter().map(|&integer| i64::from(integer as i32)).collect();
        prop_assert_eq!(round_trip::<i32>(&small, None, [3, 4, 5], &settings), 0);
    }

    /// Decoding any bytes either fails or returns some integers.
    #[test]
    fn decoding_any_bytes_does_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), first in 0_u8..3) {
        let bytes = [&[first][..], &bytes].concat();
        let _ = decode::<i32>(&bytes, [3, 4, 5], None);
        let _ = decode::<i64>(&bytes, [3, 4, 5], None);
    }
}

#[test]
fn decoding_truncated_or_damaged_bytes_does_not_panic() {
    let shape = [6, 9, 20];
    let integers: Vec<i32> = words(&field(shape, 64.0, 300));
    for coder in [CoderKind::Quick, CoderKind::Adaptive] {
        let settings = Settings {
            coder,
            step_bits: 4,
            ..DEFAULTS
        };
        let bytes = encode(&integers, None, shape, &settings).unwrap();
        for end in 0..bytes.len() {
            let _ = decode::<i32>(&bytes[..end], shape, None);
        }
        for at in 0..bytes.len().min(400) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            let _ = decode::<i32>(&damaged, shape, None);
        }
    }
}

/// Two kinds of motion side by side take fewer bytes with coefficients for each, masked or not.
#[test]
fn tiles_with_their_own_coefficients_are_smaller() {
    let shape = [60, 32, 64];
    let noise = field(shape, 64.0, 3);
    let original: Vec<i32> = (0..noise.len())
        .map(|at| {
            let (t, y, x) = (at / (32 * 64), at / 64 % 32, at % 64);
            let (t, y, x) = (t as f64, y as f64, x as f64);
            let wave = if x < 32.0 {
                (x / 2.0 - t / 1.5).sin() + (y / 3.0 + t / 4.0).cos()
            } else {
                (x / 3.0 + t / 1.2).sin() * (y / 1.7 - t / 5.0).cos()
            };
            (wave * 800.0) as i32 + (noise[at] % 4) as i32
        })
        .collect();
    let land: Vec<u8> = (0..noise.len())
        .map(|at| u8::from(at / 64 % 32 / 3 % 4 == 1))
        .collect();
    for masked in [None, Some(&land[..])] {
        let size = |tile_positions| {
            let settings = Settings {
                step_bits: 3,
                sample_divisor: 1,
                sample_size: 1 << 17,
                coder: CoderKind::Adaptive,
                tile_positions,
                ..DEFAULTS
            };
            let bytes = encode(&original, masked, shape, &settings).unwrap();
            let decoded = decode::<i32>(&bytes, shape, masked).unwrap();
            let mut buffer = Vec::new();
            for (at, integer) in original.iter().enumerate() {
                let error = decoded.row(at / 2048, at / 64 % 32, &mut buffer)[at % 64] - integer;
                assert!(masked.is_some_and(|masked| masked[at] != 0) || error.abs() <= 4);
            }
            bytes.len()
        };
        let (undivided, divided) = (size(0), size(2048));
        assert!(divided * 100 < undivided * 97, "{divided} {undivided}");
    }
}

/// Two bits of noise per integer dominate the size of a smooth field.
#[test]
fn a_smooth_field_takes_few_bits_per_integer() {
    let shape = [12, 40, 60];
    let integers = field(shape, 16.0, 3);
    let original: Vec<i32> = words(&integers);
    for coder in [CoderKind::Quick, CoderKind::Adaptive] {
        let bytes = encode(&original, None, shape, &Settings { coder, ..DEFAULTS }).unwrap();
        let bits = bytes.len() as f64 * 8.0 / integers.len() as f64;
        assert!(bits < 3.8, "{coder:?}: {bits}");
    }
}

#[test]
fn masked_words_stay_in_range() {
    // Motion that is the same from plane to plane, with a large masked part in each plane.
    let shape = [200, 12, 30];
    let integers: Vec<i64> = (0..shape.iter().product::<usize>())
        .map(|at| {
            let (t, y, x) = (at / 360, at / 30 % 12, at % 30);
            (2000.0 * (0.21 * t as f64 + 0.3 * y as f64 + 0.2 * x as f64).sin()) as i64
        })
        .collect();
    let mask: Vec<u8> = (0..integers.len())
        .map(|at| u8::from(at % 30 > 8))
        .collect();
    for levels in [0, 1, 20] {
        for masked_levels in 0..=3 {
            let settings = Settings {
                levels,
                masked_levels,
                step_bits: 2,
                ..DEFAULTS
            };
            let bytes = encode(&words::<i32>(&integers), Some(&mask), shape, &settings).unwrap();
            let decoded = decode::<i32>(&bytes, shape, Some(&mask)).unwrap();
            let mut buffer = Vec::new();
            for t in 0..shape[0] {
                for y in 0..shape[1] {
                    let row = decoded.row(t, y, &mut buffer);
                    assert!(row.iter().all(|word| word.abs() < 20_000), "{settings:?}");
                }
            }
            assert!(round_trip::<i32>(&integers, Some(&mask), shape, &settings) <= 2);
        }
    }
}
