//! Decompression of reels into fields: axes that were folded into time are unfolded.

use std::io::{Read, Seek};
use std::ops::Range;
use std::path::Path;

use fieldreel_core::{Coordinate, Element, with_element_type};
use fieldreel_formats::{Attributes, Field, FieldValues, FormatError, Missing};
use fieldreel_reel::{Limits, Metadata, ReelReader};
use ndarray::{Array3, ArrayD, IxDyn};

use super::decompress::{check_complete, open_reel};
use super::frame_axes::FrameAxes;
use crate::Error;

/// Returns frames of a reel as a field with name, dimensions, coordinates and attributes.
///
/// `frames` counts along the axis into which the leading axes are folded. Leading axes are
/// unfolded if `frames` consists of whole steps of the first axis. For example, frames `10..20` of
/// a reel of `(time, level, y, x)` with 5 levels have the shape `(2, 5, y, x)`. Other ranges
/// remain folded as `(frame, y, x)`, with the frame numbers as a coordinate and without the
/// coordinates of the folded axes. Coordinates whose lengths do not match the frames are left out.
///
/// Floating-point values that equal the attribute `_FillValue` or `missing_value` become NaN, as
/// in every [`Field`]; writing the field as NetCDF restores the fill value. Frames that a damaged
/// reel has lost are an error, and frames after its last intact segment are out of bounds.
///
/// ```
/// use fieldreel::{Compressor, ErrorBound, Limits, formats::Field, open_reel, reel_to_field};
/// use ndarray::ArrayD;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("wind.reel");
/// let values = ArrayD::<f32>::zeros(vec![6, 2, 30, 40]);
/// let field = Field::new("wind", values, &["time", "level", "y", "x"])?;
/// Compressor::new(ErrorBound::Absolute(0.05)).write_field(&path, &field)?;
///
/// let mut reader = open_reel(&path, Limits::default())?;
/// let field = reel_to_field(&mut reader, 4..8)?;
/// assert_eq!(field.shape(), [2, 2, 30, 40]);
/// assert_eq!(field.dimensions[1].name, "level");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Reel`] as [`ReelReader::frames`].
pub fn reel_to_field<R: Read + Seek + Send>(
    reader: &mut ReelReader<R>,
    frames: Range<usize>,
) -> Result<Field, Error> {
    let [_, height, width] = reader.shape();
    reel_region_to_field(reader, frames, 0..height, 0..width)
}

/// Returns a region of frames of a reel as a field, with the axes of [`reel_to_field`].
///
/// Only the tiles that overlap with the region are decoded. Coordinates along y and x are cropped
/// to the region.
///
/// ```
/// use fieldreel::{Compressor, ErrorBound, Limits, open_reel, reel_region_to_field};
/// use ndarray::Array3;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("wind.reel");
/// let wind = Array3::from_shape_fn((20, 60, 80), |(t, y, x)| (t + x) as f32 + y as f32 / 7.0);
/// let compressor = Compressor::new(ErrorBound::Absolute(0.05)).with_tile([32, 32]);
/// compressor.write(&path, &wind)?;
///
/// let mut reader = open_reel(&path, Limits::default())?;
/// let field = reel_region_to_field(&mut reader, 0..10, 20..40, 50..60)?;
/// assert_eq!(field.shape(), [10, 20, 10]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Reel`] as [`ReelReader::region`].
pub fn reel_region_to_field<R: Read + Seek + Send>(
    reader: &mut ReelReader<R>,
    frames: Range<usize>,
    rows: Range<usize>,
    columns: Range<usize>,
) -> Result<Field, Error> {
    let [_, height, width] = reader.shape();
    let is_entire_frame = (&rows, &columns) == (&(0..height), &(0..width));
    with_element_type!(reader.dtype(), T => {
        let values = reader.region::<T>(frames.clone(), rows.clone(), columns.clone())?;
        Ok(match is_entire_frame {
            true => build_field(reader.metadata(), values, frames)?,
            false => {
                let metadata = crop_metadata(reader.metadata(), [rows, columns]);
                build_field(&metadata, values, frames)?
            }
        })
    })
}

