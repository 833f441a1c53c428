//! Sizes and checksums of outputs: files, and Zarr stores, which are folders.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::manifest::{file_checksum, text_checksum};
use crate::{ArchiveError, Result};

/// The size of an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    /// The size of the file, or the sum of the sizes of the files of a folder, in bytes.
    pub(crate) bytes: u64,
    /// The number of files of a folder; `None` for a file.
    pub(crate) files: Option<u64>,
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.bytes;
        match self.files {
            Some(files) => write!(f, "{bytes} bytes in {files} files"),
            None => write!(f, "{bytes} bytes"),
        }
    }
}

/// Returns the size of an output, without reading it.
pub(crate) fn size(path: &Path) -> Result<Size> {
    let metadata = fs::metadata(path).map_err(ArchiveError::io(path))?;
    if !metadata.is_dir() {
        return Ok(Size {
            bytes: metadata.len(),
            files: None,
        });
    }
    let (mut bytes, mut files) = (0, 0);
    for file in files_of(path) {
        let file = file?;
        let metadata = fs::metadata(&file).map_err(ArchiveError::io(&file))?;
        bytes += metadata.len();
        files += 1;
    }
    Ok(Size {
        bytes,
        files: Some(files),
    })
}

/// Returns the size and the checksum of an output.
///
/// The checksum of a file is the XXH64 of its bytes. That of a folder is the XXH64 of a text with
/// a line for each file, in the order of the bytes of their paths: the XXH64 of the file in 16
/// hexadecimal digits, two spaces, and the path relative to the folder, with `/` between its
/// components. Folders without files do not count.
pub(crate) fn checksum(path: &Path) -> Result<(Size, u64)> {
    let metadata = fs::metadata(path).map_err(ArchiveError::io(path))?;
    if !metadata.is_dir() {
        let (bytes, xxh64) = file_checksum(path)?;
        return Ok((Size { bytes, files: None }, xxh64));
    }
    let files = files_of(path).map(|file| {
        let file = file?;
        Ok((name_in(path, &file), file))
    });
    let mut files = files.collect::<Result<Vec<_>>>()?;
    files.sort_unstable();
    let (mut total, mut list) = (0, String::new());
    for (name, file) in &files {
        let (bytes, xxh64) = file_checksum(file)?;
        total += bytes;
        list += &format!("{xxh64:016x}  {name}\n");
    }
    let size = Size {
        bytes: total,
        files: Some(files.len() as u64),
    };
    Ok((size, text_checksum(&list)))
}

/// Returns the paths of the files in a folder and its subfolders. Symbolic links are followed.
fn files_of(folder: &Path) -> impl Iterator<Item = Result<PathBuf>> {
    let walk = WalkDir::new(folder).follow_links(true).into_iter();
    walk.filter_map(move |entry| match entry {
        Ok(entry) if entry.file_type().is_dir() => None,
        Ok(entry) => Some(Ok(entry.into_path())),
        Err(error) => {
            let path = error.path().unwrap_or(folder).to_owned();
            Some(Err(ArchiveError::io(&path)(error.into())))
        }
    })
}

/// Returns the path of a file relative to a folder, with `/` between its components.
fn name_in(folder: &Path, file: &Path) -> String {
    let relative = file.strip_prefix(folder).unwrap_or(file);
    let parts = relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes files of these names and contents into a new folder.
    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    fn sum(files: &[(&str, &str)]) -> u64 {
        checksum(folder(files).path()).unwrap().1
    }

    /// `xxhsum -H1` prints the same list, and the same sum of the list.
    #[test]
    fn the_checksum_of_a_folder_is_that_of_a_list() {
        let files = [("t/c/0", "abc"), ("t-x", ""), ("zarr.json", "abc")];
        let list = "ef46db3751d8e999  t-x\n\
                    44bc2cf5ad770999  t/c/0\n\
                    44bc2cf5ad770999  zarr.json\n";
        let folder = folder(&files);
        let expected = Size {
            bytes: 6,
            files: Some(3),
        };
        let (size_of_sum, xxh64) = checksum(folder.path()).unwrap();
        assert_eq!((size_of_sum, xxh64), (expected, 0x6abc_1703_60e8_b329));
        assert_eq!(text_checksum(list), xxh64);
        assert_eq!(size(folder.path()).unwrap(), expected);
        assert_eq!(expected.to_string(), "6 bytes in 3 files");
        fs::create_dir(folder.path().join("empty")).unwrap();
        assert_eq!(checksum(folder.path()).unwrap().1, xxh64);
    }

    #[test]
    fn every_change_of_a_folder_changes_its_checksum() {
        let original = sum(&[("a", "1"), ("b", "2")]);
        for changed in [
            &[("a", "1"), ("b", "3")][..],
            &[("a", "2"), ("b", "1")],
            &[("a", "1"), ("c", "2")],
            &[("a", "1"), ("b", "2"), ("c", "")],
            &[("a", "1")],
            &[("a", "1"), ("b/0", "2")],
            &[],
        ] {
            assert_ne!(sum(changed), original, "{changed:?}");
        }
        assert_eq!(sum(&[("b", "2"), ("a", "1")]), original);
    }

    #[test]
    fn the_checksum_of_a_file_is_that_of_its_bytes() {
        let folder = folder(&[("a", "abc")]);
        let path = folder.path().join("a");
        let expected = Size {
            bytes: 3,
            files: None,
        };
        assert_eq!(checksum(&path).unwrap(), (expected, text_checksum("abc")));
        assert_eq!(size(&path).unwrap(), expected);
        let missing = size(&folder.path().join("none")).unwrap_err();
        assert!(missing.to_string().contains("none"), "{missing}");
    }

    #[cfg(unix)]
    #[test]
    fn links_count_as_the_files_that_they_lead_to() {
        let folder = folder(&[("a", "1"), ("b", "2")]);
        let before = checksum(folder.path()).unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let (link, target) = (folder.path().join("b"), elsewhere.path().join("moved"));
        fs::rename(&link, &target).unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert_eq!(checksum(folder.path()).unwrap(), before);
        assert_eq!(size(folder.path()).unwrap(), before.0);
        fs::remove_file(&target).unwrap();
        assert!(checksum(folder.path()).is_err() && size(folder.path()).is_err());
    }
}
