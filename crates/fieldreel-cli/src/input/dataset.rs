//! NetCDF and GRIB files and Zarr stores as a whole: their variables, with the bounds that they record.

use std::path::Path;

use fieldreel::formats::dataset::{DatasetSource, Schema, VariableSchema};
use fieldreel::formats::{DEFAULT_LIMITS, FormatError, NetcdfDataset};
use fieldreel::{Criterion, ErrorBound};
use fieldreel_hdf5_filter::{FILTER_ID, Parameters};
use serde::Serialize;

use crate::error::Result;

/// An open NetCDF or GRIB file or Zarr store.
pub(crate) enum DatasetFile {
    Netcdf(Box<NetcdfDataset>),
    #[cfg(feature = "grib")]
    Grib(Box<fieldreel::formats::GribDataset>),
    #[cfg(feature = "zarr")]
    Zarr(Box<fieldreel::formats::ZarrDataset>),
}

/// The name of the Zarr codec of fieldreel.
#[cfg(feature = "zarr")]
const ZARR_CODEC: &str = "fieldreel";

/// A variable of a file, which `--json` prints in this form.
#[derive(Serialize)]
pub(crate) struct VariableDescription {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) shape: Vec<usize>,
    /// The role of the variable in the file, such as `data` or `coordinate`.
    pub(crate) role: String,
    /// The bound that the file records, in attributes or as parameters of the HDF5 filter or of the
    /// Zarr codec; `null` if the variable is lossless.
    pub(crate) bound: Option<String>,
    /// The bound or target that was asked for, if it is another one.
    pub(crate) requested: Option<String>,
    /// The largest error that the file records, in the unit of the variable.
    pub(crate) max_abs_error: Option<f64>,
    /// `segments` if the HDF5 filter or the Zarr codec of fieldreel stores the values; otherwise
    /// empty.
    pub(crate) stored: &'static str,
}

