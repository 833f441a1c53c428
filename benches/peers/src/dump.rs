//! Export of fields as raw files for other programs.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::arguments::Arguments;
use crate::fields::FieldData;

/// Writes each field of the arguments into `folder` and prints the paths of the files.
pub(crate) fn run(arguments: &Arguments, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for source in arguments.sources()? {
        if let Some(field) = source.load()? {
            println!("{}", write(&field, folder)?.display());
        }
    }
    Ok(())
}

/// Writes the values as little-endian single precision, of axis order `(time, y, x)`.
///
/// Missing values are NaN. The name of the file contains the name and the shape of the field.
fn write(field: &FieldData, folder: &Path) -> Result<PathBuf> {
    let [frames, height, width] = field.shape();
    let path = folder.join(format!("{}.{frames}.{height}.{width}.f32", field.name));
    let mut bytes = Vec::with_capacity(field.bytes() as usize);
    for value in &field.values {
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    fieldreel_core::files::write(&path, &bytes)
        .map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array3;

    #[test]
    fn the_file_contains_the_values_and_its_name_the_shape() {
        let mut values =
            Array3::from_shape_fn((2, 3, 5), |(t, y, x)| (100 * t + 10 * y + x) as f32);
        values[[1, 0, 2]] = f32::NAN;
        let field = FieldData::new("small", values.clone()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = write(&field, folder.path()).unwrap();
        assert_eq!(path.file_name().unwrap(), "small.2.3.5.f32");
        let bytes = fs::read(path).unwrap();
        let words = bytes.chunks_exact(4);
        let back: Vec<f32> = words
            .map(|w| f32::from_le_bytes([w[0], w[1], w[2], w[3]]))
            .collect();
        assert_eq!(back.len(), 30);
        let same = |(a, b): (&f32, &f32)| a == b || (a.is_nan() && b.is_nan());
        assert!(values.iter().zip(&back).all(same));
    }
}
