//! Grids: shape, coordinates and scanning order of the points of a message.

use std::path::Path;

use super::decode::check_decodable;
use super::message::MessageKeys;
use crate::limits::checked_len;
use crate::{Coordinate, FormatError, Limits, Result};

/// A grid of `rows × columns` points.
pub(super) struct MessageGrid {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) scan: ScanOrder,
    /// The names of the row and column dimensions.
    pub(super) dimensions: [&'static str; 2],
    pub(super) coordinates: Vec<Coordinate>,
}

/// The storage order of the points of a message. Rows and columns are counted from the first
/// point. The signs of the scanning mode therefore affect only the coordinates, and the order
/// depends on these two flags alone.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ScanOrder {
    /// True if the points of a column, not of a row, are contiguous.
    pub(super) columns_first: bool,
    /// True if every second row (or column) is stored in reverse.
    pub(super) alternating: bool,
}

impl ScanOrder {
    /// Returns the values of a grid of this shape in row-major order. `values` must have length
    /// `rows × columns`.
    pub(super) fn to_row_major(self, values: Vec<f64>, rows: usize, columns: usize) -> Vec<f64> {
        if !self.columns_first && !self.alternating {
            return values;
        }
        debug_assert_eq!(values.len(), rows * columns);
        let mut ordered = Vec::with_capacity(values.len());
        for row in 0..rows {
            for column in 0..columns {
                let (line, offset, line_len) = if self.columns_first {
                    (column, row, rows)
                } else {
                    (row, column, columns)
                };
                let backwards = self.alternating && line % 2 == 1;
                let offset = if backwards {
                    line_len - 1 - offset
                } else {
                    offset
                };
                ordered.push(values[line * line_len + offset]);
            }
        }
        ordered
    }
}

/// The maximum number of latitudes between a pole and the equator. The finest grids in use have
/// 8000.
const MAX_GAUSSIAN_NUMBER: i64 = 1 << 14;

impl MessageGrid {
    /// Returns the grid of a message.
    pub(super) fn from_message(
        message: &dyn MessageKeys,
        path: &Path,
        limits: &Limits,
    ) -> Result<Self> {
        let damaged = |problem| FormatError::Damaged {
            path: path.to_path_buf(),
            problem,
        };
        let grid_type = message
            .text(c"gridType")
            .ok_or_else(|| damaged("a message has no grid"))?;
        // N is checked first, because ecCodes lists 2·N latitudes in O(N²) time before it
        // validates N.
        let gaussian_number = message.long(c"N").unwrap_or(0);
        if !(0..=MAX_GAUSSIAN_NUMBER).contains(&gaussian_number) {
            return Err(damaged(
                "the number of latitudes of a Gaussian grid is out of range",
            ));
        }
        let unsupported = || FormatError::UnsupportedGrid {
            path: path.to_path_buf(),
            grid_type: grid_type.clone(),
        };
        let is_regular = match grid_type.as_str() {
            "regular_ll" | "regular_gg" => true,
            "rotated_ll"
            | "rotated_gg"
            | "mercator"
            | "lambert"
            | "polar_stereographic"
            | "lambert_azimuthal_equal_area"
            | "albers" => false,
            _ => return Err(unsupported()),
        };
        // A list of row lengths makes the grid a reduced one, regardless of its type.
        if message.long(c"PLPresent") == Some(1) {
            return Err(unsupported());
        }
        let length = |key| message.long(key).and_then(|len| usize::try_from(len).ok());
        let (Some(columns), Some(rows)) = (length(c"Ni"), length(c"Nj")) else {
            return Err(unsupported());
        };
        let points = checked_len(limits, "a GRIB message", &[rows, columns])?;
        if points == 0 {
            return Err(damaged("the grid of a message has no points"));
        }
        // This check precedes the coordinates, since ecCodes may decode the values to compute
        // them.
        check_decodable(message, path, points)?;
        let flag = |key| message.long(key) == Some(1);
        let mut grid = Self {
            rows,
            columns,
            scan: ScanOrder {
                columns_first: flag(c"jPointsAreConsecutive"),
                alternating: flag(c"alternativeRowScanning"),
            },
            dimensions: if is_regular {
                ["latitude", "longitude"]
            } else {
                ["y", "x"]
            },
            coordinates: Vec::new(),
        };
        grid.coordinates = if is_regular {
            grid.regular_axes(message, grid_type == "regular_gg")
                .ok_or_else(|| {
                    damaged("the coordinates of a regular grid are missing or not finite")
                })?
        } else {
            let is_rotated = grid_type.starts_with("rotated");
            // ecCodes 2.28 assumes that the first point of other projections is the south-west
            // corner, regardless of the scanning mode. Its coordinates are right only if that is
            // the case.
            let from_south_west = !flag(c"iScansNegatively") && flag(c"jScansPositively");
            if is_rotated || from_south_west {
                grid.point_coordinates(message, is_rotated)
                    .unwrap_or_default()
            } else {
                Vec::new()
            }
        };
        Ok(grid)
    }

