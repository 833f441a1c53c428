//! The values of attributes.

use super::NumericArray;
use crate::Scalar;

/// The value of an attribute, in its type in the file.
///
/// ```
/// use fieldreel_core::AttributeValue;
///
/// assert_eq!(AttributeValue::from("K").as_text(), Some("K"));
/// assert_eq!(AttributeValue::from([0.0, 350.0]).to_numbers(), [0.0, 350.0]);
/// assert_eq!(AttributeValue::from(["day", "night"]).as_text(), None);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum AttributeValue {
    /// A text.
    Text(String),
    /// A list of texts (NetCDF-4 strings), which may have a single item.
    Texts(Vec<String>),
    /// An array of numbers, often a single one.
    Numbers(NumericArray),
}

impl AttributeValue {
    /// Returns the text, or the only text of a list; `None` for other values.
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

    /// Returns the numbers as [`NumericArray::to_f64`] does; none for text.
    #[must_use]
    pub fn to_numbers(&self) -> Vec<f64> {
        match self {
            Self::Text(_) | Self::Texts(_) => Vec::new(),
            Self::Numbers(numbers) => numbers.to_f64(),
        }
    }

    /// Returns the numbers as [`NumericArray::to_scalars`] does; none for text.
    #[must_use]
    pub fn to_scalars(&self) -> Vec<Scalar> {
        match self {
            Self::Text(_) | Self::Texts(_) => Vec::new(),
            Self::Numbers(numbers) => numbers.to_scalars(),
        }
    }

    /// Returns the number if there is exactly one.
    ///
    /// A 64-bit integer is rounded to the nearest `f64`.
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

impl From<Vec<String>> for AttributeValue {
    fn from(texts: Vec<String>) -> Self {
        Self::Texts(texts)
    }
}

impl<const LEN: usize> From<[&str; LEN]> for AttributeValue {
    fn from(texts: [&str; LEN]) -> Self {
        Self::Texts(texts.map(str::to_owned).into())
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
    fn a_single_text_or_number_is_found_in_every_form() {
        let texts = |texts: &[&str]| {
            AttributeValue::Texts(texts.iter().map(|&text| text.to_owned()).collect())
        };
        for value in ["K".into(), String::from("K").into(), texts(&["K"])] {
            assert_eq!((value.as_text(), value.as_number()), (Some("K"), None));
            assert!(value.to_numbers().is_empty());
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
