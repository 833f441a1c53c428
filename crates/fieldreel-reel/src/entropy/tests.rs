use proptest::prelude::*;

use super::*;

fn round_trip(decisions: &[(bool, u32)]) -> usize {
    let mut encoder = Encoder::new();
    for &(bit, p) in decisions {
        assert_eq!(encoder.code(bit, p), bit);
    }
    let bytes = encoder.finish();
    let mut decoder = Decoder::new(&bytes);
    for &(bit, p) in decisions {
        assert_eq!(decoder.code(!bit, p), bit);
    }
    bytes.len()
}

proptest! {
    #[test]
    fn any_decisions_come_back(decisions in prop::collection::vec((any::<bool>(), 1_u32..65536), 0..600)) {
        round_trip(&decisions);
    }

    #[test]
    fn improbable_decisions_come_back(decisions in prop::collection::vec((any::<bool>(), prop_oneof![Just(1_u32), Just(65535)]), 0..600)) {
        round_trip(&decisions);
    }

    #[test]
    fn numbers_come_back(numbers in prop::collection::vec(any::<u64>().prop_flat_map(|n| (0_u32..65).prop_map(move |s| n.checked_shr(s).unwrap_or(0))), 0..100)) {
        let mut encoder = Encoder::new();
        let mut length = [Bit::NEW; 64];
        for &n in &numbers {
            prop_assert_eq!(encoder.code_number(n, &mut length), n);
        }
        let bytes = encoder.finish();
        let mut decoder = Decoder::new(&bytes);
        let mut length = [Bit::NEW; 64];
        for &n in &numbers {
            prop_assert_eq!(decoder.code_number(0, &mut length), n);
        }
    }

    #[test]
    fn mixed_decisions_come_back(bits in prop::collection::vec(any::<bool>(), 0..600)) {
        let cases = |at: usize| [at % 3, 3 + at % 5, 8 + at % 7];
        let mut encoder = Encoder::new();
        let (mut table, mut mixer) = (vec![Bit::NEW; 15], Mixer::<3>::new(2));
        for (at, &bit) in bits.iter().enumerate() {
            mixer.code(&mut encoder, bit, at % 2, &mut table, &cases(at));
        }
        let bytes = encoder.finish();
        let mut decoder = Decoder::new(&bytes);
        let (mut table, mut mixer) = (vec![Bit::NEW; 15], Mixer::<3>::new(2));
        for (at, &bit) in bits.iter().enumerate() {
            prop_assert_eq!(mixer.code(&mut decoder, false, at % 2, &mut table, &cases(at)), bit);
        }
    }
}

#[test]
fn no_decision_takes_no_byte() {
    assert_eq!(round_trip(&[]), 0);
}

#[test]
fn size_is_near_the_entropy() {
    let mut state = 1_u32;
    let decisions: Vec<_> = (0..100_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16 < 6554, 6554)
        })
        .collect();
    // The entropy of a decision of probability 1/10 is 0.469 bits.
    let bytes = round_trip(&decisions) as f64;
    assert!((bytes - 5862.0).abs() < 90.0, "{bytes}");
}

#[test]
fn a_bit_learns() {
    let mut bit = Bit::NEW;
    for _ in 0..100_000 {
        bit.update(true);
    }
    assert!(bit.p() > 65_500, "{}", bit.p());
    for _ in 0..100_000 {
        bit.update(false);
    }
    assert_eq!(bit.p(), 1);
}

#[test]
fn odds_are_logarithms() {
    for odds in (-2900..2900).step_by(7) {
        let exact = 65_536.0 / (1.0 + (f64::from(-odds) / 256.0).exp());
        let found = f64::from(logistic::squash(odds));
        assert!(
            (found - exact).abs() <= 1.0 + 0.04 * exact.min(65_536.0 - exact),
            "{odds}"
        );
    }
    for p in 1..65_536 {
        let back = logistic::squash(logistic::stretch(p)) as f64;
        let p = f64::from(p);
        assert!(
            (back - p).abs() <= 17.0 + 0.01 * p.min(65_536.0 - p),
            "{p} {back}"
        );
    }
}

/// What a stream means must never change.
#[test]
fn the_format_is_frozen() {
    let mut encoder = Encoder::new();
    let mut length = [Bit::NEW; 64];
    for n in [0, 1, 2, 1000, 7, 7, 7, 0x0123_4567_89AB_CDEF] {
        encoder.code_number(n, &mut length);
    }
    assert_eq!(encoder.finish(), FROZEN);
}

const FROZEN: &[u8] = &[
    116, 170, 144, 208, 118, 230, 2, 14, 136, 255, 255, 255, 231, 225, 11, 178, 161, 144, 127, 97,
];

/// Starts of parts of these widths, scaled to the whole range; none is empty.
fn starts(widths: &[u16; SYMBOLS]) -> Starts {
    let total: u32 = widths.iter().map(|&width| u32::from(width) + 1).sum();
    let mut sum = 0;
    let mut starts = [0; SYMBOLS];
    for (at, (start, &width)) in starts.iter_mut().zip(widths).enumerate() {
        let share = u64::from(sum) * (65_536 - SYMBOLS as u64) / u64::from(total);
        *start = (share as u16 + at as u16) as i16;
        sum += u32::from(width) + 1;
    }
    Starts(starts.into())
}

proptest! {
    #[test]
    fn symbols_come_back(
        symbols in prop::collection::vec((0..SYMBOLS, any::<[u16; SYMBOLS]>(), any::<u32>(), 0_u32..17), 0..300),
    ) {
        let mut encoder = RansEncoder::default();
        for (symbol, widths, value, count) in &symbols {
            encoder.symbol(*symbol, starts(widths));
            encoder.bits(*value, *count);
        }
        let bytes = encoder.finish();
        let mut decoder = RansDecoder::new(&bytes);
        for (symbol, widths, value, count) in &symbols {
            prop_assert_eq!(decoder.symbol(0, starts(widths)), *symbol);
            prop_assert_eq!(decoder.bits(0, *count), value & ((1 << count) - 1));
        }
    }

    #[test]
    fn any_bytes_are_some_symbols(bytes in prop::collection::vec(any::<u8>(), 0..40), widths: [u16; SYMBOLS]) {
        let mut decoder = RansDecoder::new(&bytes);
        for count in 0..100 {
            prop_assert!(decoder.symbol(0, starts(&widths)) < SYMBOLS);
            decoder.bits(0, count % 17);
        }
    }
}

#[test]
fn symbols_take_what_their_parts_are_worth() {
    // A quarter of the range each: two bits.
    let starts = Starts(
        std::array::from_fn(|at| match at {
            0..4 => (at as u16 * 16_384 - at as u16) as i16,
            _ => (65_536 - SYMBOLS + at) as i16,
        })
        .into(),
    );
    let mut encoder = RansEncoder::default();
    for at in 0..8000 {
        encoder.symbol(at * at / 7 % 4, starts);
    }
    let bytes = encoder.finish().len();
    assert!((2000..2010).contains(&bytes), "{bytes}");
}