    /// Returns 1-D latitudes and longitudes.
    fn regular_axes(
        &self,
        message: &dyn MessageKeys,
        is_gaussian: bool,
    ) -> Option<Vec<Coordinate>> {
        let corner = |key| message.double(key).filter(|degrees| degrees.is_finite());
        let south_to_north = message.long(c"jScansPositively") == Some(1);
        let latitudes = if is_gaussian {
            let mut latitudes = message.doubles(c"distinctLatitudes", self.rows).ok()?;
            latitudes.sort_by(f64::total_cmp);
            if !south_to_north {
                latitudes.reverse();
            }
            latitudes
        } else {
            let first = corner(c"latitudeOfFirstGridPointInDegrees")?;
            let last = corner(c"latitudeOfLastGridPointInDegrees")?;
            linspace(first, last, self.rows)
        };
        if latitudes.len() != self.rows {
            return None;
        }
        let first = corner(c"longitudeOfFirstGridPointInDegrees")?;
        let last = corner(c"longitudeOfLastGridPointInDegrees")?;
        let is_eastward = message.long(c"iScansNegatively") != Some(1);
        let longitudes = monotonic_longitudes(first, last, self.columns, is_eastward);
        Some(vec![
            axis("latitude", "degrees_north", latitudes),
            axis("longitude", "degrees_east", longitudes),
        ])
    }

    /// Returns 2-D latitudes and longitudes, or `None` if ecCodes cannot compute them.
    fn point_coordinates(
        &self,
        message: &dyn MessageKeys,
        is_rotated: bool,
    ) -> Option<Vec<Coordinate>> {
        // For rotated grids ecCodes returns coordinates in storage order, without alternation; for
        // other grids row by row.
        let scan = ScanOrder {
            columns_first: is_rotated && self.scan.columns_first,
            alternating: false,
        };
        let points = self.rows * self.columns;
        let mut coordinates = Vec::new();
        for (key, name, units) in [
            (c"latitudes", "latitude", "degrees_north"),
            (c"longitudes", "longitude", "degrees_east"),
        ] {
            let degrees = message
                .doubles(key, points)
                .ok()
                .filter(|d| d.len() == points)?;
            let ordered = scan.to_row_major(degrees, self.rows, self.columns);
            let dimensions = [("y", self.rows), ("x", self.columns)];
            coordinates.push(
                Coordinate::new(name, &dimensions, ordered)
                    .with_attribute("standard_name", name)
                    .with_attribute("units", units),
            );
        }
        Some(coordinates)
    }
}

fn axis(name: &str, units: &str, degrees: Vec<f64>) -> Coordinate {
    Coordinate::axis(name, degrees)
        .with_attribute("standard_name", name)
        .with_attribute("units", units)
}

/// Returns `count` evenly spaced numbers from `first` to `last`.
fn linspace(first: f64, last: f64, count: usize) -> Vec<f64> {
    let intervals = count.saturating_sub(1).max(1) as f64;
    (0..count)
        .map(|index| {
            let fraction = index as f64 / intervals;
            // The result is rounded to the 1e-6 degrees of GRIB 2, so that 0.1 + 0.2 is 0.3.
            ((first + (last - first) * fraction) * 1e6).round() / 1e6
        })
        .collect()
}

/// Returns longitudes without a jump at the date line or at Greenwich. For 350° to 2°, as GRIB 2
/// stores them, the result is −10° to 2°.
fn monotonic_longitudes(first: f64, last: f64, count: usize, is_eastward: bool) -> Vec<f64> {
    let span = if is_eastward {
        (last - first).rem_euclid(360.0)
    } else {
        -(first - last).rem_euclid(360.0)
    };
    let first = if is_eastward && first + span >= 360.0 && first >= 180.0 {
        first - 360.0
    } else {
        first
    };
    linspace(first, first + span, count)
}

#[cfg(test)]
mod tests {
    use super::{ScanOrder, monotonic_longitudes};

    #[test]
    fn points_of_every_scan_order_become_row_major() {
        let rows = vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
        for (columns_first, alternating, stored) in [
            (false, false, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]),
            (false, true, [0.0, 1.0, 2.0, 5.0, 4.0, 3.0]),
            (true, false, [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]),
            (true, true, [0.0, 3.0, 4.0, 1.0, 2.0, 5.0]),
        ] {
            let scan = ScanOrder {
                columns_first,
                alternating,
            };
            assert_eq!(scan.to_row_major(stored.to_vec(), 2, 3), rows, "{scan:?}");
        }
    }

    #[test]
    fn longitudes_are_monotonic() {
        assert_eq!(
            monotonic_longitudes(350.0, 2.0, 5, true),
            [-10.0, -7.0, -4.0, -1.0, 2.0]
        );
        assert_eq!(
            monotonic_longitudes(-10.0, 2.0, 3, true),
            [-10.0, -4.0, 2.0]
        );
        assert_eq!(
            monotonic_longitudes(0.0, 270.0, 4, true),
            [0.0, 90.0, 180.0, 270.0]
        );
        assert_eq!(
            monotonic_longitudes(10.0, 350.0, 3, false),
            [10.0, 0.0, -10.0]
        );
        assert_eq!(monotonic_longitudes(170.0, 190.0, 2, true), [170.0, 190.0]);
    }
}
