//! Tests of the text form of ranges and bit depths: exact, and strict when parsed.

use fieldreel_quant::{BitDepth, QuantError, ValueRange};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn ranges_round_trip_through_text(a in any::<f64>(), b in any::<f64>()) {
        prop_assume!(a.is_finite() && b.is_finite());
        let range = ValueRange::new(a.min(b), a.max(b))?;
        let parsed: ValueRange<f64> = range.to_string().parse()?;
        prop_assert_eq!(parsed.min().to_bits(), range.min().to_bits());
        prop_assert_eq!(parsed.max().to_bits(), range.max().to_bits());
    }
}

#[test]
fn text_uses_the_shortest_decimals() -> Result<(), QuantError> {
    assert_eq!(
        ValueRange::new(-5.8925_f32, 5.0215)?.to_string(),
        "-5.8925..5.0215"
    );
    assert_eq!(ValueRange::new(-0.0_f32, 1e-45)?.to_string(), "-0.0..1e-45");
    assert_eq!(
        ValueRange::new(f64::MIN, 3.0)?.to_string(),
        "-1.7976931348623157e308..3.0"
    );
    assert_eq!(BitDepth::TWELVE.to_string(), "12");
    Ok(())
}

#[test]
fn other_notations_of_numbers_are_parsed() -> Result<(), QuantError> {
    assert_eq!(
        "-3..2.5E1".parse::<ValueRange<f32>>()?,
        ValueRange::new(-3.0, 25.0)?
    );
    assert_eq!("16".parse::<BitDepth>()?, BitDepth::SIXTEEN);
    Ok(())
}

#[test]
fn invalid_text_is_an_error() {
    for text in ["", "1", "1..", "..2", "1..nan", "1.2.3", "1..2..3"] {
        assert!(
            matches!(text.parse::<ValueRange<f64>>(), Err(QuantError::Parse(_))),
            "{text}"
        );
    }
    assert!(matches!(
        "2..1".parse::<ValueRange<f64>>(),
        Err(QuantError::Range { .. })
    ));
    assert!(matches!(
        "0".parse::<BitDepth>(),
        Err(QuantError::BitDepth { bits: 0 })
    ));
    assert!(matches!(
        "300".parse::<BitDepth>(),
        Err(QuantError::Parse(_))
    ));
    assert!(matches!(
        "-8".parse::<BitDepth>(),
        Err(QuantError::Parse(_))
    ));
}
