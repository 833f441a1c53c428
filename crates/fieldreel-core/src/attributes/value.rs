//! What an attribute stands for.

use super::NumericArray;
use crate::Scalar;

/// The value of an attribute, in the type that the file gave it.
#[derive(Debug, Clone, PartialEq)]
pub enum AttributeValue {
    /// One text.
    Text(String),
    /// Several texts (NetCDF-4 strings); there may be just one.
    Texts(Vec<String>),
    /// Numbers: mostly one.
    Numbers(NumericArray),
}

impl AttributeValue {
    /// The text, when this is exactly one: a list of one text is.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Texts(texts) => match texts.as_slice() {
                [text] => Some(text),
                _ => None,
            },
            Self::Numbers(_) => None,
        }
    }

    /// The numbers as [`NumericArray::to_f64`]. Empty for text.
    #[must_use]
    pub fn to_numbers(&self) -> Vec<f64> {
        match self {
            Self::Text(_) | Self::Texts(_) => Vec::new(),
            Self::Numbers(numbers) => numbers.to_f64(),
        }
    }

    /// The numbers as [`NumericArray::to_scalars`]. Empty for text.
    #[must_use]
    pub fn to_scalars(&self) -> Vec<Scalar> {
        match self {
            Self::Text(_) | Self::Texts(_) => Vec::new(),
            Self::Numbers(numbers) => numbers.to_scalars(),
        }
    }

    /// The number, when this is exactly one; nearest where a 64-bit integer has no exact `f64`.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self.to_numbers().as_slice() {
            [number] => Some(*number),
            _ => None,
        }
    }
}

impl From<&str> for AttributeValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for AttributeValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<N: Into<NumericArray>> From<N> for AttributeValue {
    fn from(numbers: N) -> Self {
        Self::Numbers(numbers.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_or_one_number_is_found_however_it_is_written() {
        let texts = |texts: &[&str]| {
            AttributeValue::Texts(texts.iter().map(|&text| text.to_owned()).collect())
        };
        for one in ["K".into(), String::from("K").into(), texts(&["K"])] {
            assert_eq!((one.as_text(), one.as_number()), (Some("K"), None));
            assert!(one.to_numbers().is_empty());
        }
        assert_eq!(texts(&[]).as_text(), None);
        assert_eq!(texts(&["K", "K"]).as_text(), None);

        let one = AttributeValue::from(7_i16);
        assert_eq!((one.as_text(), one.as_number()), (None, Some(7.0)));
        let two = AttributeValue::from(vec![7_u8, 8]);
        assert_eq!((two.as_number(), two.to_numbers()), (None, vec![7.0, 8.0]));
        assert_eq!(AttributeValue::from(Vec::<f64>::new()).as_number(), None);
    }
}
