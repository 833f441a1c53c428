//! Parts of a manifest.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;
use std::str::FromStr;

use crate::ArchiveError;
use crate::manifest::Unit;

/// A part of the units of a manifest, `I/N`: the parts `1/N` to `N/N` have about the same work, and
/// contain each unit once. The default is `1/1`, all units.
///
/// ```
/// use fieldreel_archive::Part;
///
/// let part: Part = "3/20".parse()?;
/// assert_eq!(part, Part::new(3, 20)?);
/// assert!("0/20".parse::<Part>().is_err() && "21/20".parse::<Part>().is_err());
/// # Ok::<(), fieldreel_archive::ArchiveError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    index: usize,
    count: usize,
}

impl Default for Part {
    fn default() -> Self {
        Self { index: 1, count: 1 }
    }
}

impl Part {
    /// Returns part `index` of `count`; the first one is 1.
    ///
    /// # Errors
    /// [`ArchiveError::InvalidPart`] unless `1 ≤ index ≤ count`.
    pub fn new(index: usize, count: usize) -> Result<Self, ArchiveError> {
        match (1..=count).contains(&index) {
            true => Ok(Self { index, count }),
            false => Err(ArchiveError::InvalidPart {
                text: format!("{index}/{count}"),
            }),
        }
    }

    /// Returns the units of the part, the one with the most work first.
    ///
    /// Each unit, in this order, goes to the part that has the least work so far (Graham, 1969).
    /// The result depends on the manifest alone.
    #[must_use]
    pub fn units(self, units: &[Unit]) -> Vec<&Unit> {
        let mut sorted: Vec<&Unit> = units.iter().collect();
        sorted.sort_by(|a, b| b.work().cmp(&a.work()).then_with(|| a.id().cmp(b.id())));
        // More parts than units would only be empty.
        let count = self.count.min(sorted.len().max(1));
        // The parts by their work, the least first.
        let parts = (1..=count).map(|index| Reverse((0_u128, index)));
        let mut parts: BinaryHeap<_> = parts.collect();
        sorted.retain(|unit| {
            let Some(mut least) = parts.peek_mut() else {
                return false;
            };
            let Reverse((work, index)) = &mut *least;
            *work += u128::from(unit.work());
            *index == self.index
        });
        sorted
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl FromStr for Part {
    type Err = ArchiveError;

    /// Reads `I/N`.
    ///
    /// # Errors
    /// [`ArchiveError::InvalidPart`] if the text has another form, or unless `1 ≤ I ≤ N`.
    fn from_str(text: &str) -> Result<Self, ArchiveError> {
        let numbers = text.split_once('/');
        let numbers = numbers.and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        let part = numbers.and_then(|(index, count)| Self::new(index, count).ok());
        part.ok_or_else(|| ArchiveError::InvalidPart {
            text: text.to_owned(),
        })
    }
}
