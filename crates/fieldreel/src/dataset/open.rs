//! A file of either format.

use std::path::Path;

use fieldreel_formats::dataset::Source;
use fieldreel_formats::{NetcdfDataset, ReadLimits};

use crate::Error;

/// An open file.
pub(super) enum Input {
    Netcdf(Box<NetcdfDataset>),
}

impl Input {
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let limits = ReadLimits::default();
        crate::register_hdf5_filter()?;
        Ok(Self::Netcdf(Box::new(NetcdfDataset::open(path, &limits)?)))
    }

    pub(super) fn source(&self) -> &dyn Source {
        match self {
            Self::Netcdf(dataset) => &**dataset,
        }
    }

    /// Where attributes can be copied from byte by byte.
    pub(super) fn netcdf(&self) -> Option<&NetcdfDataset> {
        match self {
            Self::Netcdf(dataset) => Some(dataset),
        }
    }
}

/// Bytes of a file.
pub(super) fn bytes_of(path: &Path) -> Result<u64, Error> {
    let metadata = std::fs::metadata(path).map_err(|source| Error::Io {
        path: path.to_owned(),
        source,
    })?;
    Ok(metadata.len())
}
