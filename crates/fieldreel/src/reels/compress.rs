//! Arrays into reels.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use fieldreel_core::files::SequentialFile;
use fieldreel_reel::{
    BaseChoice, Bound, Codecs, Effort, Metadata, Options, Plan, Progress, ReelError, ReelSummary,
    ReelWriter, Scalar, Value, WriterOptions, write_reel,
};
use ndarray::{ArrayView3, AsArray, Ix3};

use crate::Error;

/// The reel of `array`, axis order `(time, y, x)`: its bytes, from which
/// [`decompress`](crate::decompress) gives every value back within `bound`.
///
/// A [`Compressor`] sets more than the bound.
///
/// # Errors
/// [`Error::Reel`] if the array is empty, the bound cannot be, or a target is out of reach; if what
/// was encoded does not decode to values within the bound, nothing is returned.
pub fn compress<'a, T: Value + 'a>(
    array: impl AsArray<'a, T, Ix3>,
    bound: Bound,
) -> Result<Vec<u8>, Error> {
    Compressor::new(bound).compress(array)
}

/// How arrays and fields are compressed.
///
/// ```
/// use fieldreel::{Bound, Compressor, Effort, Metadata};
/// use ndarray::Array3;
///
/// let mut snow = Array3::from_shape_fn((8, 30, 40), |(t, y, x)| (t * y + x) as f32 / 10.0);
/// snow[[2, 3, 4]] = -1e34;
/// let bytes = Compressor::new(Bound::Relative(1e-2))
///     .effort(Effort::Fast)
///     .fill(-1e34)
///     .metadata(Metadata::new("snow"))
///     .compress(&snow)?;
/// let back = fieldreel::decompress::<f32>(&bytes)?;
/// assert_eq!(back[[2, 3, 4]], -1e34);
/// # Ok::<(), fieldreel::Error>(())
/// ```
#[derive(Clone)]
pub struct Compressor {
    options: WriterOptions,
    metadata: Metadata,
    progress: Option<Arc<dyn Fn(Progress) + Send + Sync>>,
}

impl Compressor {
    /// With this bound, and defaults.
    #[must_use]
    pub fn new(bound: Bound) -> Self {
        Self {
            options: WriterOptions::new(Options::new(bound)),
            metadata: Metadata::default(),
            progress: None,
        }
    }

    /// How much time encoding may take. Default: [`Effort::Balanced`].
    #[must_use]
    pub fn effort(mut self, effort: Effort) -> Self {
        self.options.options.effort = effort;
        self
    }

    /// The kind of base layer. Default: [`BaseChoice::Auto`].
    #[must_use]
    pub fn base(mut self, base: BaseChoice) -> Self {
        self.options.options.base = base;
        self
    }

    /// The codecs that may encode a video. Default: [`Codecs::Any`].
    #[must_use]
    pub fn codecs(mut self, codecs: Codecs) -> Self {
        self.options.options.codecs = codecs;
        self
    }

    /// Sets whether decoded values are multiples of a step that the bound alone determines, so that decoded values encode to
    /// themselves. Default: false, which is smaller.
    #[must_use]
    pub fn on_grid(mut self, on_grid: bool) -> Self {
        self.options.options.on_grid = on_grid;
        self
    }

    /// Adds a value that stands for missing ones, besides NaN and infinities, and comes back where it was. In an array of
    /// floating-point values it is rounded to their type; in one of integers it has no effect if their type lacks it. Default:
    /// none.
    #[must_use]
    pub fn fill(mut self, fill: impl Into<Scalar>) -> Self {
        self.options.options.fills.push(fill.into());
        self
    }

    /// Sets the smallest and the largest valid value, both included, as CF's `valid_min` and `valid_max`; infinite where there is
    /// no limit. Valid values are decoded to valid ones, and all others come back bit by bit. Default: no limits.
    #[must_use]
    pub fn valid_range(mut self, min: impl Into<Scalar>, max: impl Into<Scalar>) -> Self {
        self.options.options.valid_range = Some([min.into(), max.into()]);
        self
    }

    /// Sets the sides of the tiles that frames are cut into, `[y, x]`, so that a reader decodes only those that it needs. Default: none,
    /// but for frames of more than 4 Mi values.
    #[must_use]
    pub fn tile(mut self, tile: [usize; 2]) -> Self {
        self.options.tile = Some(tile);
        self
    }

