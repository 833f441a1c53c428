//! Fields: values with names, coordinates and attributes.

mod frames;
mod values;

use fieldreel_core::Scalar;
pub use fieldreel_core::{AttributeValue, Attributes, Coordinate, Dimension, NumericArray};
pub use frames::{FrameView, Frames};
pub use values::FieldValues;

use crate::{FormatError, Result};

/// A variable with its metadata, read from a file or to be written to one.
///
/// Values are in row-major order: the last dimension is the fastest, as in NetCDF. A
/// `(time, y, x)` field has its frames along the first axis; [`Field::as_frames`] converts other
/// ranks.
///
/// ```
/// use fieldreel_formats::{Coordinate, Field};
/// use ndarray::ArrayD;
///
/// let mut air = Field::new("air", ArrayD::<f32>::zeros(vec![2, 3, 4]), &["time", "lat", "lon"])?;
/// air.attributes.insert("units", "K");
/// let latitudes = Coordinate::axis("lat", [50.0, 45.0, 40.0]);
/// air.coordinates.push(latitudes.with_attribute("units", "degrees_north"));
/// air.validate()?;
/// assert_eq!((air.units(), air.axis("lat")), (Some("K"), Some(1)));
/// # Ok::<(), fieldreel_formats::FormatError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// The name of the variable in NetCDF, or the `shortName` in GRIB.
    pub name: String,
    /// The unpacked values. A missing floating-point value is NaN; a missing integer is a fill
    /// value of [`missing`](Self::missing).
    pub values: FieldValues,
    /// The dimensions, one for each axis of `values`, slowest first.
    pub dimensions: Vec<Dimension>,
    /// The coordinates, with everything that CF attaches to them: bounds, scalar coordinates and
    /// the grid mapping.
    pub coordinates: Vec<Coordinate>,
    /// The attributes that describe the values: `units`, `long_name`, `standard_name`, and the
    /// `GRIB_*` keys of a field from GRIB. Attributes that describe how the values are stored are
    /// in [`missing`](Self::missing) and [`packing`](Self::packing) instead.
    pub attributes: Attributes,
    /// The attributes of the file, such as `Conventions` and `history`.
    pub file_attributes: Attributes,
    /// The fill values of the file.
    pub missing: Missing,
    /// The packing of the file, if values were packed. NetCDF files are always written unpacked.
    pub packing: Option<Packing>,
}

