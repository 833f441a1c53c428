//! A field: values with the names, coordinates and attributes that give them meaning.

mod frames;
mod values;

use fieldreel_core::Scalar;
pub use fieldreel_core::{AttributeValue, Attributes, Coordinate, Dimension, NumericArray};
pub use frames::{FrameView, Frames};
pub use values::FieldValues;

use crate::{FormatError, Result};

/// A variable of a file, or one about to be written.
///
/// Row-major: the last dimension is the fastest, as in NetCDF. A `(time, y, x)` field has its frames
/// along the first axis; [`Field::as_frames`] views other ranks in that way.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// The variable's name in NetCDF, the `shortName` in GRIB.
    pub name: String,
    /// The unpacked values; a missing point is NaN, or of integers a value that [`missing`](Self::missing) names.
    pub values: FieldValues,
    /// One per axis of `values`, slowest first.
    pub dimensions: Vec<Dimension>,
    /// What the axes mean, with everything that CF attaches to them: bounds, scalar coordinates,
    /// the grid mapping.
    pub coordinates: Vec<Coordinate>,
    /// The attributes that describe the values: `units`, `long_name`, `standard_name`, and the
    /// `GRIB_*` keys of a field from GRIB. Those that say how the values were stored are in
    /// [`missing`](Self::missing) and [`packing`](Self::packing) instead.
    pub attributes: Attributes,
    /// The attributes of the whole file, such as `Conventions` and `history`.
    pub file_attributes: Attributes,
    /// How the file marks missing points.
    pub missing: Missing,
    /// How the file packed the values, when it did. A field is never packed again on writing NetCDF.
    pub packing: Option<Packing>,
}

impl Field {
    /// A field without coordinates or attributes. `dimensions` names the axes, slowest first.
    ///
    /// # Errors
    ///
    /// [`FormatError::ShapeMismatch`] when there is not one name for each axis.
    pub fn new(
        name: impl Into<String>,
        values: impl Into<FieldValues>,
        dimensions: &[&str],
    ) -> Result<Self> {
        let (name, values) = (name.into(), values.into());
        if dimensions.len() != values.shape().len() {
            return Err(FormatError::ShapeMismatch {
                what: format!("the list of dimensions of {name:?}"),
                expected: vec![values.shape().len()],
                found: vec![dimensions.len()],
            });
        }
        let dimensions = dimensions
            .iter()
            .zip(values.shape())
            .map(|(&name, &len)| Dimension::new(name, len))
            .collect();
        Ok(Self {
            name,
            values,
            dimensions,
            coordinates: Vec::new(),
            attributes: Attributes::new(),
            file_attributes: Attributes::new(),
            missing: Missing::default(),
            packing: None,
        })
    }

    /// The length of each axis, slowest first.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        self.values.shape()
    }

    /// The unit of the values, as the file spells it.
    #[must_use]
    pub fn units(&self) -> Option<&str> {
        self.attributes.text("units")
    }

    /// What the values are, in words.
    #[must_use]
    pub fn long_name(&self) -> Option<&str> {
        self.attributes.text("long_name")
    }

    /// The coordinate of this name.
    #[must_use]
    pub fn coordinate(&self, name: &str) -> Option<&Coordinate> {
        self.coordinates
            .iter()
            .find(|coordinate| coordinate.name == name)
    }

    /// The position of a dimension among the axes.
    #[must_use]
    pub fn axis(&self, dimension: &str) -> Option<usize> {
        self.dimensions
            .iter()
            .position(|candidate| candidate.name == dimension)
    }

    /// Returns whether an axis is time: one that can grow, or along which a coordinate counts a unit of time.
    pub(crate) fn is_time(&self, axis: usize) -> bool {
        self.dimensions.get(axis).is_some_and(|dimension| {
            let coordinate = self.coordinate(&dimension.name);
            let units = coordinate.and_then(|coordinate| coordinate.attributes.text("units"));
            dimension.unlimited || units.is_some_and(|units| units.contains(" since "))
        })
    }

    /// Checks that dimensions and coordinates agree with the values. Writers call it first.
    ///
    /// # Errors
    ///
    /// [`FormatError::ShapeMismatch`] naming what does not agree.
    pub fn validate(&self) -> Result<()> {
        let lengths: Vec<usize> = self.dimensions.iter().map(|d| d.len).collect();
        if lengths != self.values.shape() {
            return Err(FormatError::ShapeMismatch {
                what: format!("the values of {:?}", self.name),
                expected: lengths,
                found: self.values.shape().to_vec(),
            });
        }
        for coordinate in &self.coordinates {
            if !coordinate.is_consistent() {
                return Err(FormatError::ShapeMismatch {
                    what: format!("the values of coordinate {:?}", coordinate.name),
                    expected: coordinate.shape(),
                    found: vec![coordinate.values.len()],
                });
            }
            let found = coordinate.shape();
            // A dimension that the field lacks (the vertices of bounds) has the coordinate's length.
            let expected: Vec<usize> = coordinate
                .dimensions
                .iter()
                .map(|(name, len)| {
                    self.axis(name)
                        .map_or(*len, |axis| self.dimensions[axis].len)
                })
                .collect();
            if found != expected {
                return Err(FormatError::ShapeMismatch {
                    what: format!("coordinate {:?}", coordinate.name),
                    expected,
                    found,
                });
            }
        }
        Ok(())
    }
}

/// How a file marks missing points, in the numbers of [`Field::values`].
///
/// Of a packed variable nothing is kept here: its sentinels are numbers of the packed space, and are
/// in [`Packing`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Missing {
    /// The `_FillValue`: what NaN is written back as. `None` writes NaN itself.
    pub fill_value: Option<Scalar>,
    /// The `missing_value`s, which mark missing points too.
    pub missing_values: Vec<Scalar>,
}

/// How a file packed a variable: `value = packed × scale_factor + add_offset`.
#[derive(Debug, Clone, PartialEq)]
pub struct Packing {
    /// `scale_factor`; 1 when absent.
    pub scale_factor: f64,
    /// `add_offset`; 0 when absent.
    pub add_offset: f64,
    /// The sentinels of missing points, in the packed space: `_FillValue`, then `missing_value`s.
    pub sentinels: Vec<f64>,
}
