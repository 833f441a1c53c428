//! A field from any file that is read, by its extension.

use std::path::Path;

use fieldreel_formats::Field;

use crate::Error;

/// Reads a variable of a file as a [`Field`].
///
/// | extension | what | `variable` |
/// |---|---|---|
/// | `.nc`, `.nc4`, `.cdf` | NetCDF | a variable's name; by default the first float variable of two or more dimensions |
/// | `.grib`, `.grb`, `.grib2`, `.grb2` | GRIB | a `shortName`; by default the only one |
/// | `.mp4`, `.mkv` | a video of ours or of the original tool | the name to give to the field; by default `field` |
/// | `.reel` | a reel | the name to give to the field; by default the reel's |
///
/// # Errors
/// [`Error::UnknownFormat`] for another extension; [`Error::FeatureMissing`] if this build cannot
/// read the format; [`Error::Format`] for NetCDF and GRIB files, the errors of
/// [`video_to_array`](crate::video_to_array) for videos, and [`Error::Io`], [`Error::Reel`] or
/// [`Error::IncompleteReel`] for reels, that cannot be read. A reel of over 1 GiB of values is too
/// large: [`open_reel`](crate::open_reel) takes other limits.
pub fn read_field(path: impl AsRef<Path>, variable: Option<&str>) -> Result<Field, Error> {
    let path = path.as_ref();
    let extension = path
        .extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase());
    match extension.as_deref() {
        Some("nc" | "nc4" | "cdf") => netcdf(path, variable),
        Some("grib" | "grb" | "grib2" | "grb2") => grib(path, variable),
        Some("mp4" | "mkv") => video(path, variable),
        Some("reel") => crate::reels::read_reel(path, variable),
        _ => Err(Error::UnknownFormat {
            path: path.to_owned(),
        }),
    }
}

#[cfg(feature = "netcdf")]
fn netcdf(path: &Path, variable: Option<&str>) -> Result<Field, Error> {
    #[cfg(feature = "hdf5-filter")]
    crate::register_hdf5_filter()?;
    Ok(fieldreel_formats::read_netcdf(path, variable)?)
}

#[cfg(not(feature = "netcdf"))]
fn netcdf(path: &Path, _: Option<&str>) -> Result<Field, Error> {
    Err(Error::FeatureMissing {
        path: path.to_owned(),
        feature: "netcdf",
    })
}

#[cfg(feature = "grib")]
fn grib(path: &Path, variable: Option<&str>) -> Result<Field, Error> {
    Ok(fieldreel_formats::read_grib(path, variable)?)
}

#[cfg(not(feature = "grib"))]
fn grib(path: &Path, _: Option<&str>) -> Result<Field, Error> {
    Err(Error::FeatureMissing {
        path: path.to_owned(),
        feature: "grib",
    })
}

#[cfg(feature = "ffmpeg")]
fn video(path: &Path, variable: Option<&str>) -> Result<Field, Error> {
    use crate::video::{VideoValues, video_to_values};
    use fieldreel_formats::FieldValues;

    let values = match video_to_values(path)? {
        VideoValues::F32(values) => FieldValues::F32(values.into_dyn()),
        VideoValues::F64(values) => FieldValues::F64(values.into_dyn()),
    };
    Ok(Field::new(
        variable.unwrap_or("field"),
        values,
        &["time", "y", "x"],
    )?)
}

#[cfg(not(feature = "ffmpeg"))]
fn video(path: &Path, _: Option<&str>) -> Result<Field, Error> {
    Err(Error::FeatureMissing {
        path: path.to_owned(),
        feature: "ffmpeg",
    })
}