impl Field {
    /// Creates a field without coordinates or attributes. `dimensions` names the axes, slowest
    /// first.
    ///
    /// # Errors
    ///
    /// [`FormatError::ShapeMismatch`] if the number of names differs from the number of axes.
    pub fn new(
        name: impl Into<String>,
        values: impl Into<FieldValues>,
        dimensions: &[&str],
    ) -> Result<Self> {
        let (name, values) = (name.into(), values.into());
        if dimensions.len() != values.shape().len() {
            return Err(FormatError::ShapeMismatch {
                item: format!("the list of dimensions of {name:?}"),
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

    /// Returns the length of each axis, slowest first.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        self.values.shape()
    }

    /// Returns the unit of the values, as spelled in the file.
    #[must_use]
    pub fn units(&self) -> Option<&str> {
        self.attributes.text("units")
    }

    /// Returns the description of the values.
    #[must_use]
    pub fn long_name(&self) -> Option<&str> {
        self.attributes.text("long_name")
    }

    /// Returns the coordinate of this name, or `None` if there is none.
    #[must_use]
    pub fn coordinate(&self, name: &str) -> Option<&Coordinate> {
        self.coordinates
            .iter()
            .find(|coordinate| coordinate.name == name)
    }

    /// Returns the index of the axis of this dimension, or `None` if there is none.
    #[must_use]
    pub fn axis(&self, dimension: &str) -> Option<usize> {
        self.dimensions
            .iter()
            .position(|candidate| candidate.name == dimension)
    }

    /// Returns true if an axis is time: an unlimited dimension, or one with a coordinate in time
    /// units.
    pub(crate) fn is_time(&self, axis: usize) -> bool {
        self.dimensions.get(axis).is_some_and(|dimension| {
            let coordinate = self.coordinate(&dimension.name);
            let units = coordinate.and_then(|coordinate| coordinate.attributes.text("units"));
            dimension.is_unlimited || units.is_some_and(|units| units.contains(" since "))
        })
    }

    /// Checks that dimensions and coordinates agree with the values. Functions that write a field
    /// call this first.
    ///
    /// # Errors
    ///
    /// [`FormatError::ShapeMismatch`] for the first array that does not agree.
    pub fn validate(&self) -> Result<()> {
        let lengths: Vec<usize> = self.dimensions.iter().map(|d| d.len).collect();
        if lengths != self.values.shape() {
            return Err(FormatError::ShapeMismatch {
                item: format!("the values of {:?}", self.name),
                expected: lengths,
                found: self.values.shape().to_vec(),
            });
        }
        for coordinate in &self.coordinates {
            if !coordinate.is_consistent() {
                return Err(FormatError::ShapeMismatch {
                    item: format!("the values of coordinate {:?}", coordinate.name),
                    expected: coordinate.shape(),
                    found: vec![coordinate.values.len()],
                });
            }
            let found = coordinate.shape();
            // A dimension that the field lacks, such as the vertices of bounds, has the
            // coordinate's length.
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
                    item: format!("coordinate {:?}", coordinate.name),
                    expected,
                    found,
                });
            }
        }
        Ok(())
    }
}

/// The numbers that mark missing values in a file, in the element type of [`Field::values`].
///
/// There are none for a packed variable, because its fill values are packed numbers, which are in
/// [`Packing`].
///
/// ```
/// use fieldreel_formats::Missing;
///
/// let missing = Missing::default().with_fill_value(-1e30_f32).with_missing_value(-999.0_f32);
/// assert_eq!(missing.fill_value, Some((-1e30_f32).into()));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Missing {
    /// The `_FillValue`, which replaces NaN on writing. With `None`, NaN is written as NaN.
    pub fill_value: Option<Scalar>,
    /// The numbers of `missing_value`, which also mark missing values.
    pub missing_values: Vec<Scalar>,
}

impl Missing {
    /// Sets the `_FillValue`.
    #[must_use]
    pub fn with_fill_value(mut self, value: impl Into<Scalar>) -> Self {
        self.fill_value = Some(value.into());
        self
    }

    /// Adds a number of `missing_value`.
    #[must_use]
    pub fn with_missing_value(mut self, value: impl Into<Scalar>) -> Self {
        self.missing_values.push(value.into());
        self
    }
}

/// The packing of a variable in a file: `value = packed × scale_factor + add_offset`.
///
/// ```
/// use fieldreel_formats::Packing;
///
/// let packing = Packing::new(0.5, 270.0).with_fill_values(vec![-32768.0]);
/// let unpack = |packed: f64| packed * packing.scale_factor + packing.add_offset;
/// assert_eq!(unpack(20.0), 280.0);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Packing {
    /// The factor `scale_factor`; 1 if the attribute is absent.
    pub scale_factor: f64,
    /// The offset `add_offset`; 0 if the attribute is absent.
    pub add_offset: f64,
    /// The fill values as packed numbers: `_FillValue`, then those of `missing_value`.
    pub fill_values: Vec<f64>,
}

impl Packing {
    /// Creates a packing without fill values.
    #[must_use]
    pub fn new(scale_factor: f64, add_offset: f64) -> Self {
        Self {
            scale_factor,
            add_offset,
            fill_values: Vec::new(),
        }
    }

    /// Sets the fill values, which are packed numbers.
    #[must_use]
    pub fn with_fill_values(mut self, values: Vec<f64>) -> Self {
        self.fill_values = values;
        self
    }
}
