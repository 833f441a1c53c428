//! Formats of files, which their extensions select.

use std::path::Path;

/// The format of a file or a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileFormat {
    Netcdf,
    Grib,
    /// A folder with the metadata of Zarr.
    Zarr,
    Video,
    Reel,
}

impl FileFormat {
    /// Returns the format that the extension of a path selects; `None` for an unknown extension.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_string_lossy().to_ascii_lowercase();
        match extension.as_str() {
            "nc" | "nc4" | "cdf" => Some(Self::Netcdf),
            "grib" | "grb" | "grib2" | "grb2" => Some(Self::Grib),
            "zarr" => Some(Self::Zarr),
            "mp4" | "mkv" => Some(Self::Video),
            "reel" => Some(Self::Reel),
            _ => None,
        }
    }

    /// Returns true for the formats of whole files, which have several variables.
    pub(crate) const fn is_dataset(self) -> bool {
        matches!(self, Self::Netcdf | Self::Grib | Self::Zarr)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_selects_the_format() {
        let of = |path: &str| FileFormat::of(Path::new(path));
        assert_eq!(of("a/b.NC"), Some(FileFormat::Netcdf));
        assert_eq!(of("b.grib2"), Some(FileFormat::Grib));
        assert_eq!(of("a/b.zarr/"), Some(FileFormat::Zarr));
        assert_eq!(of("x.y.reel"), Some(FileFormat::Reel));
        assert_eq!(of("v.mkv"), Some(FileFormat::Video));
        assert_eq!((of("reel"), of("-")), (None, None));
    }
}
