//! The values of messages, each in its place.

use std::path::Path;

use ndarray::{ArrayD, IxDyn};

use super::axes::Axes;
use super::decode::{SINGLE_BITS, changed, decode};
use super::grid::Grid;
use super::header::Header;
use super::message::{Keys, Messages};
use crate::limits::{checked_len, try_with_capacity};
use crate::{Attributes, Dimension, Field, FieldValues, Limits, Missing, Result};

/// The field of at least one message of one parameter.
pub(super) fn field(
    messages: &impl Messages,
    path: &Path,
    headers: &[Header],
    limits: &Limits,
) -> Result<Field> {
    let axes = Axes::of(headers, path)?;
    let single = headers
        .iter()
        .all(|header| header.bits_per_value <= SINGLE_BITS);
    let mut reading = Reading {
        path,
        axes: &axes,
        limits,
        parts: None,
    };
    let values = if single {
        reading
            .values(messages, |value| value as f32)
            .map(FieldValues::F32)
    } else {
        reading
            .values(messages, |value| value)
            .map(FieldValues::F64)
    }?;
    let Some((grid, attributes)) = reading.parts else {
        return Err(changed(path));
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

struct Reading<'a> {
    path: &'a Path,
    axes: &'a Axes,
    limits: &'a Limits,
    /// Of the first message.
    parts: Option<(Grid, Attributes)>,
}

impl Reading<'_> {
    /// Goes through the messages again, and puts the values of the chosen ones in their places.
    fn values<T: Copy + Default>(
        &mut self,
        messages: &impl Messages,
        convert: impl Fn(f64) -> T,
    ) -> Result<ArrayD<T>> {
        let mut shape: Vec<usize> = self.axes.dimensions().iter().map(|(_, len)| *len).collect();
        let mut values: Vec<T> = Vec::new();
        let mut filled = 0;
        messages.each(&mut |position, message| {
            let Some(place) = self.axes.place_of(position) else {
                return Ok(());
            };
            if self.parts.is_none() {
                let grid = Grid::of(message, self.path, self.limits)?;
                shape.extend([grid.rows, grid.columns]);
                let len = checked_len(self.limits, "the field", &shape)?;
                values = try_with_capacity(self.path, len)?;
                values.resize(len, T::default());
                self.parts = Some((grid, attributes(message)));
            }
            let Some((grid, _)) = &self.parts else {
                return Ok(());
            };
            let decoded = decode(message, self.path, grid.rows * grid.columns)?;
            let decoded = grid.scan.to_rows(decoded, grid.rows, grid.columns);
            let start = place * decoded.len();
            let Some(slot) = values.get_mut(start..start + decoded.len()) else {
                return Err(changed(self.path));
            };
            for (slot, value) in slot.iter_mut().zip(decoded) {
                *slot = convert(value);
            }
            filled += 1;
            Ok(())
        })?;
        let expected = shape[..shape.len().saturating_sub(2)]
            .iter()
            .product::<usize>();
        if filled != expected {
            return Err(changed(self.path));
        }
        ArrayD::from_shape_vec(IxDyn(&shape), values).map_err(|_| changed(self.path))
    }
}

/// What a message says of its parameter: CF attributes, and ecCodes keys by cfgrib's names.
fn attributes(message: &dyn Keys) -> Attributes {
    let mut attributes = Attributes::new();
    let known = |key| {
        message
            .text(key)
            .filter(|text| !text.is_empty() && text != "unknown")
    };
    for (name, key) in [
        ("units", c"units"),
        ("long_name", c"name"),
        ("standard_name", c"cfName"),
    ] {
        if let Some(text) = known(key) {
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
        if let Some(text) = known(key) {
            attributes.insert(name, text);
        }
    }
    attributes
}