    /// The range (maximum − minimum) that [`Bound::Relative`] and [`Bound::Psnr`] refer to, over 0.
    /// Default: that of the valid values of the array; of each segment for [`stream`](Self::stream),
    /// which does not know what comes.
    #[must_use]
    pub fn range(mut self, range: f64) -> Self {
        self.options.options.range = Some(range);
        self
    }

    /// How to encode, instead of finding out by trial. Default: by trial.
    #[must_use]
    pub fn plan(mut self, plan: Plan) -> Self {
        self.options.options.plan = Some(plan);
        self
    }

    /// Frames in every segment but the last; 0 counts as 1. Frames of a segment are decoded
    /// together. Default: see [`WriterOptions::frames_per_segment`].
    #[must_use]
    pub fn frames_per_segment(mut self, frames: usize) -> Self {
        self.options.frames_per_segment = Some(frames);
        self
    }

    /// Sets the most segments that are encoded at once; 0 counts as 1, and more than the system runs threads at once as that
    /// many. The bytes do not depend on it. Default: as many as the system runs threads at once.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.options.threads = Some(threads);
        self
    }

    /// What the reel says about its values. Of a field it replaces and adds to what the field says.
    /// Default: nothing.
    #[must_use]
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// Called after each segment that is written. Default: nothing is.
    #[must_use]
    pub fn on_progress(mut self, progress: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(progress));
        self
    }

    /// The reel of `array`, axis order `(time, y, x)`.
    ///
    /// # Errors
    /// As the function [`compress`].
    pub fn compress<'a, T: Value + 'a>(
        &self,
        array: impl AsArray<'a, T, Ix3>,
    ) -> Result<Vec<u8>, Error> {
        let (bytes, _) = self.reel(Vec::new(), array.into(), &self.metadata)?;
        Ok(bytes)
    }

    /// Writes the reel of `array`, axis order `(time, y, x)`, to a file that appears only when it is
    /// whole, and replaces one of the same name; a FIFO or a device is written to.
    ///
    /// # Errors
    /// As the function [`compress`], and [`Error::Io`] or [`Error::Reel`] if the file cannot be
    /// written.
    pub fn write<'a, T: Value + 'a>(
        &self,
        path: impl AsRef<Path>,
        array: impl AsArray<'a, T, Ix3>,
    ) -> Result<ReelSummary, Error> {
        self.file(path.as_ref(), array.into(), &self.metadata)
    }

    /// Begins a reel of frames of `[y, x]` values that come one by one, such as a simulation's.
    ///
    /// # Errors
    /// [`Error::Reel`] as [`ReelWriter::new`].
    pub fn stream<W: Write, T: Value>(
        &self,
        sink: W,
        frame: [usize; 2],
    ) -> Result<ReelWriter<W, T>, Error> {
        let mut writer = ReelWriter::new(sink, frame, self.metadata.clone(), &self.options)?;
        if let Some(progress) = self.progress.clone() {
            writer.on_progress(move |done| progress(done));
        }
        Ok(writer)
    }

    /// Writes a reel to a sink.
    pub(super) fn reel<W: Write, T: Value>(
        &self,
        sink: W,
        array: ArrayView3<'_, T>,
        metadata: &Metadata,
    ) -> Result<(W, ReelSummary), Error> {
        let progress = self.progress.clone();
        let told = move |done| {
            if let Some(progress) = &progress {
                progress(done);
            }
        };
        Ok(write_reel(sink, array, metadata, &self.options, told)?)
    }

    /// Writes a reel to a file that appears only when it is whole.
    pub(super) fn file<T: Value>(
        &self,
        path: &Path,
        array: ArrayView3<'_, T>,
        metadata: &Metadata,
    ) -> Result<ReelSummary, Error> {
        let unwritable = |source: io::Error| Error::Io {
            path: path.to_owned(),
            source,
        };
        let file = SequentialFile::create(path).map_err(unwritable)?;
        let written = self.reel(file, array, metadata);
        let (file, summary) = written.map_err(|error| match error {
            // Of all that can go wrong, only this is about the file.
            Error::Reel {
                source: ReelError::Io(source),
                ..
            } => unwritable(source),
            other => other,
        })?;
        file.commit().map_err(unwritable)?;
        Ok(summary)
    }

    /// What the reel of a field that says `own` says.
    #[cfg(feature = "formats")]
    pub(super) fn metadata_over(&self, mut own: Metadata) -> Metadata {
        own.supplement(self.metadata.clone());
        own
    }
}

impl fmt::Debug for Compressor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compressor")
            .field("options", &self.options)
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}