/// Returns metadata whose last two dimensions, and the coordinates along them, are cropped to a
/// region of `[rows, columns]`.
fn crop_metadata(metadata: &Metadata, region: [Range<usize>; 2]) -> Metadata {
    let mut cropped = metadata.clone();
    let first = cropped.dimensions.len().saturating_sub(2);
    // Frames of one row may lack an axis of rows.
    let [rows, columns] = region;
    let axes = match cropped.dimensions.len() {
        0 | 1 => vec![columns],
        _ => vec![rows, columns],
    };
    for (dimension, range) in cropped.dimensions[first..].iter_mut().zip(axes) {
        if range.len() <= dimension.len {
            let crop = |coordinate: &Coordinate| coordinate.select(&dimension.name, range.clone());
            cropped.coordinates = cropped.coordinates.iter().filter_map(crop).collect();
            dimension.len = range.len();
        }
    }
    cropped
}

/// Reads all frames of a `.reel` file as a field.
///
/// # Errors
/// [`Error::Io`] or [`Error::Reel`] if the file cannot be read or exceeds the default [`Limits`];
/// [`Error::IncompleteReel`] if a part of the reel is missing.
pub(crate) fn read_reel(path: &Path, name: Option<&str>) -> Result<Field, Error> {
    let mut reader = open_reel(path, Limits::default())?;
    let field = check_complete(&reader).and_then(|()| {
        let [frames, ..] = reader.shape();
        reel_to_field(&mut reader, 0..frames)
    });
    let mut field = field.map_err(|error| error.with_path(path))?;
    if let Some(name) = name {
        name.clone_into(&mut field.name);
    }
    Ok(field)
}

/// Builds a field from the metadata of a reel and the values of a range of frames.
fn build_field<T: Element>(
    metadata: &Metadata,
    mut values: Array3<T>,
    frames: Range<usize>,
) -> Result<Field, FormatError>
where
    FieldValues: From<ArrayD<T>>,
{
    let mut attributes = metadata.attributes.clone();
    let missing = take_missing(&mut attributes);
    fill_with_nan(&mut values, &missing);
    let (_, height, width) = values.dim();
    let axes = FrameAxes::new(&metadata.dimensions, [height, width], frames);
    let lengths: Vec<usize> = axes.dimensions.iter().map(|axis| axis.len).collect();
    let found = vec![values.len()];
    let values =
        values
            .into_shape_with_order(IxDyn(&lengths))
            .map_err(|_| FormatError::ShapeMismatch {
                item: format!("the values of {:?}", metadata.name),
                expected: lengths,
                found,
            })?;
    let name = match metadata.name.as_str() {
        "" => "field",
        name => name,
    };
    let names: Vec<&str> = axes.dimensions.iter().map(|axis| &*axis.name).collect();
    let mut field = Field::new(name, values, &names)?;
    field.coordinates = axes.coordinates(&metadata.coordinates);
    field.dimensions = axes.dimensions;
    field.attributes = attributes;
    field.missing = missing;
    field.file_attributes = metadata.file_attributes.clone();
    Ok(field)
}

/// Replaces floating-point fill values by NaN, which is the missing value of a field.
fn fill_with_nan<T: Element>(values: &mut Array3<T>, missing: &Missing) {
    if !T::IS_FLOAT {
        return;
    }
    let fill_values = missing.fill_value.iter().chain(&missing.missing_values);
    let fill_values: Vec<T> = fill_values
        .filter_map(|&fill| T::from_scalar(fill))
        .collect();
    if !fill_values.is_empty() {
        let nan = T::from_f64(f64::NAN);
        values.mapv_inplace(|value| {
            if fill_values.contains(&value) {
                nan
            } else {
                value
            }
        });
    }
}

/// Removes `_FillValue` and `missing_value` from attributes, and returns their values.
fn take_missing(attributes: &mut Attributes) -> Missing {
    let mut take = |name: &str| {
        let value = attributes.remove(name);
        value.map_or_else(Vec::new, |value| value.to_scalars())
    };
    let mut missing = Missing::default();
    missing.fill_value = take("_FillValue").first().copied();
    missing.missing_values = take("missing_value");
    missing
}
