//! The grid of a variable's messages, whatever it is.

use std::path::Path;

use ndarray::Array1;

use crate::grib::decode::check;
use crate::grib::grid::{Grid, Scan};
use crate::grib::library::Message;
use crate::{Coordinate, FormatError, ReadLimits, Result};

/// How the points of messages become the last dimensions of a variable.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// Names and lengths: two for rows and columns, one for a list of points.
    pub(super) dimensions: Vec<(&'static str, usize)>,
    /// The order of rows and columns in a message.
    pub(super) scan: Scan,
    /// Latitudes and longitudes, if ecCodes knows them: along one dimension each, or all.
    pub(super) coordinates: Vec<Coordinate>,
}

impl Layout {
    pub(super) fn of(message: &Message<'_>, path: &Path, limits: &ReadLimits) -> Result<Self> {
        match Grid::of(message, path, limits) {
            Ok(grid) => Ok(Self {
                dimensions: vec![
                    (grid.dimensions[0], grid.rows),
                    (grid.dimensions[1], grid.columns),
                ],
                scan: grid.scan,
                coordinates: grid.coordinates,
            }),
            Err(FormatError::UnsupportedGrid { .. }) => Self::points(message, path, limits),
            Err(error) => Err(error),
        }
    }

    /// Reduced and irregular grids: points one after another, as they are stored.
    fn points(message: &Message<'_>, path: &Path, limits: &ReadLimits) -> Result<Self> {
        let count = message.len(c"values").unwrap_or(0);
        limits.checked_len("a GRIB message", &[count])?;
        if count == 0 {
            return Err(FormatError::Damaged {
                path: path.to_path_buf(),
                problem: "the grid of a message has no points",
            });
        }
        check(message, path, count)?;
        Ok(Self {
            dimensions: vec![("values", count)],
            scan: Scan::default(),
            coordinates: positions(message, count).unwrap_or_default(),
        })
    }

    /// How many points there are.
    pub(super) fn len(&self) -> usize {
        self.dimensions.iter().map(|(_, len)| len).product()
    }

    /// Values in the order of storage, in the order of the dimensions.
    pub(super) fn ordered(&self, values: Vec<f64>) -> Vec<f64> {
        match self.dimensions.as_slice() {
            [(_, rows), (_, columns)] => self.scan.to_rows(values, *rows, *columns),
            _ => values,
        }
    }
}

/// Latitudes and longitudes of points.
fn positions(message: &Message<'_>, count: usize) -> Option<Vec<Coordinate>> {
    if message.long(c"PLPresent") == Some(1) {
        // ecCodes walks the list of points per row: it must not lead beyond the points.
        let rows = message.len(c"pl")?;
        let row_lengths = message.doubles(c"pl", rows).ok()?;
        if row_lengths.iter().sum::<f64>() < count as f64 {
            return None;
        }
    }
    let mut coordinates = Vec::new();
    for (key, name, units) in [
        (c"latitudes", "latitude", "degrees_north"),
        (c"longitudes", "longitude", "degrees_east"),
    ] {
        let known = message.len(key).filter(|&len| len == count)?;
        let degrees = message.doubles(key, known).ok()?;
        if degrees.len() != count || degrees.iter().any(|degrees| !degrees.is_finite()) {
            return None;
        }
        coordinates.push(
            Coordinate::new(name, &["values"], Array1::from_vec(degrees).into_dyn())
                .with_attribute("standard_name", name)
                .with_attribute("units", units),
        );
    }
    Some(coordinates)
}
