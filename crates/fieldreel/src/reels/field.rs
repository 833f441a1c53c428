//! Compression of fields into reels: leading axes are folded into time.

use std::io::Write;
use std::path::Path;

use fieldreel_core::{Dimension, Element, NumericArray, Scalar, with_element_type};
use fieldreel_formats::{Field, FrameView, with_values};
use fieldreel_reel::{Metadata, ReelSummary};

use super::compress::Compressor;
use crate::Error;

/// Returns the metadata of the reel of a field: its name, dimensions, attributes and coordinates.
///
/// The fill values of the field become the attributes `_FillValue` and `missing_value`. The
/// packing of the file that the field came from is left out, because a reel contains unpacked
/// values.
///
/// ```
/// use fieldreel::{Compressor, ErrorBound, formats::Field, reel_metadata};
/// use ndarray::ArrayD;
///
/// let values = ArrayD::<f32>::zeros(vec![6, 2, 30, 40]);
/// let field = Field::new("wind", values, &["time", "level", "y", "x"])?;
/// let mut metadata = reel_metadata(&field);
/// metadata.attributes.insert("units", "m s-1");
/// assert_eq!(metadata.name, "wind");
/// assert_eq!(metadata.dimensions[1].name, "level");
/// let compressor = Compressor::new(ErrorBound::Absolute(0.05)).with_metadata(metadata);
/// let reel = compressor.compress_field(&field)?;
/// # Ok::<(), fieldreel::Error>(())
/// ```
#[must_use]
pub fn reel_metadata(field: &Field) -> Metadata {
    let mut metadata = Metadata::new(&field.name);
    // Only the first axis can be unlimited, and only if it is not an axis of frames.
    metadata.dimensions = field
        .dimensions
        .iter()
        .enumerate()
        .map(|(axis, dimension)| match dimension.is_unlimited {
            true if axis == 0 && field.dimensions.len() > 1 => {
                Dimension::unlimited(&dimension.name)
            }
            _ => Dimension::new(&dimension.name, dimension.len),
        })
        .collect();
    metadata.attributes = field.attributes.clone();
    let dtype = field.values.dtype();
    let mut insert_values = |name: &str, values: &[Scalar]| {
        if !values.is_empty() {
            let numbers = with_element_type!(dtype, T => numbers::<T>(values));
            metadata.attributes.insert(name, numbers);
        }
    };
    insert_values("_FillValue", field.missing.fill_value.as_slice());
    insert_values("missing_value", &field.missing.missing_values);
    metadata.file_attributes = field.file_attributes.clone();
    metadata.coordinates = field.coordinates.clone();
    metadata
}

impl Compressor {
    /// Compresses a field into the bytes of a reel. The axes before the last two are folded into
    /// time.
    ///
    /// The reel contains the metadata that [`reel_metadata`] returns.
    /// [`reel_to_field`](crate::reel_to_field) is the inverse.
    ///
    /// # Errors
    /// [`Error::Format`] for a field of fewer than two dimensions; otherwise as
    /// [`compress`](Self::compress).
    pub fn compress_field(&self, field: &Field) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        self.stream_field(&mut bytes, field)?;
        Ok(bytes)
    }

    /// Writes the reel of a field, as [`compress_field`](Self::compress_field) returns it, to a
    /// sink. The sink is written sequentially.
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

    /// Writes the reel of a field, as [`compress_field`](Self::compress_field) returns it, to a
    /// file.
    ///
    /// The file appears when it is complete, and replaces a file of the same name.
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

/// Returns numbers in the type `T` of the field, as other programs expect in these attributes; or
/// as `f64` if they are not exact in `T`.
fn numbers<T: Element>(values: &[Scalar]) -> NumericArray {
    let to_exact = |&value: &Scalar| {
        let converted = T::from_scalar(value);
        converted.filter(|converted| converted.to_f64() == value.to_f64())
    };
    match values.iter().map(to_exact).collect() {
        Some(values) => T::into_numeric_array(values),
        None => NumericArray::F64(values.iter().map(|value| value.to_f64()).collect()),
    }
}
