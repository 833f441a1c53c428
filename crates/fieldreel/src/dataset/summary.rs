//! The outcome of compressing or decompressing a file.

use std::fmt;

use fieldreel_formats::dataset::{DatasetSource, VariableRole, VariableType};
use fieldreel_formats::{ChunkWriter, VariableStorage};
use fieldreel_reel::Criterion;

use crate::Error;

/// What became of a file.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DatasetSummary {
    /// Its variables, in the order of the file.
    pub variables: Vec<VariableSummary>,
    /// Bytes of the file that was read.
    pub input_bytes: u64,
    /// Bytes of the file that was written.
    pub output_bytes: u64,
}

/// What became of a variable.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct VariableSummary {
    /// Its name; `/group/name` in a group.
    pub name: String,
    /// Its lengths, slowest first.
    pub shape: Vec<usize>,
    /// The type of its values.
    pub kind: VariableType,
    /// How much of it was kept.
    pub fidelity: Fidelity,
    /// The way in which its values are stored.
    pub storage: StorageKind,
    /// Bytes of its values in memory; of texts, those of pointers.
    pub bytes: u64,
    /// Bytes of its values in the file.
    pub stored_bytes: u64,
}

/// A way in which the values of a variable are stored in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StorageKind {
    /// As they are.
    Plain,
    /// Through HDF5's shuffle and deflate.
    Deflate,
    /// As segments, through the filter of fieldreel.
    Segments,
}

impl fmt::Display for StorageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Plain => "plain",
            Self::Deflate => "deflate",
            Self::Segments => "segments",
        })
    }
}

impl From<&VariableStorage> for StorageKind {
    fn from(storage: &VariableStorage) -> Self {
        match storage {
            VariableStorage::Filter { .. } => Self::Segments,
            VariableStorage::Deflate { .. } => Self::Deflate,
            _ => Self::Plain,
        }
    }
}

/// How much of a variable was kept.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fidelity {
    /// All.
    Exact {
        /// Why no bound was for it.
        reason: ExactReason,
    },
    /// All within a bound.
    Bounded {
        /// What was asked for.
        criterion: Criterion,
        /// The largest error of a value, in the unit of the variable, as it was measured on the decoded values.
        max_abs: f64,
    },
}

/// The reason why a variable was stored losslessly.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExactReason {
    /// No rule is for it, and there is no default bound.
    NotSelected,
    /// A rule keeps it.
    Requested,
    /// Its values are no numbers.
    NotNumeric,
    /// It is one value.
    Scalar,
    /// It has more than eight dimensions.
    TooManyDimensions,
    /// Its values are integers without a `scale_factor`, and no rule gives its name: they may be counts, or stand for something
    /// without an order.
    Integer,
    /// It is packed, and the default bound is not for packed variables.
    Packed,
    /// It is packed with an `add_offset`, and the bound is a part of each value.
    Offset,
    /// It is not data, and no rule gives its name.
    Role(VariableRole),
    /// The default bound would save less than the attributes that record the loss take.
    Small,
    /// The file was decompressed.
    Decompressed,
}

impl DatasetSummary {
    /// Returns the bytes of all values in memory, and in the file.
    #[must_use]
    pub fn total_bytes(&self) -> (u64, u64) {
        let sum = |of: fn(&VariableSummary) -> u64| self.variables.iter().map(of).sum();
        (
            sum(|variable| variable.bytes),
            sum(|variable| variable.stored_bytes),
        )
    }
}

impl fmt::Display for ExactReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSelected => f.write_str("no rule"),
            Self::Requested => f.write_str("kept by a rule"),
            Self::NotNumeric => f.write_str("no numbers"),
            Self::Scalar => f.write_str("one value"),
            Self::TooManyDimensions => f.write_str("more than 8 dimensions"),
            Self::Integer => f.write_str("integer"),
            Self::Packed => f.write_str("packed"),
            Self::Offset => f.write_str("packed with an offset"),
            Self::Role(role) => role.fmt(f),
            Self::Small => f.write_str("small"),
            Self::Decompressed => f.write_str("decompressed"),
        }
    }
}

/// What became of all variables, once they are written; `fidelity` returns that of each.
pub(super) fn of_variables(
    source: &dyn DatasetSource,
    chunks: &mut ChunkWriter,
    storage: &[VariableStorage],
    fidelity: impl Fn(usize) -> Fidelity,
) -> Result<Vec<VariableSummary>, Error> {
    let schema = source.schema();
    let all = schema.variables.iter().enumerate();
    all.map(|(number, variable)| {
        let shape = schema.shape(variable);
        Ok(VariableSummary {
            name: schema.full_name(variable),
            kind: variable.kind,
            fidelity: fidelity(number),
            storage: storage
                .get(number)
                .map_or(StorageKind::Plain, StorageKind::from),
            bytes: shape.iter().product::<usize>() as u64 * variable.kind.bytes() as u64,
            stored_bytes: chunks.stored_bytes(number)?,
            shape,
        })
    })
    .collect()
}
