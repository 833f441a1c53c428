//! Fields in files: the bundled sample, and larger fields that are not in the repository.

use std::path::{Path, PathBuf};

use fieldreel::formats::FieldValues;
use fieldreel::read_field;
use ndarray::Array3;

use crate::Result;

/// The name of the field that is a decoded video.
pub(super) const DECODED_VIDEO: &str = "u";

/// A field in a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RealField {
    pub(crate) name: &'static str,
    file: &'static str,
    variable: Option<&'static str>,
    is_bundled: bool,
}

impl RealField {
    /// All fields in the order of the tables.
    pub(crate) const ALL: [Self; 7] = [
        Self::new("sample", "navy_winds_uwnd.nc", None).bundled(),
        Self::new("wind", "monthly_navy_winds.nc", Some("UWND")),
        Self::new("wind-v", "monthly_navy_winds.nc", Some("VWND")),
        Self::new("t2m", "era5-2mt-2019-03-uk.grib", None),
        Self::new("a1b", "A1B_north_america.nc", None),
        Self::new("ocean", "ocean_atlas_subset.nc", Some("TEMP")),
        Self::new(
            DECODED_VIDEO,
            "legacy/video_min-6.076788168243806_max5.021517778572543_fc1301.mp4",
            None,
        ),
    ];

    /// Creates a field that is not bundled. `None` selects the only variable of the file.
    const fn new(name: &'static str, file: &'static str, variable: Option<&'static str>) -> Self {
        Self {
            name,
            file,
            variable,
            is_bundled: false,
        }
    }

    /// Marks the field as bundled.
    const fn bundled(mut self) -> Self {
        self.is_bundled = true;
        self
    }

    /// Returns the path of the file.
    ///
    /// Files that are not bundled are in the folder `FIELDREEL_DATA`, or by default in
    /// `shared/data` beside the repository.
    fn path(&self) -> PathBuf {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folder = match std::env::var_os("FIELDREEL_DATA") {
            _ if self.is_bundled => root.join("data"),
            Some(folder) => PathBuf::from(folder),
            None => root.join("../shared/data"),
        };
        folder.join(self.file)
    }

    /// Returns the length of the file, or `None` if it does not exist.
    pub(super) fn file_bytes(&self) -> Option<u64> {
        self.path().metadata().ok().map(|file| file.len())
    }

    /// Reads the values, with all leading axes merged into time.
    ///
    /// Returns `None` and prints a message if the file does not exist.
    pub(super) fn load(&self) -> Result<Option<Array3<f32>>> {
        let path = self.path();
        if !path.exists() {
            eprintln!(
                "skipped {}: {} not found; set FIELDREEL_DATA to its folder",
                self.name, self.file
            );
            return Ok(None);
        }
        let field = read_field(path, self.variable)?;
        let values = match field.values {
            FieldValues::F32(values) => values,
            values => values.to_f64().mapv(|x| x as f32),
        };
        let [leading @ .., height, width] = values.shape() else {
            return Err(format!("{} has fewer than two dimensions", self.name).into());
        };
        let folded = (leading.iter().product(), *height, *width);
        Ok(Some(values.into_shape_with_order(folded)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_sample_is_readable() {
        let sample = RealField::ALL[0].load().unwrap().unwrap();
        assert_eq!(sample.dim(), (60, 73, 144));
        assert!(sample.iter().all(|x| x.is_finite()));
    }
}
