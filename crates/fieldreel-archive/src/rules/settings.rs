//! Settings: the rules, resolved for one file.

use std::collections::BTreeMap;

use fieldreel::dataset::DatasetOptions;
use fieldreel::{Criterion, Effort, ErrorBound};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// The format of the outputs of an archive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum OutputFormat {
    /// NetCDF-4 files whose chunks are segments, with the extension `nc`.
    #[default]
    Netcdf,
    /// Zarr stores of version 3 whose chunks are segments, in folders with the extension `zarr`.
    /// They need the feature `zarr`.
    Zarr,
}

impl OutputFormat {
    /// Returns the extension of outputs of this format, without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Netcdf => "nc",
            Self::Zarr => "zarr",
        }
    }

    /// Deserializes a format that this build can write.
    pub(super) fn deserialize_writable<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Self, D::Error> {
        match Self::deserialize(deserializer)? {
            Self::Zarr if !cfg!(feature = "zarr") => Err(D::Error::custom(
                "this build cannot write Zarr stores: it lacks the feature `zarr`",
            )),
            format => Ok(format),
        }
    }
}

/// The bound of a variable, which a rule sets.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct VariableBound {
    /// The error bound or the target.
    pub bound: Criterion,
    /// True if the bound has to apply, because the rule names the variable in full. Otherwise, a
    /// variable that is not data, or that cannot have the bound, is lossless.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
}

impl VariableBound {
    /// Returns a bound.
    #[must_use]
    pub const fn new(bound: Criterion, required: bool) -> Self {
        Self { bound, required }
    }
}

/// The settings by which one file is compressed: rules that are resolved for its variables and
/// dimensions. A unit of a manifest contains them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Settings {
    /// The format of the output.
    pub format: OutputFormat,
    /// The bound of data variables that no rule matches.
    pub default: Criterion,
    /// The time that encoding may take.
    pub effort: Effort,
    /// True if decoded values encode to themselves.
    pub idempotent: bool,
    /// True if lossless variables are readable without a plugin.
    pub portable: bool,
    /// True if the default bound does not apply to packed variables.
    pub lossless_packed: bool,
    /// The lengths of chunks along dimensions of the file.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub chunks: BTreeMap<String, usize>,
    /// The bounds that rules set, by the full names of variables.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, VariableBound>,
}

impl Settings {
    /// Returns the options by which [`compress_dataset`](fieldreel::dataset::compress_dataset)
    /// compresses the file.
    ///
    /// # Errors
    /// [`fieldreel::Error::InvalidPattern`] if the name of a variable is not a valid pattern.
    pub fn to_options(&self) -> Result<DatasetOptions, fieldreel::Error> {
        let lossless = Criterion::Bound(ErrorBound::Lossless);
        let mut options = match self.default {
            default if default == lossless => DatasetOptions::lossless(),
            default => DatasetOptions::new(default),
        }
        .with_effort(self.effort)
        .with_idempotent(self.idempotent)
        .with_portable(self.portable)
        .with_packed(!self.lossless_packed);
        for (dimension, &length) in &self.chunks {
            options = options.with_chunk(dimension, length);
        }
        for (name, variable) in &self.variables {
            options = match variable {
                VariableBound { bound, .. } if *bound == lossless => {
                    options.with_lossless(&glob::Pattern::escape(name))?
                }
                VariableBound {
                    bound,
                    required: true,
                } => options.with_bound(name, *bound)?,
                VariableBound { bound, .. } => options.with_optional_bound(name, *bound),
            };
        }
        Ok(options)
    }
}
