//! Decompression of reels into arrays.

use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::Path;

#[cfg(doc)]
use fieldreel_reel::ReelError;
use fieldreel_reel::{Limits, ReelElement, ReelReader};
use ndarray::Array3;

use crate::Error;

/// The largest ratio of decoded to encoded bytes that [`decompress`] accepts without other limits.
const MAX_RATIO: u64 = 4096;

/// Decompresses the bytes of a reel into an array, axis order `(time, y, x)`.
///
/// The memory is limited to 1 GiB or 4096 times the length of `reel`, whichever is more, because
/// damaged or hostile bytes may claim any size. [`Decompressor`] has other limits; [`ReelReader`]
/// reads some of the frames, or the intact frames of a damaged reel.
///
/// ```
/// use fieldreel::{ErrorBound, compress, decompress};
/// use ndarray::Array3;
///
/// let rain = Array3::from_shape_fn((4, 30, 40), |(t, y, x)| (t * y + x) as f32);
/// let bytes = compress(&rain, ErrorBound::Lossless)?;
/// assert_eq!(decompress::<f32>(&bytes)?, rain);
/// // The values are not `f64`.
/// assert!(decompress::<f64>(&bytes).is_err());
/// # Ok::<(), fieldreel::Error>(())
/// ```
///
/// # Errors
/// [`Error::Reel`] if the bytes are not a reel, are damaged, hold values of another type, or need
/// more memory than the limit; [`Error::IncompleteReel`] if frames are lost.
pub fn decompress<T: ReelElement>(reel: &[u8]) -> Result<Array3<T>, Error> {
    let max_bytes = (reel.len() as u64).saturating_mul(MAX_RATIO);
    let max_bytes = max_bytes.max(Limits::default().max_bytes);
    Decompressor::new()
        .with_limits(Limits::new(max_bytes))
        .decompress(reel)
}

/// A decompressor of reels into arrays.
///
/// ```
/// use fieldreel::{Decompressor, ErrorBound, Limits, compress};
/// use ndarray::Array3;
///
/// let bytes = compress(&Array3::<f32>::ones((4, 30, 40)), ErrorBound::Lossless)?;
/// let strict = Decompressor::new().with_limits(Limits::new(1000));
/// assert!(strict.decompress::<f32>(&bytes).is_err());
/// assert_eq!(Decompressor::new().decompress::<f32>(&bytes)?.dim(), (4, 30, 40));
/// # Ok::<(), fieldreel::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decompressor {
    limits: Limits,
}

impl Decompressor {
    /// Returns a decompressor with the default limits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the limits of memory. Default: [`Limits::default`], which is 1 GiB.
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Decompresses the bytes of a reel into an array, axis order `(time, y, x)`.
    ///
    /// # Errors
    /// As the function [`decompress`].
    pub fn decompress<T: ReelElement>(&self, reel: &[u8]) -> Result<Array3<T>, Error> {
        read_all(ReelReader::open(Cursor::new(reel), self.limits)?)
    }

    /// Reads a `.reel` file into an array, axis order `(time, y, x)`.
    ///
    /// ```
    /// use fieldreel::{Compressor, Decompressor, ErrorBound};
    /// use ndarray::Array3;
    ///
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("rain.reel");
    /// let rain = Array3::from_shape_fn((4, 30, 40), |(t, y, x)| (t * y + x) as f32);
    /// Compressor::new(ErrorBound::Lossless).write(&path, &rain)?;
    /// assert_eq!(Decompressor::new().read::<f32>(&path)?, rain);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As the function [`decompress`], and [`Error::Io`] if the file cannot be read.
    pub fn read<T: ReelElement>(&self, path: impl AsRef<Path>) -> Result<Array3<T>, Error> {
        let path = path.as_ref();
        read_all(self.open(path)?).map_err(|error| error.with_path(path))
    }

    /// Opens a `.reel` file, to read its metadata and some or all of its frames.
    ///
    /// A reel whose end is missing, or parts of which are damaged, opens as well:
    /// [`ReelReader::integrity`] tells which frames are available.
    ///
    /// # Errors
    /// - [`Error::Io`] if the file cannot be opened or read;
    /// - [`Error::Reel`] with [`ReelError::BadMagic`] if it is not a reel, with
    ///   [`ReelError::UnsupportedVersion`] if a newer version of the library wrote it, with
    ///   [`ReelError::Corrupt`] if its header is damaged, and with [`ReelError::LimitExceeded`] if
    ///   its index or its metadata need more memory than the limit.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<ReelReader<File>, Error> {
        let path = path.as_ref();
        let file = File::open(path).map_err(|error| Error::from(error).with_path(path))?;
        ReelReader::open(file, self.limits).map_err(|error| Error::from(error).with_path(path))
    }
}

/// Opens a `.reel` file, to read its metadata and some or all of its frames.
///
/// ```
/// use fieldreel::{Compressor, ErrorBound, Limits, open_reel};
/// use ndarray::Array3;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("wind.reel");
/// let wind = Array3::from_shape_fn((20, 30, 40), |(t, y, x)| (t + x) as f32 + y as f32 / 7.0);
/// Compressor::new(ErrorBound::RangeRelative(1e-3)).write(&path, &wind)?;
/// let mut reader = open_reel(&path, Limits::default())?;
/// let frames = reader.frames::<f32>(5..8)?;
/// assert_eq!(frames.dim(), (3, 30, 40));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`Decompressor::open`].
pub fn open_reel(path: impl AsRef<Path>, limits: Limits) -> Result<ReelReader<File>, Error> {
    Decompressor::new().with_limits(limits).open(path)
}

/// Reads all values of a reel that is complete.
fn read_all<T: ReelElement, R: Read + Seek + Send + Sync>(
    mut reader: ReelReader<R>,
) -> Result<Array3<T>, Error> {
    check_complete(&reader)?;
    Ok(reader.read_all()?)
}

/// Checks that no part of a reel is known to be missing.
///
/// # Errors
/// [`Error::IncompleteReel`] otherwise.
pub(super) fn check_complete<R: Read + Seek>(reader: &ReelReader<R>) -> Result<(), Error> {
    if reader.integrity().is_complete() {
        return Ok(());
    }
    let [frames, ..] = reader.shape();
    Err(Error::IncompleteReel {
        path: None,
        frames,
        integrity: reader.integrity().clone(),
    })
}
