//! Reels into arrays.

use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::Path;

use fieldreel_reel::{Limits, ReelReader, Value};
use ndarray::Array3;

use crate::Error;

/// The values of a reel, axis order `(time, y, x)`.
///
/// Takes at most 1 GiB for them; [`ReelReader`] takes other [`Limits`], reads some of the frames, and
/// what is left of a reel that is not whole.
///
/// # Errors
/// [`Error::Reel`] if the bytes are no reel, damaged, of values of the other type, or over the limit;
/// [`Error::IncompleteReel`] if frames are missing that were written once.
pub fn decompress<T: Value>(reel: &[u8]) -> Result<Array3<T>, Error> {
    let mut reader = ReelReader::open(Cursor::new(reel), Limits::default())?;
    complete(&reader)?;
    Ok(reader.read_all()?)
}

/// Opens a `.reel` file, to read its metadata and some or all of its frames.
///
/// # Errors
/// [`Error::Io`] if the file cannot be opened; [`Error::Reel`] as [`ReelReader::open`].
pub fn open_reel(path: impl AsRef<Path>, limits: Limits) -> Result<ReelReader<File>, Error> {
    let path = path.as_ref();
    let file = File::open(path).map_err(|source| Error::Io {
        path: path.to_owned(),
        source,
    })?;
    ReelReader::open(file, limits).map_err(|source| Error::from(source).with_path(path))
}

/// # Errors
/// [`Error::IncompleteReel`] if something is known to be missing.
pub(super) fn complete<R: Read + Seek>(reader: &ReelReader<R>) -> Result<(), Error> {
    if reader.state().is_complete() {
        return Ok(());
    }
    let [frames, ..] = reader.shape();
    Err(Error::IncompleteReel {
        path: None,
        frames,
        state: reader.state().clone(),
    })
}
