//! Attributes of fields and of reels.

use fieldreel_formats as formats;
use fieldreel_reel::{self as reel, Numbers};

pub(super) fn to_reel(attributes: &formats::Attributes) -> reel::Attributes {
    let pairs = attributes.iter();
    pairs
        .filter_map(|(name, value)| Some((name, value_to_reel(value)?)))
        .collect()
}

pub(super) fn to_field(attributes: &reel::Attributes) -> formats::Attributes {
    let pairs = attributes.iter();
    pairs
        .filter_map(|(name, value)| Some((name, value_to_field(value)?)))
        .collect()
}

/// Writes the two conversions: the variants have the same names. `None` for a variant that a later
/// version of either crate adds, which the other cannot say.
macro_rules! numbers {
    ($($variant:ident),*) => {
        fn value_to_reel(value: &formats::AttributeValue) -> Option<reel::AttributeValue> {
            use formats::AttributeValue as From;
            use reel::AttributeValue as To;
            Some(match value {
                From::Text(text) => To::Text(text.clone()),
                From::Texts(texts) => To::Texts(texts.clone()),
                $(From::$variant(values) => To::Numbers(Numbers::$variant(values.clone())),)*
                _ => return None,
            })
        }

        fn value_to_field(value: &reel::AttributeValue) -> Option<formats::AttributeValue> {
            use formats::AttributeValue as To;
            use reel::AttributeValue as From;
            Some(match value {
                From::Text(text) => To::Text(text.clone()),
                From::Texts(texts) => To::Texts(texts.clone()),
                From::Numbers(numbers) => match numbers {
                    $(Numbers::$variant(values) => To::$variant(values.clone()),)*
                    _ => return None,
                },
                _ => return None,
            })
        }
    };
}

numbers!(I8, U8, I16, U16, I32, U32, I64, U64, F32, F64);