impl DatasetFile {
    /// Opens a file or a folder. The format is detected from the content, not from the name: a
    /// folder is a Zarr store.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        if path.is_dir() {
            return Self::open_zarr(path);
        }
        fieldreel::register_hdf5_filter()?;
        match NetcdfDataset::open(path, &DEFAULT_LIMITS) {
            Err(FormatError::WrongFormat { .. }) => Self::open_grib(path),
            opened => Ok(Self::Netcdf(Box::new(opened?))),
        }
    }

    #[cfg(feature = "zarr")]
    fn open_zarr(path: &Path) -> Result<Self> {
        let opened = fieldreel::dataset::open_zarr(path, &DEFAULT_LIMITS)?;
        Ok(Self::Zarr(Box::new(opened)))
    }

    #[cfg(not(feature = "zarr"))]
    fn open_zarr(path: &Path) -> Result<Self> {
        let path = path.display().to_string();
        Err(crate::error::missing_feature(&path, "zarr"))
    }

    #[cfg(feature = "grib")]
    fn open_grib(path: &Path) -> Result<Self> {
        let opened = fieldreel::formats::GribDataset::open(path, &DEFAULT_LIMITS)?;
        Ok(Self::Grib(Box::new(opened)))
    }

    #[cfg(not(feature = "grib"))]
    fn open_grib(path: &Path) -> Result<Self> {
        let path = path.display().to_string();
        Err(crate::error::missing_feature(&path, "grib"))
    }

    /// Returns the name of the format.
    pub(crate) const fn format(&self) -> &'static str {
        match self {
            Self::Netcdf(_) => "netcdf",
            #[cfg(feature = "grib")]
            Self::Grib(_) => "grib",
            #[cfg(feature = "zarr")]
            Self::Zarr(_) => "zarr",
        }
    }

    /// Returns the reader of the values.
    pub(crate) fn source(&self) -> &dyn DatasetSource {
        match self {
            Self::Netcdf(dataset) => &**dataset,
            #[cfg(feature = "grib")]
            Self::Grib(dataset) => &**dataset,
            #[cfg(feature = "zarr")]
            Self::Zarr(dataset) => &**dataset,
        }
    }

    /// Returns the structure of the file.
    pub(crate) fn schema(&self) -> &Schema {
        self.source().schema()
    }

    /// Returns the descriptions of all variables, in file order.
    pub(crate) fn variables(&self) -> Vec<VariableDescription> {
        let schema = self.schema();
        let variables = schema.variables.iter().zip(schema.roles()).enumerate();
        variables
            .map(|(number, (variable, role))| VariableDescription {
                name: schema.full_name(variable),
                kind: format!("{:?}", variable.kind).to_lowercase(),
                shape: schema.shape(variable),
                role: role.to_string(),
                bound: self.recorded_bound(number).map(|bound| bound.to_string()),
                requested: text(variable, "lossy_compression_requested"),
                max_abs_error: recorded_error(variable),
                stored: match self.recorded_criterion(number) {
                    Some(_) => "segments",
                    None => "",
                },
            })
            .collect()
    }

    /// Returns the bound that the file records for a variable, in the unit of the variable; `None`
    /// if the variable is lossless.
    ///
    /// `compress` records bounds in attributes. In files that other programs have written through
    /// the HDF5 filter or the Zarr codec, only its parameters state the bound, in the unit of the
    /// stored values.
    pub(crate) fn recorded_bound(&self, number: usize) -> Option<Criterion> {
        let variable = &self.schema().variables[number];
        if let Some(text) = text(variable, "lossy_compression_bound") {
            return text.parse().ok();
        }
        match self.recorded_criterion(number)?? {
            Criterion::Bound(ErrorBound::Lossless) => None,
            Criterion::Bound(ErrorBound::Absolute(bound)) => {
                let scale = variable.attributes.number("scale_factor").unwrap_or(1.0);
                Some(ErrorBound::Absolute(bound * scale.abs()).into())
            }
            other => Some(other),
        }
    }

    /// Returns the criterion that the parameters of the HDF5 filter or of the Zarr codec of
    /// fieldreel state, `Some(None)` if they are unknown; `None` if neither stores the values of a
    /// variable.
    fn recorded_criterion(&self, number: usize) -> Option<Option<Criterion>> {
        match self {
            Self::Netcdf(file) => {
                let parameters = file.filter_parameters(number, FILTER_ID.unsigned_abs());
                let parameters = Parameters::parse(&parameters.ok().flatten()?).ok();
                Some(parameters.map(|parameters| parameters.write.criterion))
            }
            #[cfg(feature = "grib")]
            Self::Grib(_) => None,
            #[cfg(feature = "zarr")]
            Self::Zarr(file) => {
                let (name, configuration) = file.codec(number)?;
                (name == ZARR_CODEC).then(|| {
                    let configuration: serde_json::Value =
                        serde_json::from_str(&configuration).ok()?;
                    configuration["bound"].as_str()?.parse().ok()
                })
            }
        }
    }

    /// Returns the key of the first segment of a variable of a Zarr store that is missing; `None`
    /// if no segment is, and for other variables and files.
    #[cfg_attr(not(feature = "zarr"), expect(unused_variables))]
    pub(crate) fn first_missing_segment(&self, number: usize) -> Result<Option<String>> {
        #[cfg(feature = "zarr")]
        if let Self::Zarr(file) = self
            && self.recorded_criterion(number).is_some()
        {
            return Ok(file.first_missing_chunk(number)?);
        }
        Ok(None)
    }
}

/// Returns the largest error that the attributes of a variable record.
pub(crate) fn recorded_error(variable: &VariableSchema) -> Option<f64> {
    variable
        .attributes
        .number("lossy_compression_max_absolute_error")
}

fn text(variable: &VariableSchema, attribute: &str) -> Option<String> {
    variable.attributes.text(attribute).map(str::to_owned)
}
