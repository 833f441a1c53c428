//! The widths of the words in which predictions are computed.

/// The width of the words in which predictions are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WordWidth {
    /// 32 bits.
    Bits32,
    /// 64 bits.
    Bits64,
    /// 128 bits.
    Bits128,
}

impl WordWidth {
    const ALL: [Self; 3] = [Self::Bits32, Self::Bits64, Self::Bits128];

    /// The largest number of bits of an integer, including its sign, that leaves a word of 32 bits
    /// room for the sums of a prediction.
    pub(crate) const MAX_BITS_IN_32: u32 = 18;
    /// The same for a word of 64 bits.
    pub(crate) const MAX_BITS_IN_64: u32 = 46;

    /// Returns the number of bytes of a word.
    pub(crate) const fn bytes(self) -> u64 {
        match self {
            Self::Bits32 => 4,
            Self::Bits64 => 8,
            Self::Bits128 => 16,
        }
    }

    /// Returns the narrowest width for integers of at most this magnitude.
    pub(crate) const fn for_magnitude(magnitude: u64) -> Self {
        if magnitude < 1 << (Self::MAX_BITS_IN_32 - 1) {
            Self::Bits32
        } else if magnitude < 1 << (Self::MAX_BITS_IN_64 - 1) {
            Self::Bits64
        } else {
            Self::Bits128
        }
    }

    /// Returns the number of the width in a file.
    pub(super) fn id(self) -> u8 {
        let at = Self::ALL.iter().position(|&word| word == self);
        at.unwrap_or(0) as u8
    }

    /// Returns the width of a number in a file; `None` if there is none.
    pub(super) fn from_id(id: u8) -> Option<Self> {
        Self::ALL.get(usize::from(id)).copied()
    }
}
