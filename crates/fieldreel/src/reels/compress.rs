//! Compression of arrays into reels.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use fieldreel_core::files::SequentialFile;
use fieldreel_reel::{
    BaseChoice, CodecChoice, Criterion, Effort, Metadata, Plan, ReelElement, ReelError,
    ReelProgress, ReelSummary, ReelWriter, Scalar, SegmentOptions, WriterOptions, write_reel,
};
use ndarray::{ArrayView3, AsArray, Ix3};

use crate::Error;

/// Compresses `array`, axis order `(time, y, x)`, into the bytes of a reel.
///
/// [`decompress`](crate::decompress) returns every value within the bound. [`Compressor`] has
/// further options.
///
/// ```
/// use fieldreel::{ErrorBound, compress, decompress};
/// use ndarray::Array3;
///
/// let wind = Array3::from_shape_fn((4, 30, 40), |(t, y, x)| (t as f32 + x as f32 / 9.0).sin());
/// let bytes = compress(&wind, ErrorBound::Absolute(0.01))?;
/// let decoded = decompress::<f32>(&bytes)?;
/// assert!(wind.iter().zip(&decoded).all(|(a, b)| (a - b).abs() <= 0.01));
/// # Ok::<(), fieldreel::Error>(())
/// ```
///
/// # Errors
/// [`Error::Reel`] if the array is empty, the criterion is invalid, a target cannot be reached, or
/// the encoded values do not decode to values within the bound.
pub fn compress<'a, T: ReelElement + 'a>(
    array: impl AsArray<'a, T, Ix3>,
    criterion: impl Into<Criterion>,
) -> Result<Vec<u8>, Error> {
    Compressor::new(criterion).compress(array)
}

/// A compressor of arrays and fields into reels.
///
/// ```
/// use fieldreel::{Compressor, Effort, ErrorBound, Metadata};
/// use ndarray::Array3;
///
/// let mut snow = Array3::from_shape_fn((8, 30, 40), |(t, y, x)| (t * y + x) as f32 / 10.0);
/// snow[[2, 3, 4]] = -1e34;
/// let bytes = Compressor::new(ErrorBound::RangeRelative(1e-2))
///     .with_effort(Effort::Fast)
///     .with_fill_value(-1e34)
///     .with_metadata(Metadata::new("snow"))
///     .compress(&snow)?;
/// let decoded = fieldreel::decompress::<f32>(&bytes)?;
/// assert_eq!(decoded[[2, 3, 4]], -1e34);
/// # Ok::<(), fieldreel::Error>(())
/// ```
#[derive(Clone)]
pub struct Compressor {
    options: WriterOptions,
    metadata: Metadata,
    progress: Option<Arc<dyn Fn(ReelProgress) + Send + Sync>>,
}

impl Compressor {
    /// Returns a compressor with an error bound or a target, and defaults.
    #[must_use]
    pub fn new(criterion: impl Into<Criterion>) -> Self {
        Self {
            options: WriterOptions::new(SegmentOptions::new(criterion)),
            metadata: Metadata::default(),
            progress: None,
        }
    }

    /// Sets the time that encoding may take. Default: [`Effort::Balanced`].
    #[must_use]
    pub fn with_effort(mut self, effort: Effort) -> Self {
        self.options.segment.effort = effort;
        self
    }

    /// Sets the kind of base layer. Default: [`BaseChoice::Auto`].
    #[must_use]
    pub fn with_base(mut self, base: BaseChoice) -> Self {
        self.options.segment.base = base;
        self
    }

    /// Sets the codec of a video. Default: [`CodecChoice::Any`].
    #[must_use]
    pub fn with_codec(mut self, codec: CodecChoice) -> Self {
        self.options.segment.codec = codec;
        self
    }

    /// Sets whether decoded values are multiples of a step that the bound alone determines, so
    /// that encoding them again gives the same values. Default: false, which is smaller.
    #[must_use]
    pub fn with_idempotent(mut self, idempotent: bool) -> Self {
        self.options.segment.idempotent = idempotent;
        self
    }

