//! Detection of truncated MP4 files.
//!
//! FFmpeg reads an MP4 whose last box is truncated without an error. If that box held the tags,
//! the video would be decoded to another shape. Box layout: ISO/IEC 14496-12, section 4.2.

use std::io::{Read, Result, Seek, SeekFrom};

use super::container::Container;

/// Returns the expected and the actual length of an MP4 file, in bytes, if the file ends within a
/// box; otherwise `None`.
///
/// The source is rewound. Files of other formats are not checked.
///
/// # Errors
/// The error of the source, if it cannot be read.
pub(super) fn find_truncation<R: Read + Seek>(source: &mut R) -> Result<Option<(u64, u64)>> {
    let length = source.seek(SeekFrom::End(0))?;
    let mut start = 0;
    let mut truncation = None;
    // Every box has at least 8 bytes, so the loop ends.
    while length - start >= 8 {
        source.seek(SeekFrom::Start(start))?;
        let mut header = [0; 8];
        source.read_exact(&mut header)?;
        let [s0, s1, s2, s3, ..] = header;
        if start == 0 && Container::from_signature(header) != Some(Container::Mp4) {
            break;
        }
        let size = match u32::from_be_bytes([s0, s1, s2, s3]) {
            // The box extends to the end of the file.
            0 => length - start,
            // The size does not fit 32 bits: 64 bits follow.
            1 if length - start >= 16 => {
                source.read_exact(&mut header)?;
                u64::from_be_bytes(header)
            }
            1 => 16,
            size => u64::from(size),
        };
        let end = start.saturating_add(size.max(8));
        if end > length {
            truncation = Some((end, length));
            break;
        }
        start = end;
    }
    source.rewind()?;
    Ok(truncation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn mp4_file() -> Vec<u8> {
        let mut bytes = b"\0\0\0\x10ftypisom\0\0\0\0".to_vec();
        bytes.extend(b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x12ab");
        bytes.extend(b"\0\0\0\x0cmoovwxyz");
        bytes
    }

    #[test]
    fn truncation_within_a_box_is_found() {
        let complete = mp4_file();
        let boundaries = [16, 34, complete.len()];
        for end in 0..=complete.len() {
            let truncation = find_truncation(&mut Cursor::new(&complete[..end])).unwrap();
            // Fewer than 8 bytes are not a box: FFmpeg ignores them, and this crate writes none.
            let last_boundary = boundaries
                .iter()
                .filter(|&&b| b <= end)
                .max()
                .copied()
                .unwrap_or(0);
            assert_eq!(truncation.is_some(), end - last_boundary >= 8, "{end}");
        }
    }

    #[test]
    fn other_formats_are_ignored() {
        assert_eq!(
            find_truncation(&mut Cursor::new(b"\xff\xff\xff\xffmatroska")).unwrap(),
            None
        );
    }
}
