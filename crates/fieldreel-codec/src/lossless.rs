//! The check that the output of a lossless encoder decodes to the original codes.

use ndarray::ArrayView2;

use crate::error::CodecError;

/// Compares the decoded codes of a frame, axis order `(y, x)`, with the original codes.
///
/// # Errors
/// [`CodecError::NotLossless`] with the first position at which they differ.
pub(crate) fn check_lossless(
    codec: &'static str,
    frame: usize,
    original: ArrayView2<'_, u16>,
    decoded: ArrayView2<'_, u16>,
) -> Result<(), CodecError> {
    if original == decoded {
        return Ok(());
    }
    let mut positions = original.indexed_iter();
    match positions.find(|&(position, &code)| decoded[position] != code) {
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