    /// Adds a finite value that marks missing values, in addition to NaN and infinities. Missing
    /// values are lossless. A fill value is rounded to the type of a floating-point array, and has
    /// no effect on an array of integers whose type cannot hold it. Default: none.
    #[must_use]
    pub fn with_fill_value(mut self, fill_value: impl Into<Scalar>) -> Self {
        self.options.segment.fill_values.push(fill_value.into());
        self
    }

    /// Sets the smallest and the largest valid value, both included, as CF's `valid_min` and
    /// `valid_max`; infinite for no limit. Valid values are decoded to valid values; all others
    /// are missing and come back with the same bits. Default: no limits.
    ///
    /// ```
    /// use fieldreel::{Compressor, ErrorBound, decompress};
    /// use ndarray::Array3;
    ///
    /// let mut rain = Array3::from_shape_fn((4, 30, 40), |(t, y, x)| (t * y * x) as f32 / 10.0);
    /// rain[[3, 2, 1]] = -99.0;
    /// let compressor = Compressor::new(ErrorBound::Absolute(0.5)).with_valid_range(0.0, 1e6);
    /// let mut decoded = decompress::<f32>(&compressor.compress(&rain)?)?;
    /// assert_eq!(decoded[[3, 2, 1]], -99.0);
    /// decoded[[3, 2, 1]] = 0.0;
    /// assert!(decoded.iter().all(|&value| value >= 0.0));
    /// # Ok::<(), fieldreel::Error>(())
    /// ```
    #[must_use]
    pub fn with_valid_range(mut self, min: impl Into<Scalar>, max: impl Into<Scalar>) -> Self {
        self.options.segment.valid_range = Some([min.into(), max.into()]);
        self
    }

    /// Sets the number of rows and columns, `[y, x]`, of the tiles that frames are divided into,
    /// so that a reader of a region decodes only the tiles that it needs. Default: see
    /// [`WriterOptions::tile`].
    #[must_use]
    pub fn with_tile(mut self, tile: [usize; 2]) -> Self {
        self.options.tile = Some(tile);
        self
    }

    /// Sets the range, max − min, that
    /// [`ErrorBound::RangeRelative`](crate::ErrorBound::RangeRelative) and
    /// [`Target::Psnr`](crate::Target::Psnr) refer to; greater than 0. Default: the range of the
    /// valid values of the array; for [`stream`](Self::stream), which does not know later frames,
    /// that of each segment.
    #[must_use]
    pub fn with_range(mut self, range: f64) -> Self {
        self.options.segment.range = Some(range);
        self
    }

    /// Sets the plan to encode by. Default: trials on samples choose plans.
    #[must_use]
    pub fn with_plan(mut self, plan: Plan) -> Self {
        self.options.segment.plan = Some(plan);
        self
    }

    /// Sets the number of frames in every segment but the last; 0 counts as 1. The frames of a
    /// segment are decoded together. Default: see [`WriterOptions::frames_per_segment`].
    #[must_use]
    pub fn with_frames_per_segment(mut self, frames: usize) -> Self {
        self.options.frames_per_segment = Some(frames);
        self
    }

