//! Attributes: what a file says about a variable, besides its values.

/// The value of an attribute, in the type that the file gave it.
///
/// Numbers are vectors, as in NetCDF: most have one element.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum AttributeValue {
    /// One text.
    Text(String),
    /// Several texts (NetCDF-4 strings).
    Texts(Vec<String>),
    /// Signed bytes.
    I8(Vec<i8>),
    /// Unsigned bytes.
    U8(Vec<u8>),
    /// 16-bit integers.
    I16(Vec<i16>),
    /// Unsigned 16-bit integers.
    U16(Vec<u16>),
    /// 32-bit integers.
    I32(Vec<i32>),
    /// Unsigned 32-bit integers.
    U32(Vec<u32>),
    /// 64-bit integers.
    I64(Vec<i64>),
    /// Unsigned 64-bit integers.
    U64(Vec<u64>),
    /// Single-precision numbers.
    F32(Vec<f32>),
    /// Double-precision numbers.
    F64(Vec<f64>),
}

impl AttributeValue {
    /// The text, when this is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Texts(texts) => match texts.as_slice() {
                [text] => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// The numbers as `f64`, nearest where a 64-bit integer has no exact one. Empty for text.
    #[must_use]
    pub fn to_numbers(&self) -> Vec<f64> {
        fn cast<T: Copy + Into<f64>>(values: &[T]) -> Vec<f64> {
            values.iter().map(|&value| value.into()).collect()
        }
        match self {
            Self::Text(_) | Self::Texts(_) => Vec::new(),
            Self::I8(values) => cast(values),
            Self::U8(values) => cast(values),
            Self::I16(values) => cast(values),
            Self::U16(values) => cast(values),
            Self::I32(values) => cast(values),
            Self::U32(values) => cast(values),
            Self::I64(values) => values.iter().map(|&value| value as f64).collect(),
            Self::U64(values) => values.iter().map(|&value| value as f64).collect(),
            Self::F32(values) => cast(values),
            Self::F64(values) => values.clone(),
        }
    }

    /// The number, when this is exactly one.
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

impl From<f64> for AttributeValue {
    fn from(number: f64) -> Self {
        Self::F64(vec![number])
    }
}

impl From<f32> for AttributeValue {
    fn from(number: f32) -> Self {
        Self::F32(vec![number])
    }
}

impl From<i32> for AttributeValue {
    fn from(number: i32) -> Self {
        Self::I32(vec![number])
    }
}

impl From<i64> for AttributeValue {
    fn from(number: i64) -> Self {
        Self::I64(vec![number])
    }
}

/// Named attribute values, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attributes(Vec<(String, AttributeValue)>);

impl Attributes {
    /// No attributes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The attribute of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&AttributeValue> {
        self.iter()
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// The text of this name: `None` when it is absent or not one text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(AttributeValue::as_text)
    }

    /// The number of this name: `None` when it is absent or not one number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        self.get(name).and_then(AttributeValue::as_number)
    }

    /// Sets an attribute, in its place if it is there, else at the end. Gives what was there.
    pub fn insert(
        &mut self,
        name: impl Into<String>,
        value: impl Into<AttributeValue>,
    ) -> Option<AttributeValue> {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(key, _)| *key == name) {
            Some((_, old)) => Some(std::mem::replace(old, value)),
            None => {
                self.0.push((name, value));
                None
            }
        }
    }

    /// Takes an attribute out.
    pub fn remove(&mut self, name: &str) -> Option<AttributeValue> {
        let position = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.remove(position).1)
    }

    /// Every attribute, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &AttributeValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<String>, V: Into<AttributeValue>> FromIterator<(N, V)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut attributes = Self::new();
        for (name, value) in pairs {
            attributes.insert(name, value);
        }
        attributes
    }
}
