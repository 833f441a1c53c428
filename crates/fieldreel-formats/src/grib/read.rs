//! Reading: the decoded messages of one parameter as a field.

use std::path::Path;

use ndarray::{ArrayD, IxDyn};

use super::axes::MessageAxes;
use super::decode::{MAX_F32_BITS, decode_values, file_changed};
use super::grid::MessageGrid;
use super::header::MessageHeader;
use super::message::{MessageCollection, MessageKeys};
use crate::limits::{checked_len, try_with_capacity};
use crate::{Attributes, Dimension, Field, FieldValues, Limits, Missing, Result};

/// Reads the messages with these headers, which are of one parameter and at least one, as a field.
pub(super) fn read_field(
    messages: &impl MessageCollection,
    path: &Path,
    headers: &[MessageHeader],
    limits: &Limits,
) -> Result<Field> {
    let axes = MessageAxes::from_headers(headers, path)?;
    let is_single_precision = headers
        .iter()
        .all(|header| header.bits_per_value <= MAX_F32_BITS);
    let mut reader = FieldReader {
        path,
        axes: &axes,
        limits,
        first_message: None,
    };
    let values = if is_single_precision {
        reader
            .read_values(messages, |value| value as f32)
            .map(FieldValues::F32)
    } else {
        reader
            .read_values(messages, |value| value)
            .map(FieldValues::F64)
    }?;
    let Some((grid, attributes)) = reader.first_message else {
        return Err(file_changed(path));
    };
    let mut dimensions: Vec<Dimension> = axes
        .dimensions()
        .into_iter()
        .map(|(name, len)| Dimension::new(name, len))
        .collect();
    dimensions.push(Dimension::new(grid.dimensions[0], grid.rows));
    dimensions.push(Dimension::new(grid.dimensions[1], grid.columns));
    let mut coordinates = axes.coordinates();
    coordinates.extend(grid.coordinates);
    Ok(Field {
        name: headers
            .first()
            .map(|h| h.short_name.clone())
            .unwrap_or_default(),
        values,
        dimensions,
        coordinates,
        attributes,
        file_attributes: Attributes::new(),
        missing: Missing::default(),
        packing: None,
    })
}

/// The state of reading a field.
struct FieldReader<'a> {
    path: &'a Path,
    axes: &'a MessageAxes,
    limits: &'a Limits,
    /// The grid and the attributes of the first message.
    first_message: Option<(MessageGrid, Attributes)>,
}

impl FieldReader<'_> {
    /// Iterates over the messages again, and stores the values of the selected ones at their frame
    /// indices.
    fn read_values<T: Copy + Default>(
        &mut self,
        messages: &impl MessageCollection,
        convert: impl Fn(f64) -> T,
    ) -> Result<ArrayD<T>> {
        let mut shape: Vec<usize> = self.axes.dimensions().iter().map(|(_, len)| *len).collect();
        let mut values: Vec<T> = Vec::new();
        let mut frames_read = 0;
        messages.for_each(&mut |message_index, message| {
            let Some(frame_index) = self.axes.frame_index(message_index) else {
                return Ok(());
            };
            if self.first_message.is_none() {
                let grid = MessageGrid::from_message(message, self.path, self.limits)?;
                shape.extend([grid.rows, grid.columns]);
                let len = checked_len(self.limits, "the field", &shape)?;
                values = try_with_capacity(self.path, len)?;
                values.resize(len, T::default());
                self.first_message = Some((grid, message_attributes(message)));
            }
            let Some((grid, _)) = &self.first_message else {
                return Ok(());
            };
            let decoded = decode_values(message, self.path, grid.rows * grid.columns)?;
            let decoded = grid.scan.to_row_major(decoded, grid.rows, grid.columns);
            let start = frame_index * decoded.len();
            let Some(frame) = values.get_mut(start..start + decoded.len()) else {
                return Err(file_changed(self.path));
            };
            for (target, value) in frame.iter_mut().zip(decoded) {
                *target = convert(value);
            }
            frames_read += 1;
            Ok(())
        })?;
        let expected = shape[..shape.len().saturating_sub(2)]
            .iter()
            .product::<usize>();
        if frames_read != expected {
            return Err(file_changed(self.path));
        }
        ArrayD::from_shape_vec(IxDyn(&shape), values).map_err(|_| file_changed(self.path))
    }
}

/// Returns CF attributes, and ecCodes keys by cfgrib's names.
fn message_attributes(message: &dyn MessageKeys) -> Attributes {
    let mut attributes = Attributes::new();
    let known_text = |key| {
        message
            .text(key)
            .filter(|text| !text.is_empty() && text != "unknown")
    };
    for (name, key) in [
        ("units", c"units"),
        ("long_name", c"name"),
        ("standard_name", c"cfName"),
    ] {
        if let Some(text) = known_text(key) {
            attributes.insert(name, text);
        }
    }
    for (name, key) in [
        ("GRIB_edition", c"edition"),
        ("GRIB_paramId", c"paramId"),
        ("GRIB_bitsPerValue", c"bitsPerValue"),
        ("GRIB_discipline", c"discipline"),
        ("GRIB_parameterCategory", c"parameterCategory"),
        ("GRIB_parameterNumber", c"parameterNumber"),
        ("GRIB_subCentre", c"subCentre"),
        ("GRIB_N", c"N"),
    ] {
        if let Some(number) = message.long(key) {
            attributes.insert(name, number);
        }
    }
    for (name, key) in [
        ("GRIB_centre", c"centre"),
        ("GRIB_shortName", c"shortName"),
        ("GRIB_name", c"name"),
        ("GRIB_units", c"units"),
        ("GRIB_cfName", c"cfName"),
        ("GRIB_cfVarName", c"cfVarName"),
        ("GRIB_dataType", c"dataType"),
        ("GRIB_typeOfLevel", c"typeOfLevel"),
        ("GRIB_stepType", c"stepType"),
        ("GRIB_gridType", c"gridType"),
        ("GRIB_packingType", c"packingType"),
    ] {
        if let Some(text) = known_text(key) {
            attributes.insert(name, text);
        }
    }
    attributes
}
