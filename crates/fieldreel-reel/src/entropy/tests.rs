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

/// A table of parts of these widths, scaled to the whole range; none is empty.
fn table(widths: &[u16; SYMBOLS]) -> Table {
    let total: u32 = widths.iter().map(|&width| u32::from(width) + 1).sum();
    let mut sum = 0;
    let mut starts = [0; SYMBOLS];
    for (at, (start, &width)) in starts.iter_mut().zip(widths).enumerate() {
        let share = u64::from(sum) * (65_536 - SYMBOLS as u64) / u64::from(total);
        *start = share as u16 + at as u16;
        sum += u32::from(width) + 1;
    }
    Table::new(starts)
}

/// What a coder is asked to code.
#[derive(Debug, Clone)]
enum Coded {
    One(u8, [u16; SYMBOLS]),
    Run([u8; 8], [u8; 8]),
}

fn coded() -> impl Strategy<Value = Coded> {
    let symbol = 0..SYMBOLS as u8;
    prop_oneof![
        (symbol.clone(), any::<[u16; SYMBOLS]>()).prop_map(|(a, b)| Coded::One(a, b)),
        (prop::array::uniform8(symbol), any::<[u8; 8]>()).prop_map(|(a, b)| Coded::Run(a, b)),
    ]
}

/// 256 tables, each with another symbol that has nearly all.
fn tables() -> [Table; 256] {
    std::array::from_fn(|case| {
        table(&std::array::from_fn(|symbol| {
            if symbol == case % SYMBOLS {
                60_000
            } else {
                case as u16
            }
        }))
    })
}

fn symbols_come_back_on<const LANES: usize>(all: &[Coded]) -> Result<(), TestCaseError> {
    let tables = tables();
    let mut encoder = RansEncoder::default();
    for (at, coded) in all.iter().enumerate() {
        match coded {
            Coded::One(symbol, widths) => encoder.symbol(at % LANES, &table(widths), *symbol),
            Coded::Run(symbols, cases) => {
                for (i, (&symbol, &case)) in symbols.iter().zip(cases).enumerate() {
                    encoder.symbol(i % LANES, &tables[usize::from(case)], symbol);
                }
            }
        }
    }
    let bytes = encoder.finish(LANES);
    let decoder = || RansDecoder::new(&bytes, LANES);
    for mut decoder in [decoder(), decoder().one_by_one()] {
        for (at, coded) in all.iter().enumerate() {
            match coded {
                Coded::One(symbol, widths) => {
                    prop_assert_eq!(decoder.symbol(at % LANES, &table(widths)), *symbol);
                }
                Coded::Run(symbols, cases) => {
                    prop_assert_eq!(decoder.symbols::<LANES>(&tables, cases), *symbols);
                }
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn symbols_come_back(all in prop::collection::vec(coded(), 0..300)) {
        symbols_come_back_on::<1>(&all)?;
        symbols_come_back_on::<LANES>(&all)?;
    }

    #[test]
    fn any_bytes_are_some_symbols(bytes in prop::collection::vec(any::<u8>(), 0..60), widths: [u16; SYMBOLS], cases: [u8; 8]) {
        let (table, tables) = (table(&widths), tables());
        for lanes in [1, LANES] {
            let mut decoder = RansDecoder::new(&bytes, lanes);
            for _ in 0..100 {
                prop_assert!(usize::from(decoder.symbol(0, &table)) < SYMBOLS);
                let run = decoder.symbols::<LANES>(&tables, &cases);
                prop_assert!(run.iter().all(|&symbol| usize::from(symbol) < SYMBOLS));
            }
        }
    }
}

#[test]
fn symbols_take_what_their_parts_are_worth() {
    // A quarter of the range each: two bits.
    let table = Table::new(std::array::from_fn(|at| match at {
        0..4 => at as u16 * 16_384 - at as u16,
        _ => (65_536 - SYMBOLS + at) as u16,
    }));
    let mut encoder = RansEncoder::default();
    for at in 0..8000 {
        encoder.symbol(0, &table, (at * at / 7 % 4) as u8);
    }
    let bytes = encoder.finish(1).len();
    assert!((2000..2010).contains(&bytes), "{bytes}");
}
