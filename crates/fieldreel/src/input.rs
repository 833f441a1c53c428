//! Reading of a field from a file of any supported format.

use std::path::Path;

use fieldreel_formats::Field;

use crate::Error;

/// Reads a variable of a file as a [`Field`]. The extension of the file name determines the
/// format.
///
/// | extension | format | `variable` |
/// |---|---|---|
/// | `.nc`, `.nc4`, `.cdf` | NetCDF | the name of a variable; by default the first floating-point variable of two or more dimensions |
/// | `.grib`, `.grb`, `.grib2`, `.grb2` | GRIB | a `shortName`; by default the only one |
/// | `.zarr` | Zarr, in a folder | as for NetCDF |
/// | `.mp4`, `.mkv` | video of this crate or of the original tool | the name that the field gets; by default `field` |
/// | `.reel` | reel | the name that the field gets; by default the name in the reel |
///
/// ```
/// use fieldreel::{Compressor, ErrorBound, Metadata, read_field};
/// use ndarray::Array3;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("wind.reel");
/// let wind = Array3::from_shape_fn((20, 30, 40), |(t, y, x)| (t + x) as f32 + y as f32 / 7.0);
/// Compressor::new(ErrorBound::Absolute(0.01))
///     .with_metadata(Metadata::new("wind"))
///     .write(&path, &wind)?;
/// let field = read_field(&path, None)?;
/// assert_eq!((field.name.as_str(), field.shape()), ("wind", &[20, 30, 40][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// - [`Error::UnknownFormat`] for another extension.
/// - [`Error::FeatureMissing`] if this build cannot read the format.
/// - [`Error::Format`] if a NetCDF or GRIB file or a Zarr store cannot be read.
/// - The errors of `video_to_array` if a video cannot be read.
/// - [`Error::Io`], [`Error::Reel`] or [`Error::IncompleteReel`] if a reel cannot be read, or has
///   more than 1 GiB of values. [`open_reel`](crate::open_reel) accepts other limits.
pub fn read_field(path: impl AsRef<Path>, variable: Option<&str>) -> Result<Field, Error> {
    let path = path.as_ref();
    let extension = path
        .extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase());
    match extension.as_deref() {
        Some("nc" | "nc4" | "cdf") => netcdf(path, variable),
        Some("grib" | "grb" | "grib2" | "grb2") => grib(path, variable),
        Some("zarr") => zarr(path, variable),
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

#[cfg(feature = "zarr")]
fn zarr(path: &Path, variable: Option<&str>) -> Result<Field, Error> {
    let limits = fieldreel_formats::DEFAULT_LIMITS;
    let file = crate::dataset::open_zarr(path, &limits)?;
    Ok(fieldreel_formats::read_dataset_field(
        &file, path, variable, &limits,
    )?)
}

#[cfg(not(feature = "zarr"))]
fn zarr(path: &Path, _: Option<&str>) -> Result<Field, Error> {
    Err(Error::FeatureMissing {
        path: path.to_owned(),
        feature: "zarr",
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
