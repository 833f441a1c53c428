//! Round trips through the entropy coders, and the frozen format of decisions.

use proptest::prelude::*;

use super::*;

fn assert_round_trip(decisions: &[(bool, u32)]) -> usize {
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
    fn any_decisions_round_trip(decisions in prop::collection::vec((any::<bool>(), 1_u32..65536), 0..600)) {
        assert_round_trip(&decisions);
    }

    #[test]
    fn improbable_decisions_round_trip(decisions in prop::collection::vec((any::<bool>(), prop_oneof![Just(1_u32), Just(65535)]), 0..600)) {
        assert_round_trip(&decisions);
    }

    #[test]
    fn numbers_round_trip(numbers in prop::collection::vec(any::<u64>().prop_flat_map(|n| (0_u32..65).prop_map(move |s| n.checked_shr(s).unwrap_or(0))), 0..100)) {
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
    fn mixed_decisions_round_trip(bits in prop::collection::vec(any::<bool>(), 0..600)) {
        let indices = |at: usize| [at % 3, 3 + at % 5, 8 + at % 7];
        let mut encoder = RangeEncoder::new();
        let (mut table, mut mixer) = (vec![AdaptiveBit::NEW; 15], Mixer::<3>::new(2));
        for (at, &bit) in bits.iter().enumerate() {
            mixer.code(&mut encoder, bit, at % 2, &mut table, &indices(at));
        }
        let bytes = encoder.finish();
        let mut decoder = RangeDecoder::new(&bytes);
        let (mut table, mut mixer) = (vec![AdaptiveBit::NEW; 15], Mixer::<3>::new(2));
        for (at, &bit) in bits.iter().enumerate() {
            prop_assert_eq!(mixer.code(&mut decoder, false, at % 2, &mut table, &indices(at)), bit);
        }
    }
}

#[test]
fn no_decisions_take_no_bytes() {
    assert_eq!(assert_round_trip(&[]), 0);
}

#[test]
fn the_size_is_close_to_the_entropy() {
    let mut state = 1_u32;
    let decisions: Vec<_> = (0..100_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16 < 6554, 6554)
        })
        .collect();
    // The entropy of a decision of probability 1/10 is 0.469 bits.
    let bytes = assert_round_trip(&decisions) as f64;
    assert!((bytes - 5862.0).abs() < 90.0, "{bytes}");
}

