//! What people use today, to compare with.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use fieldreel::formats::{
    Field, GribGrid, GribOptions, NetcdfOptions, read_grib, read_netcdf, write_grib, write_netcdf,
};
use ndarray::{Array3, ArrayView3};

use crate::half;
use crate::method::Value;

/// A baseline of the original tool's comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Baseline {
    /// NetCDF-4, not compressed.
    Ncu,
    /// NetCDF-4, deflate 9 and shuffle.
    NcZip,
    /// GRIB 2, CCSDS packing, 16 bits.
    GribAec,
    /// Every second point along each axis as `NcZip`, and linear interpolation.
    HalfRes,
}

impl Baseline {
    pub(crate) const ALL: [Self; 4] = [Self::Ncu, Self::NcZip, Self::GribAec, Self::HalfRes];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ncu => "NCU",
            Self::NcZip => "NCZip",
            Self::GribAec => "GribAEC",
            Self::HalfRes => "HalfRes",
        }
    }

    pub(crate) const fn codec(self) -> &'static str {
        match self {
            Self::Ncu => "none",
            Self::NcZip | Self::HalfRes => "deflate",
            Self::GribAec => "ccsds",
        }
    }

    pub(crate) const fn bit_depth<T: Value>(self) -> u8 {
        match self {
            Self::GribAec => 16,
            _ => 8 * size_of::<T>() as u8,
        }
    }
}

pub(crate) fn encode<T: Value>(
    baseline: Baseline,
    frames: ArrayView3<'_, T>,
    folder: &Path,
) -> Result<PathBuf, Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let stored = match baseline {
        Baseline::HalfRes => half::every_second(frames),
        _ => frames.to_owned(),
    };
    let field = Field::new("field", T::into_values(stored), &["time", "y", "x"])?;
    let path = match baseline {
        Baseline::GribAec => folder.join("field.grib2"),
        _ => folder.join("field.nc"),
    };
    match baseline {
        Baseline::Ncu => write_netcdf(&path, &field, &NetcdfOptions::uncompressed())?,
        Baseline::NcZip | Baseline::HalfRes => {
            write_netcdf(&path, &field, &NetcdfOptions::deflate(9))?;
        }
        Baseline::GribAec => write_grib(&path, &field, &index_grid())?,
    }
    Ok(path)
}

pub(crate) fn decode<T: Value>(
    baseline: Baseline,
    path: &Path,
    shape: (usize, usize, usize),
) -> Result<Array3<T>, Box<dyn Error>> {
    let field = match baseline {
        Baseline::GribAec => read_grib(path, None)?,
        _ => read_netcdf(path, Some("field"))?,
    };
    // One frame of a GRIB file has no time axis.
    let stored = T::from_values(field.values).ok_or("the baseline came back in another shape")?;
    Ok(match baseline {
        Baseline::HalfRes => half::interpolate(stored.view(), shape),
        _ => stored,
    })
}

/// The field has no coordinates: its points are numbered instead.
fn index_grid() -> GribOptions {
    GribOptions::default().with_grid(GribGrid::Index)
}
