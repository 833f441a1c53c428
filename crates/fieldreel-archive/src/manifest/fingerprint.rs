//! Sizes, times and checksums of files.

use std::fs::{self, File};
use std::hash::Hasher;
use std::io::Read;
use std::path::Path;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use twox_hash::XxHash64;

use crate::{ArchiveError, Result};

/// The size and the time of modification of a file, by which a change of it is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fingerprint {
    /// The size in bytes.
    pub bytes: u64,
    /// The time of modification in nanoseconds since 1970-01-01 UTC.
    pub modified: i64,
}

/// Returns the size and the time of modification of a file.
pub(crate) fn fingerprint(path: &Path) -> Result<Fingerprint> {
    let metadata = fs::metadata(path).map_err(ArchiveError::io(path))?;
    let modified = metadata.modified().map_err(ArchiveError::io(path))?;
    Ok(Fingerprint {
        bytes: metadata.len(),
        modified: nanoseconds(modified),
    })
}

/// Returns the nanoseconds from 1970-01-01 UTC to a time. Times beyond the years 1677 to 2262 are
/// replaced by the nearest one of them.
pub(crate) fn nanoseconds(time: SystemTime) -> i64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => {
            let before = i64::try_from(before.duration().as_nanos());
            before.map_or(i64::MIN, |nanoseconds| -nanoseconds)
        }
    }
}

/// Returns the size and the XXH64 of a file.
pub(crate) fn file_checksum(path: &Path) -> Result<(u64, u64)> {
    let io = ArchiveError::io(path);
    let mut file = File::open(path).map_err(&io)?;
    let mut hasher = XxHash64::with_seed(0);
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        match file.read(&mut buffer).map_err(&io)? {
            0 => return Ok((bytes, hasher.finish())),
            count => {
                hasher.write(&buffer[..count]);
                bytes += count as u64;
            }
        }
    }
}

/// Returns the XXH64 of a text.
pub(crate) fn text_checksum(text: &str) -> u64 {
    let mut hasher = XxHash64::with_seed(0);
    hasher.write(text.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn checksums_are_those_of_the_reference_implementation() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc");
        fs::write(&path, "abc").unwrap();
        assert_eq!(file_checksum(&path).unwrap(), (3, 0x44bc_2cf5_ad77_0999));
        assert_eq!(text_checksum("abc"), 0x44bc_2cf5_ad77_0999);
        fs::write(&path, vec![b'a'; 200_000]).unwrap();
        let (bytes, sum) = file_checksum(&path).unwrap();
        assert_eq!((bytes, sum), (200_000, text_checksum(&"a".repeat(200_000))));
    }

    #[test]
    fn times_have_nanoseconds_of_either_sign() {
        let epoch = SystemTime::UNIX_EPOCH;
        let second = Duration::new(1, 7);
        assert_eq!(nanoseconds(epoch + second), 1_000_000_007);
        assert_eq!(nanoseconds(epoch - second), -1_000_000_007);
    }
}