#[test]
fn a_bit_adapts_to_decisions() {
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
fn logits_are_logarithms_of_odds() {
    for logit in (-2900..2900).step_by(7) {
        let exact = 65_536.0 / (1.0 + (f64::from(-logit) / 256.0).exp());
        let actual = f64::from(logistic::squash(logit));
        assert!(
            (actual - exact).abs() <= 1.0 + 0.04 * exact.min(65_536.0 - exact),
            "{logit}"
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

/// The bytes of the format must never change.
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

/// Returns a distribution that is proportional to these frequencies plus 1.
fn table(frequencies: &[u16; SYMBOLS]) -> FrequencyTable {
    let total: u32 = frequencies
        .iter()
        .map(|&frequency| u32::from(frequency) + 1)
        .sum();
    let mut sum = 0;
    let mut starts = [0; SYMBOLS];
    for (at, (start, &frequency)) in starts.iter_mut().zip(frequencies).enumerate() {
        let share = u64::from(sum) * (65_536 - SYMBOLS as u64) / u64::from(total);
        *start = share as u16 + at as u16;
        sum += u32::from(frequency) + 1;
    }
    FrequencyTable::new(starts)
}

/// An operation of a coder.
#[derive(Debug, Clone)]
enum Operation {
    /// A symbol and its context.
    One(u8, u8),
    /// Vectors of symbols and their contexts, and the number of unused symbols of the last vector.
    Vectors(Vec<[u8; VECTOR_LEN]>, Vec<[u8; VECTOR_LEN]>, usize),
}

fn operation() -> impl Strategy<Value = Operation> {
    let vector = || prop::array::uniform8(0..SYMBOLS as u8);
    let vectors = (1_usize..5).prop_flat_map(move |count| {
        let contexts = prop::collection::vec(any::<[u8; VECTOR_LEN]>(), count);
        (
            prop::collection::vec(vector(), count),
            contexts,
            0..VECTOR_LEN,
        )
    });
    prop_oneof![
        (0..SYMBOLS as u8, any::<u8>())
            .prop_map(|(symbol, context)| Operation::One(symbol, context)),
        vectors
            .prop_map(|(symbols, contexts, unused)| Operation::Vectors(symbols, contexts, unused)),
    ]
}

/// Returns the distribution of a context: these frequencies, rotated by the context, with one
/// dominant symbol.
fn context_table(frequencies: &[u16; SYMBOLS], context: usize) -> FrequencyTable {
    let mut frequencies = frequencies.map(|frequency| frequency / 256 * (context as u16 / 16));
    frequencies.rotate_left(context % SYMBOLS);
    frequencies[context % SYMBOLS] = 60_000;
    table(&frequencies)
}

fn decoder_tables(frequencies: &[u16; SYMBOLS]) -> DecoderTables {
    let mut tables = DecoderTables::new(&table(frequencies));
    for context in 0..MAX_CONTEXTS {
        tables.set(context as u8, &context_table(frequencies, context));
    }
    tables
}

/// Returns each symbol of each context.
fn encoder_symbols(frequencies: &[u16; SYMBOLS]) -> Box<[EncoderSymbol; SYMBOLS * MAX_CONTEXTS]> {
    let tables: Vec<FrequencyTable> = (0..MAX_CONTEXTS)
        .map(|context| context_table(frequencies, context))
        .collect();
    let symbol = |at: usize| tables[at / SYMBOLS].encoder_symbol(at % SYMBOLS);
    Box::new(std::array::from_fn(symbol))
}

fn assert_symbols_round_trip(
    lanes: usize,
    frequencies: &[u16; SYMBOLS],
    operations: &[Operation],
) -> Result<(), TestCaseError> {
    let decoder_tables = &decoder_tables(frequencies);
    let encoder_table = encoder_symbols(frequencies);
    let mut encoder = RansEncoder::default();
    let index =
        |(&symbol, &context): (&u8, &u8)| u16::from(context) * SYMBOLS as u16 + u16::from(symbol);
    for (at, operation) in operations.iter().enumerate().rev() {
        match operation {
            Operation::One(symbol, context) => {
                let symbols = [index((symbol, context))];
                encoder.encode((at, lanes), &encoder_table, &symbols);
            }
            Operation::Vectors(symbols, contexts, unused) => {
                let pairs = symbols.as_flattened().iter().zip(contexts.as_flattened());
                let count = pairs.len() - unused;
                let symbols: Vec<u16> = pairs.take(count).map(index).collect();
                encoder.encode((at * VECTOR_LEN, lanes), &encoder_table, &symbols);
            }
        }
    }
    let bytes = encoder.finish(lanes);
    let decoder = || RansDecoder::new(&bytes, lanes);
    for mut decoder in [decoder(), decoder().portable()] {
        for (at, operation) in operations.iter().enumerate() {
            match operation {
                Operation::One(symbol, context) => {
                    prop_assert_eq!(decoder.decode(at, decoder_tables, *context), *symbol);
                }
                Operation::Vectors(symbols, contexts, unused) => {
                    let mut decoded = vec![[0; VECTOR_LEN]; contexts.len()];
                    let count = contexts.len() * VECTOR_LEN - unused;
                    let contexts = (contexts.as_slice(), count);
                    decoder.decode_vectors(at * VECTOR_LEN, decoder_tables, contexts, &mut decoded);
                    let [decoded, symbols] = [&decoded, symbols].map(|all| all.as_flattened());
                    prop_assert_eq!(&decoded[..count], &symbols[..count]);
                }
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn symbols_round_trip(
        operations in prop::collection::vec(operation(), 0..100),
        frequencies: [u16; SYMBOLS],
    ) {
        for lanes in [1, VECTOR_LEN, MAX_LANES] {
            assert_symbols_round_trip(lanes, &frequencies, &operations)?;
        }
    }

    #[test]
    fn any_bytes_decode_to_symbols(
        bytes in prop::collection::vec(any::<u8>(), 0..60),
        frequencies: [u16; SYMBOLS],
        contexts: [[u8; VECTOR_LEN]; 3],
    ) {
        let tables = decoder_tables(&frequencies);
        for lanes in [1, VECTOR_LEN, MAX_LANES] {
            let mut decoder = RansDecoder::new(&bytes, lanes);
            for at in 0..50 {
                prop_assert!(usize::from(decoder.decode(at, &tables, contexts[0][0])) < SYMBOLS);
                let mut symbols = [[0; VECTOR_LEN]; 3];
                let count = 3 * VECTOR_LEN - at % VECTOR_LEN;
                decoder.decode_vectors(at * VECTOR_LEN, &tables, (&contexts, count), &mut symbols);
                let mut symbols = symbols.as_flattened().iter();
                prop_assert!(symbols.all(|&symbol| usize::from(symbol) < SYMBOLS));
            }
        }
    }
}

#[test]
fn the_size_of_symbols_is_close_to_their_entropy() {
    // Four symbols have nearly a quarter of the range each, so that a symbol takes two bits.
    let table = FrequencyTable::new(std::array::from_fn(|at| match at {
        0..4 => at as u16 * 16_384 - at as u16,
        _ => (65_536 - SYMBOLS + at) as u16,
    }));
    let encoder_table: [EncoderSymbol; SYMBOLS] =
        std::array::from_fn(|symbol| table.encoder_symbol(symbol));
    let symbols: Vec<u16> = (0..8000)
        .map(|at| at * at / 7 % 4)
        .map(|at: u32| at as u16)
        .collect();
    let mut encoder = RansEncoder::default();
    encoder.encode((0, 1), &encoder_table, &symbols);
    let bytes = encoder.finish(1).len();
    assert!((2000..2010).contains(&bytes), "{bytes}");
}
