use proptest::prelude::*;

use super::*;

fn round_trip(decisions: &[(bool, u32)]) -> usize {
    let mut encoder = RangeEncoder::new();
    for &(bit, p) in decisions {
        assert_eq!(encoder.code(bit, p), bit);
    }
    let bytes = encoder.finish();
    let mut decoder = RangeDecoder::new(&bytes);
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
        let mut encoder = RangeEncoder::new();
        let mut length = [AdaptiveBit::NEW; 64];
        for &n in &numbers {
            prop_assert_eq!(encoder.code_number(n, &mut length), n);
        }
        let bytes = encoder.finish();
        let mut decoder = RangeDecoder::new(&bytes);
        let mut length = [AdaptiveBit::NEW; 64];
        for &n in &numbers {
            prop_assert_eq!(decoder.code_number(0, &mut length), n);
        }
    }

    #[test]
    fn mixed_decisions_come_back(bits in prop::collection::vec(any::<bool>(), 0..600)) {
        let cases = |at: usize| [at % 3, 3 + at % 5, 8 + at % 7];
        let mut encoder = RangeEncoder::new();
        let (mut table, mut mixer) = (vec![AdaptiveBit::NEW; 15], Mixer::<3>::new(2));
        for (at, &bit) in bits.iter().enumerate() {
            mixer.code(&mut encoder, bit, at % 2, &mut table, &cases(at));
        }
        let bytes = encoder.finish();
        let mut decoder = RangeDecoder::new(&bytes);
        let (mut table, mut mixer) = (vec![AdaptiveBit::NEW; 15], Mixer::<3>::new(2));
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
    let mut bit = AdaptiveBit::NEW;
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
    let mut encoder = RangeEncoder::new();
    let mut length = [AdaptiveBit::NEW; 64];
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

/// What a coder is asked to code: a symbol or runs of them, and their cases; how many of the last run are left out.
#[derive(Debug, Clone)]
enum Coded {
    One(u8, u8),
    Runs(Vec<[u8; RUN]>, Vec<[u8; RUN]>, usize),
}

fn coded() -> impl Strategy<Value = Coded> {
    let run = || prop::array::uniform8(0..SYMBOLS as u8);
    let runs = (1_usize..5).prop_flat_map(move |count| {
        let cases = prop::collection::vec(any::<[u8; RUN]>(), count);
        (prop::collection::vec(run(), count), cases, 0..RUN)
    });
    prop_oneof![
        (0..SYMBOLS as u8, any::<u8>()).prop_map(|(symbol, case)| Coded::One(symbol, case)),
        runs.prop_map(|(symbols, cases, out)| Coded::Runs(symbols, cases, out)),
    ]
}

/// A table for each case: parts of these widths, turned from case to case, and one symbol that has nearly all.
fn table_of(widths: &[u16; SYMBOLS], case: usize) -> Table {
    let mut widths = widths.map(|width| width / 256 * (case as u16 / 16));
    widths.rotate_left(case % SYMBOLS);
    widths[case % SYMBOLS] = 60_000;
    table(&widths)
}

fn tables(widths: &[u16; SYMBOLS]) -> Tables {
    let mut tables = Tables::new(&table(widths));
    for case in 0..CASES {
        tables.set(case as u8, &table_of(widths, case));
    }
    tables
}

/// Returns the part of each symbol of each case.
fn parts(widths: &[u16; SYMBOLS]) -> Box<[EncoderPart; SYMBOLS * CASES]> {
    let tables: Vec<Table> = (0..CASES).map(|case| table_of(widths, case)).collect();
    let part = |at: usize| tables[at / SYMBOLS].encoder_part(at % SYMBOLS);
    Box::new(std::array::from_fn(part))
}

fn symbols_come_back_on(
    lanes: usize,
    widths: &[u16; SYMBOLS],
    all: &[Coded],
) -> Result<(), TestCaseError> {
    let (tables, parts) = (&tables(widths), parts(widths));
    let mut encoder = RansEncoder::default();
    let index = |(&symbol, &case): (&u8, &u8)| u16::from(case) * SYMBOLS as u16 + u16::from(symbol);
    for (at, coded) in all.iter().enumerate().rev() {
        match coded {
            Coded::One(symbol, case) => {
                encoder.symbols((at, lanes), &parts, &[index((symbol, case))]);
            }
            Coded::Runs(symbols, cases, out) => {
                let all = symbols.as_flattened().iter().zip(cases.as_flattened());
                let count = all.len() - out;
                let all: Vec<u16> = all.take(count).map(index).collect();
                encoder.symbols((at * RUN, lanes), &parts, &all);
            }
        }
    }
    let bytes = encoder.finish(lanes);
    let decoder = || RansDecoder::new(&bytes, lanes);
    for mut decoder in [decoder(), decoder().portable()] {
        for (at, coded) in all.iter().enumerate() {
            match coded {
                Coded::One(symbol, case) => {
                    prop_assert_eq!(decoder.symbol(at, tables, *case), *symbol);
                }
                Coded::Runs(symbols, cases, out) => {
                    let mut found = vec![[0; RUN]; cases.len()];
                    let count = cases.len() * RUN - out;
                    decoder.runs(at * RUN, tables, (cases, count), &mut found);
                    let [found, symbols] = [&found, symbols].map(|all| all.as_flattened());
                    prop_assert_eq!(&found[..count], &symbols[..count]);
                }
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn symbols_come_back(all in prop::collection::vec(coded(), 0..100), widths: [u16; SYMBOLS]) {
        for lanes in [1, RUN, LANES] {
            symbols_come_back_on(lanes, &widths, &all)?;
        }
    }

    #[test]
    fn any_bytes_are_some_symbols(bytes in prop::collection::vec(any::<u8>(), 0..60), widths: [u16; SYMBOLS], cases: [[u8; RUN]; 3]) {
        let tables = tables(&widths);
        for lanes in [1, RUN, LANES] {
            let mut decoder = RansDecoder::new(&bytes, lanes);
            for at in 0..50 {
                prop_assert!(usize::from(decoder.symbol(at, &tables, cases[0][0])) < SYMBOLS);
                let mut runs = [[0; RUN]; 3];
                decoder.runs(at * RUN, &tables, (&cases, 3 * RUN - at % RUN), &mut runs);
                prop_assert!(runs.as_flattened().iter().all(|&symbol| usize::from(symbol) < SYMBOLS));
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
    let parts: [EncoderPart; SYMBOLS] = std::array::from_fn(|symbol| table.encoder_part(symbol));
    let symbols: Vec<u16> = (0..8000)
        .map(|at| at * at / 7 % 4)
        .map(|at: u32| at as u16)
        .collect();
    let mut encoder = RansEncoder::default();
    encoder.symbols((0, 1), &parts, &symbols);
    let bytes = encoder.finish(1).len();
    assert!((2000..2010).contains(&bytes), "{bytes}");
}
