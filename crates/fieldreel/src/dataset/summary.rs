//! The outcome of compressing or decompressing a file.

use std::fmt;

use fieldreel_formats::ChunkWriter;
use fieldreel_formats::dataset::{Kind, Role, Source};
use fieldreel_reel::Bound;

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
    pub kind: Kind,
    /// How much of it was kept.
    pub kept: Kept,
    /// Bytes of its values in memory; of texts, those of pointers.
    pub bytes: u64,
    /// Bytes of its values in the file.
    pub stored_bytes: u64,
}

/// How much of a variable was kept.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Kept {
    /// All.
    Exactly {
        /// Why no bound was for it.
        reason: Reason,
    },
    /// All within a bound.
    Within {
        /// What was asked for.
        bound: Bound,
        /// The largest error of a value, in the unit of the variable, as it was measured on the decoded values.
        max_abs: f64,
    },
}

/// The reason why a variable was kept exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// No rule is for it, and there is no default bound.
    NoRule,
    /// A rule keeps it.
    Rule,
    /// Its values are not floating-point numbers.
    NotFloat,
    /// It has fewer than two or more than five dimensions.
    Rank,
    /// It is not data, and no rule gives its name.
    Role(Role),
    /// The default bound would save less than the attributes that record the loss take.
    Small,
    /// The file was decompressed.
    Decompressed,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRule => f.write_str("no rule"),
            Self::Rule => f.write_str("kept by a rule"),
            Self::NotFloat => f.write_str("not float"),
            Self::Rank => f.write_str("not 2 to 5 dimensions"),
            Self::Role(role) => role.fmt(f),
            Self::Small => f.write_str("small"),
            Self::Decompressed => f.write_str("decompressed"),
        }
    }
}

/// What became of all variables, once they are written; `kept` says it of each.
pub(super) fn of_variables(
    source: &dyn Source,
    chunks: &mut ChunkWriter,
    kept: impl Fn(usize) -> Kept,
) -> Result<Vec<VariableSummary>, Error> {
    let schema = source.schema();
    let all = schema.variables.iter().enumerate();
    all.map(|(number, variable)| {
        let shape = schema.shape(variable);
        Ok(VariableSummary {
            name: schema.full_name(variable),
            kind: variable.kind,
            kept: kept(number),
            bytes: shape.iter().product::<usize>() as u64 * variable.kind.bytes() as u64,
            stored_bytes: chunks.stored_bytes(number)?,
            shape,
        })
    })
    .collect()
}
