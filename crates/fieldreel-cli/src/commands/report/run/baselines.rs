//! Common formats as baselines of the comparison.

use std::fs;
use std::path::{Path, PathBuf};

use fieldreel::formats::{
    Field, GribGrid, GribOptions, NetcdfOptions, read_grib, read_netcdf, write_grib, write_netcdf,
};
use ndarray::{Array3, ArrayView3};

use super::half_resolution;
use super::method::FieldValue;
use crate::error::Result;

/// A baseline of the original tool's comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Baseline {
    /// NetCDF-4 without compression.
    Ncu,
    /// NetCDF-4 with shuffle and deflate at level 9.
    NcZip,
    /// GRIB 2 with CCSDS packing in 16 bits.
    GribAec,
    /// Every second point along each axis, stored as by `NcZip` and interpolated linearly.
    HalfRes,
}

impl Baseline {
    pub(super) const ALL: [Self; 4] = [Self::Ncu, Self::NcZip, Self::GribAec, Self::HalfRes];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Ncu => "NCU",
            Self::NcZip => "NCZip",
            Self::GribAec => "GribAEC",
            Self::HalfRes => "HalfRes",
        }
    }

    pub(super) const fn codec(self) -> &'static str {
        match self {
            Self::Ncu => "none",
            Self::NcZip | Self::HalfRes => "deflate",
            Self::GribAec => "ccsds",
        }
    }

    pub(super) const fn bit_depth<T: FieldValue>(self) -> u8 {
        match self {
            Self::GribAec => 16,
            _ => 8 * size_of::<T>() as u8,
        }
    }
}

pub(super) fn encode<T: FieldValue>(
    baseline: Baseline,
    frames: ArrayView3<'_, T>,
    folder: &Path,
) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let stored = match baseline {
        Baseline::HalfRes => half_resolution::subsample(frames),
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

pub(super) fn decode<T: FieldValue>(
    baseline: Baseline,
    path: &Path,
    shape: (usize, usize, usize),
) -> Result<Array3<T>> {
    let field = match baseline {
        Baseline::GribAec => read_grib(path, None)?,
        _ => read_netcdf(path, Some("field"))?,
    };
    let stored = T::from_values(field.values).ok_or("the decoded baseline has another shape")?;
    Ok(match baseline {
        Baseline::HalfRes => half_resolution::interpolate(stored.view(), shape),
        _ => stored,
    })
}

/// Returns options for a field without coordinates, whose grid points are numbered.
fn index_grid() -> GribOptions {
    GribOptions::default().with_grid(GribGrid::Index)
}
