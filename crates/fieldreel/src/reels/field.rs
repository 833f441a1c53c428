//! Fields into reels: leading axes are folded into time.

use std::io::Write;
use std::path::Path;

use fieldreel_core::{Dimension, Element, NumericArray, Scalar, with_element_type};
use fieldreel_formats::{Field, FrameView, with_values};
use fieldreel_reel::{Metadata, ReelSummary};

use super::compress::Compressor;
use crate::Error;

/// What a reel says about the values of a field: name, dimensions, attributes, coordinates.
///
/// How missing points are marked becomes the attributes `_FillValue` and `missing_value`. How the file
/// packed its values is left out: a reel holds the values themselves.
#[must_use]
pub fn reel_metadata(field: &Field) -> Metadata {
    let mut metadata = Metadata::new(&field.name);
    // Only the first axis can be one that grows, unless it is one of a frame's.
    metadata.dimensions = field
        .dimensions
        .iter()
        .enumerate()
        .map(|(axis, dimension)| match dimension.unlimited {
            true if axis == 0 && field.dimensions.len() > 1 => {
                Dimension::unlimited(&dimension.name)
            }
            _ => Dimension::new(&dimension.name, dimension.len),
        })
        .collect();
    metadata.attributes = field.attributes.clone();
    let dtype = field.values.dtype();
    let mut marks = |name: &str, values: &[Scalar]| {
        if !values.is_empty() {
            let numbers = with_element_type!(dtype, T => numbers::<T>(values));
            metadata.attributes.insert(name, numbers);
        }
    };
    marks("_FillValue", field.missing.fill_value.as_slice());
    marks("missing_value", &field.missing.missing_values);
    metadata.file_attributes = field.file_attributes.clone();
    metadata.coordinates = field.coordinates.clone();
    metadata
}

impl Compressor {
    /// The reel of a field, axes before the last two folded into time. [`reel_metadata`] says what
    /// goes with the values; [`reel_to_field`](crate::reel_to_field) is the inverse.
    ///
    /// # Errors
    /// [`Error::Format`] for a field of fewer than two dimensions; otherwise as
    /// [`compress`](Self::compress).
    pub fn compress_field(&self, field: &Field) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        self.stream_field(&mut bytes, field)?;
        Ok(bytes)
    }

    /// Writes the reel of a field, as [`compress_field`](Self::compress_field), to a sink, from front to back.
    ///
    /// # Errors
    /// As [`compress_field`](Self::compress_field); [`Error::Reel`] if the sink cannot be written.
    pub fn stream_field(&self, sink: impl Write, field: &Field) -> Result<ReelSummary, Error> {
        let metadata = self.merge_metadata(reel_metadata(field));
        let (_, summary) = with_values!(Frames, field.as_frames(&FrameView::FoldLeading)?, frames => {
            self.write_to(sink, frames.view(), &metadata)?
        });
        Ok(summary)
    }

    /// Writes the reel of a field, as [`compress_field`](Self::compress_field), to a file that appears
    /// only when it is whole, and replaces one of the same name.
    ///
    /// # Errors
    /// [`Error::Format`] for a field of fewer than two dimensions; otherwise as
    /// [`write`](Self::write).
    pub fn write_field(&self, path: impl AsRef<Path>, field: &Field) -> Result<ReelSummary, Error> {
        let metadata = self.merge_metadata(reel_metadata(field));
        with_values!(Frames, field.as_frames(&FrameView::FoldLeading)?, frames => {
            self.write_file(path.as_ref(), frames.view(), &metadata)
        })
    }
}

/// Returns numbers in the type of the values where that is exact, as other programs expect of these attributes, or else as doubles.
fn numbers<T: Element>(values: &[Scalar]) -> NumericArray {
    let exact = |&value: &Scalar| {
        let own = T::from_scalar(value);
        own.filter(|own| own.to_f64() == value.to_f64())
    };
    match values.iter().map(exact).collect() {
        Some(values) => T::into_numeric_array(values),
        None => NumericArray::F64(values.iter().map(|value| value.to_f64()).collect()),
    }
}
