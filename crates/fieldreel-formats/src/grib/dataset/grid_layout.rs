//! Grid layout: the dimensions that the points of a variable's messages have, for any grid.

use std::path::Path;

use crate::grib::decode::check_decodable;
use crate::grib::grid::{MessageGrid, ScanOrder};
use crate::grib::library::GribMessage;
use crate::grib::message::MessageKeys;
use crate::limits::checked_len;
use crate::{Coordinate, FormatError, Limits, Result};

/// The dimensions, order and coordinates of the points of a message.
#[derive(Debug, Clone)]
pub(super) struct GridLayout {
    /// Names and lengths: two for rows and columns, one for a list of points.
    pub(super) dimensions: Vec<(&'static str, usize)>,
    /// The storage order of rows and columns.
    pub(super) scan: ScanOrder,
    /// Latitudes and longitudes, along one dimension each or along all dimensions; empty if
    /// ecCodes cannot compute them.
    pub(super) coordinates: Vec<Coordinate>,
}

impl GridLayout {
    pub(super) fn from_message(
        message: &GribMessage<'_>,
        path: &Path,
        limits: &Limits,
    ) -> Result<Self> {
        match MessageGrid::from_message(message, path, limits) {
            Ok(grid) => Ok(Self {
                dimensions: vec![
                    (grid.dimensions[0], grid.rows),
                    (grid.dimensions[1], grid.columns),
                ],
                scan: grid.scan,
                coordinates: grid.coordinates,
            }),
            Err(FormatError::UnsupportedGrid { .. }) => {
                Self::from_point_list(message, path, limits)
            }
            Err(error) => Err(error),
        }
    }

    /// Returns the layout of a reduced or irregular grid: a list of points in storage order.
    fn from_point_list(message: &GribMessage<'_>, path: &Path, limits: &Limits) -> Result<Self> {
        let count = message.value_count().unwrap_or(0);
        checked_len(limits, "a GRIB message", &[count])?;
        if count == 0 {
            return Err(FormatError::Damaged {
                path: path.to_path_buf(),
                problem: "the grid of a message has no points",
            });
        }
        check_decodable(message, path, count)?;
        Ok(Self {
            dimensions: vec![("values", count)],
            scan: ScanOrder::default(),
            coordinates: point_coordinates(message, count).unwrap_or_default(),
        })
    }

    /// Returns the number of points.
    pub(super) fn len(&self) -> usize {
        self.dimensions.iter().map(|(_, len)| len).product()
    }

    /// Converts values from storage order to the order of the dimensions.
    pub(super) fn to_dimension_order(&self, values: Vec<f64>) -> Vec<f64> {
        match self.dimensions.as_slice() {
            [(_, rows), (_, columns)] => self.scan.to_row_major(values, *rows, *columns),
            _ => values,
        }
    }
}

/// Returns the latitudes and longitudes of a list of points.
fn point_coordinates(message: &GribMessage<'_>, count: usize) -> Option<Vec<Coordinate>> {
    if message.long(c"PLPresent") == Some(1) {
        // ecCodes follows the list of row lengths without comparing their sum with the number of
        // points.
        let rows = message.array_len(c"pl")?;
        let row_lengths = message.doubles(c"pl", rows).ok()?;
        if row_lengths.iter().sum::<f64>() < count as f64 {
            return None;
        }
        if message.long(c"N").is_some() {
            let (latitudes, longitudes) = reduced_gaussian(message, &row_lengths, count)?;
            return coordinates_from_degrees(count, latitudes, longitudes);
        }
    }
    let degrees = |key| {
        let len = message.array_len(key).filter(|&len| len == count)?;
        message.doubles(key, len).ok()
    };
    coordinates_from_degrees(count, degrees(c"latitudes")?, degrees(c"longitudes")?)
}

fn coordinates_from_degrees(
    count: usize,
    latitudes: Vec<f64>,
    longitudes: Vec<f64>,
) -> Option<Vec<Coordinate>> {
    let latitude_and_longitude = [
        ("latitude", "degrees_north", latitudes),
        ("longitude", "degrees_east", longitudes),
    ];
    let coordinate = |(name, units, degrees): (&str, &str, Vec<f64>)| {
        let is_complete =
            degrees.len() == count && degrees.iter().all(|degrees| degrees.is_finite());
        is_complete.then(|| {
            Coordinate::along(name, "values", degrees)
                .with_attribute("standard_name", name)
                .with_attribute("units", units)
        })
    };
    latitude_and_longitude.into_iter().map(coordinate).collect()
}

/// Returns the latitudes and longitudes of a global reduced Gaussian grid, or `None` if the grid
/// is not global. ecCodes 2.28 is not used for these, because it aborts the process on invalid
/// rows or corners.
fn reduced_gaussian(
    message: &GribMessage<'_>,
    row_lengths: &[f64],
    count: usize,
) -> Option<(Vec<f64>, Vec<f64>)> {
    let number = usize::try_from(message.long(c"N")?).ok()?;
    let first = message.double(c"longitudeOfFirstGridPointInDegrees")?;
    let is_global = row_lengths.len() == 2 * number
        && row_lengths.iter().all(|&len| len >= 1.0)
        && row_lengths.iter().sum::<f64>() == count as f64;
    if !is_global {
        return None;
    }
    let mut rows = message.gaussian_latitudes(number).ok()?;
    if message.long(c"jScansPositively") == Some(1) {
        rows.reverse();
    }
    let (mut latitudes, mut longitudes) = (Vec::new(), Vec::new());
    for (latitude, &len) in rows.into_iter().zip(row_lengths) {
        for point in 0..len as usize {
            latitudes.push(latitude);
            longitudes.push(first + point as f64 * 360.0 / len);
        }
    }
    Some((latitudes, longitudes))
}
