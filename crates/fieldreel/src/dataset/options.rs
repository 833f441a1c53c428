//! Options of compressing and decompressing files.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use fieldreel_reel::{BaseChoice, CodecChoice, Criterion, Effort};
use glob::Pattern;

use crate::Error;

/// The progress of [`compress_dataset`](super::compress_dataset) or
/// [`decompress_dataset`](super::decompress_dataset).
///
/// ```
/// use fieldreel::dataset::DatasetOptions;
///
/// let options = DatasetOptions::lossless().with_progress(|progress| {
///     eprintln!("{}: {}/{} bytes", progress.variable, progress.done, progress.total);
/// });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DatasetProgress<'a> {
    /// The name of the current variable.
    pub variable: &'a str,
    /// The size in memory of the values that are done, in bytes.
    pub done: u64,
    /// The size in memory of all values of the file, in bytes.
    pub total: u64,
}

/// The criterion of the variables that match a pattern.
#[derive(Debug, Clone)]
pub(super) struct Override {
    pub(super) pattern: Pattern,
    /// `None` for lossless variables.
    pub(super) criterion: Option<Criterion>,
    /// True if a variable that cannot have the criterion is lossless without an error, even if the
    /// pattern is its name.
    pub(super) is_optional: bool,
}

type OnProgress = Arc<dyn Fn(DatasetProgress<'_>) + Send + Sync>;

/// Options of [`compress_dataset`](super::compress_dataset) and
/// [`decompress_dataset`](super::decompress_dataset).
///
/// The names of variables are those of [`list_variables`](crate::formats::list_variables):
/// `/group/name` in a group. Patterns have `*`, `?` and `[…]`; `*` matches `/` as well. If several
/// patterns match a variable, the last one applies.
///
/// ```
/// use fieldreel::dataset::DatasetOptions;
/// use fieldreel::{Effort, ErrorBound};
///
/// let options = DatasetOptions::new(ErrorBound::RangeRelative(1e-3))
///     .with_bound("temp*", ErrorBound::Absolute(0.01))?
///     .with_lossless("station_*")?
///     .with_effort(Effort::Balanced);
/// # Ok::<(), fieldreel::Error>(())
/// ```
#[derive(Clone)]
pub struct DatasetOptions {
    pub(super) default: Option<Criterion>,
    pub(super) overrides: Vec<Override>,
    pub(super) effort: Effort,
    pub(super) base: BaseChoice,
    pub(super) codec: CodecChoice,
    pub(super) idempotent: bool,
    pub(super) packed: bool,
    pub(super) portable: bool,
    pub(super) chunks: BTreeMap<String, usize>,
    pub(super) ranges: BTreeMap<String, f64>,
    pub(super) threads: Option<usize>,
    pub(super) progress: Option<OnProgress>,
    pub(super) history: Option<String>,
}

impl DatasetOptions {
    /// Returns options with a default bound for all data variables of one to eight dimensions
    /// whose values are floating-point numbers, or integers with a `scale_factor`. All other
    /// variables are lossless. [`VariableRole`](super::VariableRole) explains which variables are
    /// data.
    ///
    /// The bound of a packed variable, which has a `scale_factor`, applies to unpacked values: the
    /// error of the stored integers is at most the largest integer within it.
    ///
    /// [`ErrorBound::RangeRelative`](crate::ErrorBound::RangeRelative) and
    /// [`Target::Psnr`](crate::Target::Psnr) refer to the range of all values of the variable.
    /// Targets are reached in each chunk.
    #[must_use]
    pub fn new(default: impl Into<Criterion>) -> Self {
        Self {
            default: Some(default.into()),
            ..Self::lossless()
        }
    }

    /// Returns options without a default bound: variables are lossless unless
    /// [`with_bound`](Self::with_bound) names them.
    #[must_use]
    pub fn lossless() -> Self {
        Self {
            default: None,
            overrides: Vec::new(),
            effort: Effort::Fast,
            base: BaseChoice::default(),
            codec: CodecChoice::default(),
            idempotent: false,
            packed: true,
            portable: false,
            chunks: BTreeMap::new(),
            ranges: BTreeMap::new(),
            threads: None,
            progress: None,
            history: None,
        }
    }

    /// Sets the bound of the variables that match a name or a pattern. A variable that is named in
    /// full may also hold integers without a `scale_factor`; its bound is in units of them.
    ///
    /// # Errors
    /// [`Error::InvalidPattern`] if the pattern is malformed.
    pub fn with_bound(
        mut self,
        pattern: &str,
        criterion: impl Into<Criterion>,
    ) -> Result<Self, Error> {
        self.overrides.push(Override {
            pattern: parse_pattern(pattern)?,
            criterion: Some(criterion.into()),
            is_optional: false,
        });
        Ok(self)
    }

    /// Sets the bound of the variable of this name if it is data that can have the bound, as if a
    /// pattern matched it; otherwise, the variable is lossless. `*`, `?` and `[` in the name stand
    /// for themselves.
    ///
    /// Programs that choose bounds by attributes, such as the unit, use this method, because
    /// coordinates and flags have these attributes as well.
    ///
    /// ```
    /// use fieldreel::ErrorBound;
    /// use fieldreel::dataset::DatasetOptions;
    ///
    /// let options = DatasetOptions::lossless()
    ///     .with_optional_bound("T2M", ErrorBound::Absolute(0.01))
    ///     .with_optional_bound("/forecast/T2M", ErrorBound::Absolute(0.05));
    /// ```
    #[must_use]
    pub fn with_optional_bound(mut self, name: &str, criterion: impl Into<Criterion>) -> Self {
        let escaped = Pattern::escape(name.trim_start_matches('/'));
        // An escaped name is a valid pattern.
        if let Ok(pattern) = Pattern::new(&escaped) {
            self.overrides.push(Override {
                pattern,
                criterion: Some(criterion.into()),
                is_optional: true,
            });
        }
        self
    }

    /// Stores the variables that match a name or a pattern losslessly.
    ///
    /// # Errors
    /// [`Error::InvalidPattern`] if the pattern is malformed.
    pub fn with_lossless(mut self, pattern: &str) -> Result<Self, Error> {
        self.overrides.push(Override {
            pattern: parse_pattern(pattern)?,
            criterion: None,
            is_optional: false,
        });
        Ok(self)
    }

    /// Sets the time that encoding may take. Default: [`Effort::Fast`], because files are large.
    #[must_use]
    pub fn with_effort(mut self, effort: Effort) -> Self {
        self.effort = effort;
        self
    }

    /// Sets the kind of base layers. Default: [`BaseChoice::Auto`].
    #[must_use]
    pub fn with_base(mut self, base: BaseChoice) -> Self {
        self.base = base;
        self
    }

    /// Sets the codec of videos. Default: [`CodecChoice::Any`].
    #[must_use]
    pub fn with_codec(mut self, codec: CodecChoice) -> Self {
        self.codec = codec;
        self
    }

    /// Sets whether decoded values are multiples of a step that the bound alone determines. With
    /// an absolute or a pointwise-relative bound, encoding them again then gives the same values,
    /// so that a file that is decoded and encoded repeatedly stays within the first bound.
    /// Default: false, which is smaller.
    #[must_use]
    pub fn with_idempotent(mut self, idempotent: bool) -> Self {
        self.idempotent = idempotent;
        self
    }

    /// Sets whether the default bound also applies to packed variables, which are integers with a
    /// `scale_factor`. Default: true.
    #[must_use]
    pub fn with_packed(mut self, packed: bool) -> Self {
        self.packed = packed;
        self
    }

    /// Sets whether lossless variables use only the filters that every HDF5 library has, shuffle
    /// and deflate, so that they are readable without a plugin. Default: false, so that those that
    /// are clearly smaller as segments are stored as segments.
    #[must_use]
    pub fn with_portable(mut self, portable: bool) -> Self {
        self.portable = portable;
        self
    }

    /// Sets the length of chunks along the dimensions of this name, in variables that are stored
    /// as segments. 0 counts as 1, and a length beyond that of the dimension as the whole
    /// dimension.
    ///
    /// A reader decodes whole chunks: shorter chunks along a dimension make parts of it quicker to
    /// read, longer chunks are smaller. Default: whole frames of the last two dimensions, and as
    /// many steps along the other dimensions as fit into 16 MiB. Dimensions without a set length
    /// share the room that the others leave.
    ///
    /// ```
    /// use fieldreel::{ErrorBound, dataset::DatasetOptions};
    ///
    /// // For readers of regions and time series. A chunk of single precision has up to 64 steps.
    /// let options = DatasetOptions::new(ErrorBound::RangeRelative(1e-3))
    ///     .with_chunk("latitude", 256)
    ///     .with_chunk("longitude", 256);
    /// ```
    #[must_use]
    pub fn with_chunk(mut self, dimension: impl Into<String>, length: usize) -> Self {
        self.chunks.insert(dimension.into(), length);
        self
    }

    /// Sets the range of a variable, max − min of its valid values as they are stored, to which a
    /// range-relative bound and a target of PSNR refer. The values of a packed variable are stored
    /// as integers. Default: the whole variable is read to find its range.
    ///
    /// ```
    /// use fieldreel::{ErrorBound, dataset::DatasetOptions};
    ///
    /// // The bound is 0.1 K, because the temperatures of all files span 100 K.
    /// let options = DatasetOptions::new(ErrorBound::RangeRelative(1e-3)).with_range("t2m", 100.0);
    /// ```
    #[must_use]
    pub fn with_range(mut self, variable: &str, range: f64) -> Self {
        let name = variable.trim_start_matches('/').to_owned();
        self.ranges.insert(name, range);
        self
    }

    /// Sets the number of chunks that are encoded at the same time, from 1 to the number of
    /// threads of the machine; other numbers count as the nearest of these. The output does not
    /// depend on it. Default: the number of threads of the machine.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads.max(1));
        self
    }

    /// Sets a function that is called when a part of the file is done.
    #[must_use]
    pub fn with_progress(
        mut self,
        progress: impl Fn(DatasetProgress<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.progress = Some(Arc::new(progress));
        self
    }

    /// Sets the line that is put before the `history` of the file. Default: a line with the time
    /// and the operation. A fixed line makes the output reproducible.
    #[must_use]
    pub fn with_history(mut self, line: impl Into<String>) -> Self {
        self.history = Some(line.into());
        self
    }
}

impl fmt::Debug for DatasetOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatasetOptions")
            .field("default", &self.default)
            .field("overrides", &self.overrides)
            .field("effort", &self.effort)
            .field("base", &self.base)
            .field("codec", &self.codec)
            .field("idempotent", &self.idempotent)
            .field("packed", &self.packed)
            .field("portable", &self.portable)
            .field("chunks", &self.chunks)
            .field("ranges", &self.ranges)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

fn parse_pattern(pattern: &str) -> Result<Pattern, Error> {
    Pattern::new(pattern.trim_start_matches('/')).map_err(|source| Error::InvalidPattern {
        pattern: pattern.to_owned(),
        source: Box::new(source),
    })
}
