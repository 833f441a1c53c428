//! The check that a lossless encoder kept its promise.

use ndarray::ArrayView2;

use crate::error::CodecError;

/// Compares the decoded codes of a frame, axis order `(y, x)`, with those that went into a lossless encoder.
///
/// # Errors
/// [`CodecError::NotLossless`] with the first place where they differ.
pub(crate) fn check_lossless(
    codec: &'static str,
    frame: usize,
    original: ArrayView2<'_, u16>,
    decoded: ArrayView2<'_, u16>,
) -> Result<(), CodecError> {
    if original == decoded {
        return Ok(());
    }
    let mut places = original.indexed_iter();
    match places.find(|&(at, &code)| decoded[at] != code) {
        Some(((y, x), &expected)) => Err(CodecError::NotLossless {
            codec,
            frame,
            y,
            x,
            expected,
            found: decoded[[y, x]],
        }),
        None => Ok(()),
    }
}
