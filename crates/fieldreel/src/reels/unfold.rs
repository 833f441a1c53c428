//! Reels into fields: the axes that were folded into time are unfolded.

use std::io::{Read, Seek};
use std::ops::Range;
use std::path::Path;

use fieldreel_core::{Coordinate, with_element_type};
use fieldreel_formats::{Attributes, Field, FieldValues, FormatError, Missing};
use fieldreel_reel::{Limits, Metadata, ReelReader};
use ndarray::{Array3, ArrayD, IxDyn};

use super::axes::Axes;
use super::decompress::{check_complete, open_reel};
use crate::Error;

/// Some frames of a reel as a field, with name, dimensions, coordinates and attributes.
///
/// `frames` counts along the time axis into which leading axes were folded. These are unfolded where
/// the frames are whole steps of the first one: of a reel of `(time, level, y, x)` with 5 levels,
/// `10..20` gives `(2, 5, y, x)`. Other frames stay folded as `(frame, y, x)`, with their numbers
/// as a coordinate, and without the coordinates along the axes that were folded. A coordinate that
/// does not fit the frames that are there is left out.
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

/// Returns some rows and columns of some frames of a reel as a field, as [`reel_to_field`] does of whole frames. Only the tiles that
/// have some of them are decoded, and coordinates along y and x are cut to them.
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
    let is_whole = (&rows, &columns) == (&(0..height), &(0..width));
    with_element_type!(reader.dtype(), T => {
        let values = reader.region::<T>(frames.clone(), rows.clone(), columns.clone())?;
        Ok(match is_whole {
            true => field(reader.metadata(), values, frames)?,
            false => field(&part_of(reader.metadata(), [rows, columns]), values, frames)?,
        })
    })
}

/// Returns what metadata say of some rows and columns.
fn part_of(metadata: &Metadata, places: [Range<usize>; 2]) -> Metadata {
    let mut part = metadata.clone();
    let first = part.dimensions.len().saturating_sub(2);
    // Frames of one row have no axis for it.
    let [rows, columns] = places;
    let axes = match part.dimensions.len() {
        0 | 1 => vec![columns],
        _ => vec![rows, columns],
    };
    for (dimension, place) in part.dimensions[first..].iter_mut().zip(axes) {
        if place.len() <= dimension.len {
            let selected = |own: &Coordinate| own.select(&dimension.name, place.clone());
            part.coordinates = part.coordinates.iter().filter_map(selected).collect();
            dimension.len = place.len();
        }
    }
    part
}

/// The whole of a `.reel` file as a field.
///
/// # Errors
/// [`Error::Io`] or [`Error::Reel`] if it cannot be read, or is over the default [`Limits`];
/// [`Error::IncompleteReel`] if something is missing.
pub(crate) fn read_reel(path: &Path, name: Option<&str>) -> Result<Field, Error> {
    let mut reader = open_reel(path, Limits::default())?;
    let whole = check_complete(&reader).and_then(|()| {
        let [frames, ..] = reader.shape();
        reel_to_field(&mut reader, 0..frames)
    });
    let mut field = whole.map_err(|error| error.with_path(path))?;
    if let Some(name) = name {
        name.clone_into(&mut field.name);
    }
    Ok(field)
}

/// The field of these frames of a reel.
fn field<T>(
    metadata: &Metadata,
    values: Array3<T>,
    frames: Range<usize>,
) -> Result<Field, FormatError>
where
    FieldValues: From<ArrayD<T>>,
{
    let (_, height, width) = values.dim();
    let axes = Axes::new(&metadata.dimensions, [height, width], frames);
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
    field.attributes = metadata.attributes.clone();
    field.missing = missing(&mut field.attributes);
    field.file_attributes = metadata.file_attributes.clone();
    Ok(field)
}

/// Takes out what says how missing points are marked.
fn missing(attributes: &mut Attributes) -> Missing {
    let mut take = |name: &str| {
        let value = attributes.remove(name);
        value.map_or_else(Vec::new, |value| value.to_scalars())
    };
    Missing {
        fill_value: take("_FillValue").first().copied(),
        missing_values: take("missing_value"),
    }
}
