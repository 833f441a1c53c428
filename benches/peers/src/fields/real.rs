//! Fields in files: the sample that ships, and larger ones that do not.

use std::path::{Path, PathBuf};

use fieldreel::formats::FieldValues;
use fieldreel::read_field;
use ndarray::Array3;

use crate::Outcome;

/// The name of the field that is itself a decoded video.
pub(super) const DECODED_VIDEO: &str = "u";

/// A field in a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Real {
    pub(crate) name: &'static str,
    file: &'static str,
    variable: Option<&'static str>,
    ships: bool,
}

impl Real {
    /// In the order of the tables.
    pub(crate) const ALL: [Self; 7] = [
        Self::new("sample", "navy_winds_uwnd.nc", None).shipped(),
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

    /// A field that does not ship; the only variable of its file if none is named.
    const fn new(name: &'static str, file: &'static str, variable: Option<&'static str>) -> Self {
        Self {
            name,
            file,
            variable,
            ships: false,
        }
    }

    /// The same, shipped.
    const fn shipped(mut self) -> Self {
        self.ships = true;
        self
    }

    /// Where the file is looked for. Those that do not ship: in the folder that `FIELDREEL_DATA`
    /// names, else in `shared/data` beside the checkout.
    fn path(&self) -> PathBuf {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folder = match std::env::var_os("FIELDREEL_DATA") {
            _ if self.ships => root.join("data"),
            Some(folder) => PathBuf::from(folder),
            None => root.join("../shared/data"),
        };
        folder.join(self.file)
    }

    /// The length of the file; `None` if it is not here.
    pub(super) fn file_bytes(&self) -> Option<u64> {
        self.path().metadata().ok().map(|file| file.len())
    }

    /// The values, leading axes folded into time; `None`, with a line that says so, if the file is
    /// not here.
    pub(super) fn load(&self) -> Outcome<Option<Array3<f32>>> {
        let path = self.path();
        if !path.exists() {
            eprintln!(
                "skipped: {} ({} is not there; FIELDREEL_DATA names the folder)",
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
            return Err(format!("{} has no frames", self.name).into());
        };
        let folded = (leading.iter().product(), *height, *width);
        Ok(Some(values.into_shape_with_order(folded)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_ships() {
        let sample = Real::ALL[0].load().unwrap().unwrap();
        assert_eq!(sample.dim(), (60, 73, 144));
        assert!(sample.iter().all(|x| x.is_finite()));
    }
}
