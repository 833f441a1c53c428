//! Whether an MP4 file is whole.
//!
//! FFmpeg reads an MP4 whose last box is cut short without a word; when that box held the tags,
//! the video would come back in another shape. Box layout: ISO/IEC 14496-12, section 4.2.

use std::io::{Read, Result, Seek, SeekFrom};

use super::container::Container;

/// How many bytes an MP4 file should have and has, if it is cut short within a box.
///
/// The source is left at its start. What is no MP4 file is not judged.
pub(super) fn find_truncation<R: Read + Seek>(source: &mut R) -> Result<Option<(u64, u64)>> {
    let length = source.seek(SeekFrom::End(0))?;
    let mut start = 0;
    let mut truncation = None;
    // A box has at least 8 bytes, so this ends.
    while length - start >= 8 {
        source.seek(SeekFrom::Start(start))?;
        let mut header = [0; 8];
        source.read_exact(&mut header)?;
        let [s0, s1, s2, s3, ..] = header;
        if start == 0 && Container::from_signature(header) != Some(Container::Mp4) {
            break;
        }
        let size = match u32::from_be_bytes([s0, s1, s2, s3]) {
            // To the end of the file.
            0 => length - start,
            // Too long for 32 bits: 64 more follow.
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
            // Fewer than 8 bytes are no box: FFmpeg ignores them, and nothing of ours ends so.
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
