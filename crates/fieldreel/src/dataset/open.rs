//! Input files in NetCDF or GRIB.

use std::path::Path;

use fieldreel_formats::dataset::DatasetSource;
use fieldreel_formats::{DEFAULT_LIMITS, FormatError, Limits, NetcdfDataset};

use crate::Error;

/// An open NetCDF or GRIB file.
pub(super) enum InputFile {
    Netcdf(Box<NetcdfDataset>),
    #[cfg(feature = "grib")]
    Grib(Box<fieldreel_formats::GribDataset>),
}

impl InputFile {
    /// Opens a file. The format is detected from the content, not from the name.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let limits = DEFAULT_LIMITS;
        crate::register_hdf5_filter()?;
        match NetcdfDataset::open(path, &limits) {
            Err(FormatError::WrongFormat { .. }) => Self::open_grib(path, &limits),
            opened => Ok(Self::Netcdf(Box::new(opened?))),
        }
    }

    #[cfg(feature = "grib")]
    fn open_grib(path: &Path, limits: &Limits) -> Result<Self, Error> {
        match fieldreel_formats::GribDataset::open(path, limits) {
            Err(FormatError::WrongFormat { path, .. }) => Err(FormatError::WrongFormat {
                path,
                format: "NetCDF or GRIB",
            }
            .into()),
            opened => Ok(Self::Grib(Box::new(opened?))),
        }
    }

    #[cfg(not(feature = "grib"))]
    fn open_grib(path: &Path, _: &Limits) -> Result<Self, Error> {
        Err(FormatError::WrongFormat {
            path: path.to_owned(),
            format: "NetCDF",
        }
        .into())
    }

    pub(super) fn source(&self) -> &dyn DatasetSource {
        match self {
            Self::Netcdf(dataset) => &**dataset,
            #[cfg(feature = "grib")]
            Self::Grib(dataset) => &**dataset,
        }
    }

    /// Returns the NetCDF file, from which attributes can be copied byte by byte; `None` for GRIB.
    pub(super) fn netcdf(&self) -> Option<&NetcdfDataset> {
        match self {
            Self::Netcdf(dataset) => Some(dataset),
            #[cfg(feature = "grib")]
            Self::Grib(_) => None,
        }
    }
}

/// Returns the number of bytes of a file.
pub(super) fn file_len(path: &Path) -> Result<u64, Error> {
    let metadata = std::fs::metadata(path).map_err(|source| Error::Io {
        path: Some(path.to_owned()),
        source,
    })?;
    Ok(metadata.len())
}