    /// Sets the number of segments that are encoded at the same time, from 1 to the number of
    /// threads of the machine; other numbers count as the nearest of these. The bytes do not
    /// depend on it. Default: the number of threads of the machine.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.options.threads = Some(threads);
        self
    }

    /// Sets the metadata of the reel. They take precedence over those of a field. Default: none.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// Sets a function that is called after each segment is written.
    #[must_use]
    pub fn with_progress(
        mut self,
        progress: impl Fn(ReelProgress) + Send + Sync + 'static,
    ) -> Self {
        self.progress = Some(Arc::new(progress));
        self
    }

    /// Compresses `array`, axis order `(time, y, x)`, into the bytes of a reel.
    ///
    /// # Errors
    /// As the function [`compress`].
    pub fn compress<'a, T: ReelElement + 'a>(
        &self,
        array: impl AsArray<'a, T, Ix3>,
    ) -> Result<Vec<u8>, Error> {
        let (bytes, _) = self.write_to(Vec::new(), array.into(), &self.metadata)?;
        Ok(bytes)
    }

    /// Writes the reel of `array`, axis order `(time, y, x)`, to a file.
    ///
    /// The file appears when it is complete, and replaces a file of the same name. A FIFO or a
    /// device is written to directly.
    ///
    /// ```
    /// use fieldreel::{Compressor, ErrorBound};
    /// use ndarray::Array3;
    ///
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("rain.reel");
    /// let rain = Array3::from_shape_fn((4, 30, 40), |(t, y, x)| (t * y + x) as f32);
    /// let summary = Compressor::new(ErrorBound::Absolute(0.5)).write(&path, &rain)?;
    /// assert_eq!((summary.frames, summary.bytes), (4, path.metadata()?.len()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As the function [`compress`], and [`Error::Io`] if the file cannot be written.
    pub fn write<'a, T: ReelElement + 'a>(
        &self,
        path: impl AsRef<Path>,
        array: impl AsArray<'a, T, Ix3>,
    ) -> Result<ReelSummary, Error> {
        self.write_file(path.as_ref(), array.into(), &self.metadata)
    }

    /// Starts a reel whose frames, of shape `[y, x]`, are written one after the other, such as
    /// those of a simulation.
    ///
    /// ```
    /// use fieldreel::{Compressor, ErrorBound, decompress};
    /// use ndarray::Array2;
    ///
    /// let compressor = Compressor::new(ErrorBound::Absolute(0.1)).with_frames_per_segment(8);
    /// let mut writer = compressor.stream(Vec::new(), [20, 30])?;
    /// for t in 0..20 {
    ///     let frame = Array2::from_shape_fn((20, 30), |(y, x)| (t * y + x) as f64);
    ///     writer.write_frame(frame.view())?;
    /// }
    /// let (bytes, summary) = writer.finish()?;
    /// assert_eq!(summary.frames, 20);
    /// assert_eq!(decompress::<f64>(&bytes)?.dim(), (20, 20, 30));
    /// # Ok::<(), fieldreel::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Reel`] as [`ReelWriter::new`].
    pub fn stream<W: Write, T: ReelElement>(
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
    pub(super) fn write_to<W: Write, T: ReelElement>(
        &self,
        sink: W,
        array: ArrayView3<'_, T>,
        metadata: &Metadata,
    ) -> Result<(W, ReelSummary), Error> {
        let progress = self.progress.clone();
        let on_progress = move |done| {
            if let Some(progress) = &progress {
                progress(done);
            }
        };
        Ok(write_reel(
            sink,
            array,
            metadata,
            &self.options,
            on_progress,
        )?)
    }

    /// Writes a reel to a file that appears when it is complete.
    pub(super) fn write_file<T: ReelElement>(
        &self,
        path: &Path,
        array: ArrayView3<'_, T>,
        metadata: &Metadata,
    ) -> Result<ReelSummary, Error> {
        let io_error = |source: io::Error| Error::Io {
            path: Some(path.to_owned()),
            source,
        };
        let file = SequentialFile::create(path).map_err(io_error)?;
        let written = self.write_to(file, array, metadata);
        let (file, summary) = written.map_err(|error| match error {
            // No other error concerns the file.
            Error::Reel {
                source: ReelError::Io(source),
                ..
            } => io_error(source),
            other => other,
        })?;
        file.commit().map_err(io_error)?;
        Ok(summary)
    }

    /// Adds the metadata of a field to those of this compressor, which take precedence.
    #[cfg(feature = "formats")]
    pub(super) fn merge_metadata(&self, mut metadata: Metadata) -> Metadata {
        metadata.supplement(self.metadata.clone());
        metadata
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
