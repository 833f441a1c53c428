//! Named axes.

/// A named axis of a field or a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Dimension {
    /// Its name.
    pub name: String,
    /// Its length; of an unlimited dimension the present one, 0 before anything is written.
    pub len: usize,
    /// True if the dimension may grow as values are appended.
    pub unlimited: bool,
}

impl Dimension {
    /// A dimension of fixed length.
    #[must_use]
    pub fn new(name: impl Into<String>, len: usize) -> Self {
        Self {
            name: name.into(),
            len,
            unlimited: false,
        }
    }

    /// An unlimited dimension without any values yet.
    #[must_use]
    pub fn unlimited(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            len: 0,
            unlimited: true,
        }
    }
}
