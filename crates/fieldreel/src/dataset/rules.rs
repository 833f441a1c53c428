//! What becomes of which variable.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use fieldreel_reel::{BaseChoice, Bound, Codecs, Effort};
use glob::Pattern;

use crate::Error;

/// How far a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DatasetProgress<'a> {
    /// The variable that is worked on.
    pub variable: &'a str,
    /// Bytes of values that are done, as they are in memory.
    pub done: u64,
    /// Those of the whole file.
    pub total: u64,
}

type OnProgress = Arc<dyn Fn(DatasetProgress<'_>) + Send + Sync>;

/// What becomes of the variables of a file.
///
/// A variable is named as in [`list_variables`](crate::formats::list_variables): `/group/name` in a group. Patterns have `*`,
/// `?` and `[…]`; `*` takes `/` as well. Of the rules that a variable matches, the last counts.
#[derive(Clone)]
pub struct Rules {
    pub(super) default: Option<Bound>,
    pub(super) rules: Vec<(Pattern, Option<Bound>)>,
    pub(super) effort: Effort,
    pub(super) base: BaseChoice,
    pub(super) codecs: Codecs,
    pub(super) on_grid: bool,
    pub(super) packed: bool,
    pub(super) portable: bool,
    pub(super) chunks: BTreeMap<String, usize>,
    pub(super) threads: Option<usize>,
    pub(super) progress: Option<OnProgress>,
    pub(super) history: Option<String>,
}

impl Rules {
    /// A bound for all variables of data, of one to eight dimensions, whose values are floating-point numbers, or integers with a
    /// `scale_factor`; all else is kept exactly. [`VariableRole`](super::VariableRole) says which variables are data.
    ///
    /// The bound of a packed variable, which has a `scale_factor`, is one of unpacked values: integers are off by the largest
    /// whole number within it.
    ///
    /// [`Bound::Relative`] and [`Bound::Psnr`] refer to the range of the variable in the whole file; [`Bound::Ratio`] and
    /// [`Bound::Psnr`] are reached in each chunk.
    #[must_use]
    pub fn new(default: Bound) -> Self {
        Self {
            default: Some(default),
            ..Self::lossless()
        }
    }

    /// All is kept as it is, unless other rules follow.
    #[must_use]
    pub fn lossless() -> Self {
        Self {
            default: None,
            rules: Vec::new(),
            effort: Effort::Fast,
            base: BaseChoice::default(),
            codecs: Codecs::default(),
            on_grid: false,
            packed: true,
            portable: false,
            chunks: BTreeMap::new(),
            threads: None,
            progress: None,
            history: None,
        }
    }

    /// A bound for the variables of a name or pattern. One that is named in full may be of integers without a `scale_factor` as
    /// well; its bound is then in units of them.
    ///
    /// # Errors
    /// [`Error::Pattern`] if it is not one.
    pub fn bound(mut self, pattern: &str, bound: Bound) -> Result<Self, Error> {
        self.rules.push((compiled(pattern)?, Some(bound)));
        Ok(self)
    }

    /// Keeps the variables of a name or pattern exactly.
    ///
    /// # Errors
    /// [`Error::Pattern`] if it is not one.
    pub fn keep(mut self, pattern: &str) -> Result<Self, Error> {
        self.rules.push((compiled(pattern)?, None));
        Ok(self)
    }

    /// Sets how much time encoding may take. Default: [`Effort::Fast`], since files are large.
    #[must_use]
    pub fn effort(mut self, effort: Effort) -> Self {
        self.effort = effort;
        self
    }

    /// The kind of base layers. Default: [`BaseChoice::Auto`].
    #[must_use]
    pub fn base(mut self, base: BaseChoice) -> Self {
        self.base = base;
        self
    }

    /// The codecs that may encode videos. Default: [`Codecs::Any`].
    #[must_use]
    pub fn codecs(mut self, codecs: Codecs) -> Self {
        self.codecs = codecs;
        self
    }

    /// Sets whether decoded values are multiples of a step that the bound alone determines. Those of absolute and pointwise
    /// bounds encode to themselves then: a file that is decoded and encoded again, however often, stays within the bound of
    /// the first. Default: false, which is smaller.
    #[must_use]
    pub fn on_grid(mut self, on_grid: bool) -> Self {
        self.on_grid = on_grid;
        self
    }

    /// Sets whether the default bound is for packed variables as well, those of integers with a `scale_factor`. Default: true.
    #[must_use]
    pub fn packed(mut self, packed: bool) -> Self {
        self.packed = packed;
        self
    }

    /// Sets whether variables that are kept exactly go through filters that every HDF5 has, deflate and shuffle, and no other, so
    /// that they are readable without a plugin. Default: false, by which those that are clearly smaller as segments are stored
    /// as such.
    #[must_use]
    pub fn portable(mut self, portable: bool) -> Self {
        self.portable = portable;
        self
    }

    /// Sets the length of chunks along the dimensions of this name, of variables whose chunks are segments; 0 counts as 1, and
    /// a length beyond that of the dimension as that. A reader decodes whole chunks: shorter ones along a dimension make parts of
    /// it quicker to read, and longer ones are smaller. Default: whole frames of the last two dimensions, and as many steps along
    /// the first ones as fit into 16 MiB; dimensions whose length is not set share the room that the others leave.
    ///
    /// ```
    /// use fieldreel::{Bound, dataset::Rules};
    ///
    /// // Small regions and long time series: 16 MiB of single precision hold 64 steps.
    /// let rules = Rules::new(Bound::Relative(1e-3))
    ///     .chunk("latitude", 256)
    ///     .chunk("longitude", 256);
    /// ```
    #[must_use]
    pub fn chunk(mut self, dimension: impl Into<String>, length: usize) -> Self {
        self.chunks.insert(dimension.into(), length);
        self
    }

    /// Sets how many chunks are encoded at once, by default each of up to 16 MiB; 0 counts as 1, and more than the machine runs threads at
    /// once as that many. What is written does not depend on it. Default: as many as the machine runs threads.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads.max(1));
        self
    }

    /// Is told how far a file has come.
    #[must_use]
    pub fn on_progress(
        mut self,
        progress: impl Fn(DatasetProgress<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.progress = Some(Arc::new(progress));
        self
    }

    /// The line that is put before the file's `history`, instead of one with the time and what was done: for files that are
    /// the same every time.
    #[must_use]
    pub fn history(mut self, line: impl Into<String>) -> Self {
        self.history = Some(line.into());
        self
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules")
            .field("default", &self.default)
            .field("rules", &self.rules)
            .field("effort", &self.effort)
            .field("base", &self.base)
            .field("codecs", &self.codecs)
            .field("on_grid", &self.on_grid)
            .field("packed", &self.packed)
            .field("portable", &self.portable)
            .field("chunks", &self.chunks)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

fn compiled(pattern: &str) -> Result<Pattern, Error> {
    Pattern::new(pattern.trim_start_matches('/')).map_err(|source| Error::Pattern {
        pattern: pattern.to_owned(),
        source,
    })
}
