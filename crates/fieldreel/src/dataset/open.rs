//! Inputs: files in NetCDF or GRIB, and Zarr stores.

use std::path::Path;

use fieldreel_formats::dataset::DatasetSource;
use fieldreel_formats::{DEFAULT_LIMITS, FormatError, Limits, NetcdfDataset};

use crate::Error;

/// An open NetCDF or GRIB file or Zarr store.
pub(super) enum InputFile {
    Netcdf(Box<NetcdfDataset>),
    #[cfg(feature = "grib")]
    Grib(Box<fieldreel_formats::GribDataset>),
    #[cfg(feature = "zarr")]
    Zarr(Box<fieldreel_formats::ZarrDataset>),
}

impl InputFile {
    /// Opens a file or a folder. The format is detected from the content, not from the name: a
    /// folder is a Zarr store.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let limits = DEFAULT_LIMITS;
        // The output may need the filter, too.
        crate::register_hdf5_filter()?;
        if path.is_dir() {
            return Self::open_zarr(path, &limits);
        }
        match NetcdfDataset::open(path, &limits) {
            Err(FormatError::WrongFormat { .. }) => Self::open_grib(path, &limits),
            opened => Ok(Self::Netcdf(Box::new(opened?))),
        }
    }

    #[cfg(feature = "zarr")]
    fn open_zarr(path: &Path, limits: &Limits) -> Result<Self, Error> {
        Ok(Self::Zarr(Box::new(open_zarr(path, limits)?)))
    }

    #[cfg(not(feature = "zarr"))]
    fn open_zarr(path: &Path, _: &Limits) -> Result<Self, Error> {
        Err(Error::FeatureMissing {
            path: path.to_owned(),
            feature: "zarr",
        })
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
            #[cfg(feature = "zarr")]
            Self::Zarr(dataset) => &**dataset,
        }
    }

    /// Returns the Zarr store, which several threads may read; `None` for other formats, whose C
    /// libraries are not thread-safe.
    pub(super) fn threaded_source(&self) -> Option<&(dyn DatasetSource + Sync)> {
        match self {
            #[cfg(feature = "zarr")]
            Self::Zarr(dataset) => Some(&**dataset),
            _ => None,
        }
    }

    /// Returns the NetCDF file, from which attributes can be copied byte by byte; `None` for other
    /// formats.
    pub(super) fn netcdf(&self) -> Option<&NetcdfDataset> {
        match self {
            Self::Netcdf(dataset) => Some(dataset),
            #[cfg(feature = "grib")]
            Self::Grib(_) => None,
            #[cfg(feature = "zarr")]
            Self::Zarr(_) => None,
        }
    }
}

/// Opens a Zarr store, whose chunks may be segments of the codec `fieldreel`.
///
/// ```
/// use fieldreel::ErrorBound;
/// use fieldreel::dataset::{DatasetOptions, compress_dataset, open_zarr};
/// use fieldreel::formats::{DEFAULT_LIMITS, Field, NetcdfOptions, write_netcdf};
/// use ndarray::Array3;
///
/// let folder = tempfile::tempdir()?;
/// let [input, output] = ["wind.nc", "wind.zarr"].map(|name| folder.path().join(name));
/// let wind = Array3::from_shape_fn((12, 30, 40), |(t, y, x)| (t + x) as f32 + y as f32 / 7.0);
/// let field = Field::new("wind", wind.into_dyn(), &["time", "y", "x"])?;
/// write_netcdf(&input, &field, &NetcdfOptions::uncompressed())?;
///
/// compress_dataset(&input, &output, &DatasetOptions::new(ErrorBound::Absolute(0.01)))?;
/// let store = open_zarr(&output, &DEFAULT_LIMITS)?;
/// let (codec, configuration) = store.codec(0).ok_or("no variable")?;
/// assert_eq!(codec, "fieldreel");
/// assert!(configuration.contains("abs:0.01") || configuration.contains("abs:1e-2"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Format`] with the errors of [`ZarrDataset::open`](fieldreel_formats::ZarrDataset::open).
#[cfg(feature = "zarr")]
pub fn open_zarr(
    path: impl AsRef<Path>,
    limits: &Limits,
) -> Result<fieldreel_formats::ZarrDataset, Error> {
    super::output::register_zarr_codec();
    Ok(fieldreel_formats::ZarrDataset::open(path, limits)?)
}

/// Returns the number of bytes of a file or of the files in a folder.
pub(super) fn stored_bytes(path: &Path) -> Result<u64, Error> {
    fieldreel_core::files::stored_bytes(path).map_err(|source| Error::Io {
        path: Some(path.to_owned()),
        source,
    })
}
