//! Fields into reels: leading axes are folded into time.

use std::io::Write;
use std::path::Path;

use fieldreel_core::{Dimension, Numbers};
use fieldreel_formats::{Field, FieldValues, FrameView, Frames};
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
    // Only the first of three or more axes can be one that grows: the last two are a frame's.
    metadata.dimensions = field
        .dimensions
        .iter()
        .enumerate()
        .map(|(axis, dimension)| match dimension.unlimited {
            true if axis == 0 && field.dimensions.len() > 2 => {
                Dimension::unlimited(&dimension.name)
            }
            _ => Dimension::new(&dimension.name, dimension.len),
        })
        .collect();
    metadata.attributes = field.attributes.clone();
    let single = matches!(field.values, FieldValues::F32(_));
    let mut marks = |name: &str, values: &[f64]| {
        if !values.is_empty() {
            metadata.attributes.insert(name, numbers(values, single));
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
        let metadata = self.metadata_over(reel_metadata(field));
        let (_, summary) = match field.as_frames(&FrameView::FoldLeading)? {
            Frames::F32(frames) => self.reel(sink, frames.view(), &metadata)?,
            Frames::F64(frames) => self.reel(sink, frames.view(), &metadata)?,
        };
        Ok(summary)
    }

    /// Writes the reel of a field, as [`compress_field`](Self::compress_field), to a file that appears
    /// only when it is whole, and replaces one of the same name.
    ///
    /// # Errors
    /// [`Error::Format`] for a field of fewer than two dimensions; otherwise as
    /// [`write`](Self::write).
    pub fn write_field(&self, path: impl AsRef<Path>, field: &Field) -> Result<ReelSummary, Error> {
        let metadata = self.metadata_over(reel_metadata(field));
        match field.as_frames(&FrameView::FoldLeading)? {
            Frames::F32(frames) => self.file(path.as_ref(), frames.view(), &metadata),
            Frames::F64(frames) => self.file(path.as_ref(), frames.view(), &metadata),
        }
    }
}

/// In the type of the values where that is exact, as other programs expect of these attributes.
fn numbers(values: &[f64], single: bool) -> Numbers {
    let exact = |&value: &f64| f64::from(value as f32) == value;
    match single && values.iter().all(exact) {
        true => Numbers::F32(values.iter().map(|&value| value as f32).collect()),
        false => Numbers::F64(values.to_vec()),
    }
}
