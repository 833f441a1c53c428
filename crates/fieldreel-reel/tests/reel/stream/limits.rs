//! Lengths in a file are checked against the limit before memory is allocated.

use fieldreel_reel::{Limits, Metadata, ReelError, ReelReader, compress};

use super::{exact, field};

/// Returns the CRC-32 of zlib and PNG.
fn crc(bytes: &[u8]) -> [u8; 4] {
    let mut crc = !0_u32;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = crc >> 1 ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    (!crc).to_le_bytes()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

fn with_checksum(parts: &[&[u8]]) -> Vec<u8> {
    let bytes = parts.concat();
    [bytes.as_slice(), &crc(&bytes)].concat()
}

fn header(height: u64, width: u64, metadata: u64) -> Vec<u8> {
    with_checksum(&[
        b"\x89REEL\r\n\x1a",
        &[1, 0],
        &varint(height),
        &varint(width),
        &varint(height),
        &varint(width),
        &varint(metadata),
    ])
}

fn head(first: u64, frames: u64, length: u64) -> Vec<u8> {
    with_checksum(&[
        b"\xdaSEG",
        &varint(first),
        &varint(frames),
        &varint(0),
        &varint(length),
    ])
}

fn try_open(
    parts: &[&[u8]],
) -> Result<ReelReader<std::io::Cursor<std::sync::Arc<[u8]>>>, ReelError> {
    ReelReader::from_bytes(parts.concat(), Limits::default())
}

#[test]
fn a_huge_frame_exceeds_the_limit() {
    for side in [1 << 20, 1 << 40, u64::MAX] {
        let claimed = try_open(&[&header(side, side, 0)]);
        assert!(matches!(
            claimed,
            Err(ReelError::LimitExceeded { .. } | ReelError::Corrupt { .. })
        ));
    }
}

#[test]
fn huge_metadata_are_lost_without_allocation() {
    let reader = try_open(&[&header(3, 4, u64::MAX), b"short"]).unwrap();
    assert!(reader.integrity().metadata_is_lost && reader.segments().is_empty());
}

#[test]
fn reading_a_huge_segment_fails() {
    let segment = head(0, 1 << 50, 4);
    let mut reader = try_open(&[&header(3, 4, 0), &segment, b"1234"]).unwrap();
    assert_eq!(reader.shape(), [1 << 50, 3, 4]);
    let read = reader.read_all::<f32>();
    assert!(matches!(read, Err(ReelError::LimitExceeded { .. })));
    assert!(reader.frames::<f32>(0..1).is_err());
    assert_eq!(
        reader.slabs::<f32>().unwrap().filter(Result::is_ok).count(),
        0
    );
    assert!(!reader.verify().is_good());
}

#[test]
fn an_index_that_contradicts_its_file_is_ignored() {
    let field = field(6, 3, 4);
    let options = exact().with_frames_per_segment(2);
    let reel = compress(field.view(), &Metadata::default(), &options).unwrap();
    let footer = u32::from_le_bytes(reel[reel.len() - 8..reel.len() - 4].try_into().unwrap());
    let segments = &reel[..reel.len() - 8 - footer as usize];
    let entries: [&[u64]; 5] = [
        &[0, 3, 2, u64::MAX, 2, 1, 2, 1],
        &[0, 3, u64::MAX, 100, 1, 1, 1, 1],
        &[u64::MAX, 0],
        &[0, u64::MAX],
        &[0, 0],
    ];
    for entries in entries {
        let entries: Vec<u8> = entries.iter().flat_map(|&entry| varint(entry)).collect();
        let index = with_checksum(&[b"\xdaIDX", &entries]);
        let length = (index.len() as u32).to_le_bytes();
        let mut reader = try_open(&[segments, &index, &length, b"\xdaEND"]).unwrap();
        assert!(!reader.integrity().has_index);
        assert_eq!(reader.read_all::<f32>().unwrap(), field);
    }
    for length in [0, 4, u32::MAX] {
        let mut reader = try_open(&[segments, &length.to_le_bytes(), b"\xdaEND"]).unwrap();
        assert!(!reader.integrity().has_index);
        assert_eq!(reader.read_all::<f32>().unwrap(), field);
    }
}

#[test]
fn swapped_segments_are_detected() {
    let field = field(4, 3, 4);
    let options = exact().with_frames_per_segment(2);
    let reel = compress(field.view(), &Metadata::default(), &options).unwrap();
    let mut reader = try_open(&[&reel]).unwrap();
    let at = reader.segments()[0].offset as usize;
    let lengths = [0, 1].map(|number| reader.segment(number).unwrap());
    let segments = [head(2, 2, lengths[1].len() as u64), lengths[1].clone()].concat();
    let segments = [
        segments,
        head(0, 2, lengths[0].len() as u64),
        lengths[0].clone(),
    ]
    .concat();
    let entries = [0, 2, 2, lengths[1].len() as u64, 2, lengths[0].len() as u64];
    let index = with_checksum(&[b"\xdaIDX", &entries.map(varint).concat()]);
    let length = (index.len() as u32).to_le_bytes();
    let mut swapped = try_open(&[&reel[..at], &segments, &index, &length, b"\xdaEND"]).unwrap();
    assert!(swapped.integrity().has_index);
    for frames in [0..2, 2..4] {
        let read = swapped.frames::<f32>(frames);
        assert!(matches!(read, Err(ReelError::Corrupt { .. })));
    }
}

#[test]
fn the_limit_applies_to_all_frames_of_a_call() {
    let field = field(64, 8, 8);
    let options = exact().with_frames_per_segment(2);
    let reel = compress(field.view(), &Metadata::default(), &options).unwrap();
    let limits = Limits::new(10_000);
    let mut reader = ReelReader::from_bytes(reel, limits).unwrap();
    let all = reader.read_all::<f32>();
    assert!(matches!(all, Err(ReelError::LimitExceeded { .. })));
    assert!(reader.frames::<f32>(0..30).is_ok());
    assert!(reader.slabs::<f32>().unwrap().all(|slab| slab.is_ok()));
}

#[test]
fn a_file_of_heads_is_scanned_once() {
    // Each head claims a segment that ends within the padding: the scan must not search the same
    // bytes again.
    let mut bytes = header(1, 1, 0);
    for first in 0..50_000 {
        bytes.extend(head(first, 1, 400_000));
    }
    bytes.resize(bytes.len() + 500_000, 0xda);
    let reader = try_open(&[&bytes]).unwrap();
    assert!(reader.segments().len() <= 50_000);
    let few = Limits::new(1000);
    let many = [
        header(1, 1, 0),
        (0..100).flat_map(|first| head(first, 1, 0)).collect(),
    ]
    .concat();
    assert!(matches!(
        ReelReader::from_bytes(many, few),
        Err(ReelError::LimitExceeded { .. })
    ));
}
