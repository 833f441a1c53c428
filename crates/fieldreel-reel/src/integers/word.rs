//! The widths of the integers that predictions are made in.

/// The width of the integers that predictions are made in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WordKind {
    /// Of 32 bits.
    Narrow,
    /// Of 64 bits.
    Wide,
    /// Of 128 bits.
    Widest,
}

impl WordKind {
    const ALL: [Self; 3] = [Self::Narrow, Self::Wide, Self::Widest];

    /// The bits of an integer and its sign, at most, that leave a word of 32 and of 64 bits room for the sums of a
    /// prediction.
    pub(crate) const NARROW_BITS: u32 = 18;
    pub(crate) const WIDE_BITS: u32 = 46;

    /// Returns the bytes of an integer.
    pub(crate) const fn bytes(self) -> u64 {
        match self {
            Self::Narrow => 4,
            Self::Wide => 8,
            Self::Widest => 16,
        }
    }

    /// Returns the kind that holds integers of at most this magnitude.
    pub(crate) const fn holding(magnitude: u64) -> Self {
        if magnitude < 1 << (Self::NARROW_BITS - 1) {
            Self::Narrow
        } else if magnitude < 1 << (Self::WIDE_BITS - 1) {
            Self::Wide
        } else {
            Self::Widest
        }
    }

    /// Returns the number of the kind in a file.
    pub(super) fn id(self) -> u8 {
        let at = Self::ALL.iter().position(|&word| word == self);
        at.unwrap_or(0) as u8
    }

    /// Returns the kind of this number.
    pub(super) fn from_id(id: u8) -> Option<Self> {
        Self::ALL.get(usize::from(id)).copied()
    }
}
