//! A base layer that is predicted linearly, residuals included: integers, coded by `fieldreel_predict`.

mod apply;
mod encode;

pub(crate) use apply::apply;
pub(super) use encode::encode;
pub(crate) use encode::grid_of;

use fieldreel_predict::Corrupt;

use crate::ReelError;
use crate::wire::{Reader, Writer};

/// Numbers that were predicted, in bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PredictionStream<B> {
    pub(crate) word: WordKind,
    /// A step of the grid is 2 to this power units of the numbers.
    pub(crate) step_bits: u8,
    /// What it was encoded with: of no use to a decoder.
    pub(crate) settings: u8,
    pub(crate) bytes: B,
}

/// The integers that predictions are made in.
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
}

/// The most bits of a step.
const MOST_STEP_BITS: u8 = 8;

impl WordKind {
    /// The bytes of an integer.
    pub(crate) const fn bytes(self) -> u64 {
        match self {
            Self::Narrow => 4,
            Self::Wide => 8,
            Self::Widest => 16,
        }
    }
}

impl<'a> PredictionStream<&'a [u8]> {
    pub(crate) fn write(&self, writer: &mut Writer) {
        let word = WordKind::ALL.iter().position(|&word| word == self.word);
        writer.u8(word.unwrap_or(0) as u8 | self.step_bits << 2);
        writer.u8(self.settings);
        writer.block(self.bytes);
    }

    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, ReelError> {
        let first = reader.u8()?;
        let word = WordKind::ALL.get(usize::from(first & 3));
        let word = *word.ok_or(ReelError::damaged("an unknown kind of prediction"))?;
        let step_bits = first >> 2;
        if step_bits > MOST_STEP_BITS {
            return Err(ReelError::damaged("an impossible step of a prediction"));
        }
        Ok(Self {
            word,
            step_bits,
            settings: reader.u8()?,
            bytes: reader.block()?,
        })
    }
}

impl From<Corrupt> for ReelError {
    fn from(_: Corrupt) -> Self {
        Self::damaged("the predicted numbers")
    }
}
