//! Claims are checked before memory is taken.

use fieldreel_reel::{Limits, Metadata, ReelError, ReelReader, compress};

use super::{exact, field};

/// The CRC-32 of zlib and PNG.
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

fn sealed(parts: &[&[u8]]) -> Vec<u8> {
    let bytes = parts.concat();
    [bytes.as_slice(), &crc(&bytes)].concat()
}

fn header(height: u64, width: u64, metadata: u64) -> Vec<u8> {
    sealed(&[
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
    sealed(&[
        b"\xdaSEG",
        &varint(first),
        &varint(frames),
        &varint(0),
        &varint(length),
    ])
}

fn opened(parts: &[&[u8]]) -> Result<ReelReader<std::io::Cursor<std::sync::Arc<[u8]>>>, ReelError> {
    ReelReader::from_bytes(parts.concat(), Limits::default())
}

#[test]
fn a_huge_frame_is_over_the_limit() {
    for side in [1 << 20, 1 << 40, u64::MAX] {
        let claimed = opened(&[&header(side, side, 0)]);
        assert!(matches!(
            claimed,
            Err(ReelError::LimitExceeded { .. } | ReelError::Corrupt { .. })
        ));
    }
}

#[test]
fn huge_metadata_are_lost_and_take_nothing() {
    let reader = opened(&[&header(3, 4, u64::MAX), b"short"]).unwrap();
    assert!(reader.integrity().metadata_is_lost && reader.segments().is_empty());
}

#[test]
fn a_huge_segment_is_an_error_when_it_is_read() {
    let segment = head(0, 1 << 50, 4);
    let mut reader = opened(&[&header(3, 4, 0), &segment, b"1234"]).unwrap();
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
fn an_index_that_does_not_fit_its_file_is_not_believed() {
    let field = field(6, 3, 4);
    let options = exact().with_frames_per_segment(2);
    let whole = compress(field.view(), &Metadata::default(), &options).unwrap();
    let footer = u32::from_le_bytes(whole[whole.len() - 8..whole.len() - 4].try_into().unwrap());
    let segments = &whole[..whole.len() - 8 - footer as usize];
    let entries: [&[u64]; 5] = [
        &[0, 3, 2, u64::MAX, 2, 1, 2, 1],
        &[0, 3, u64::MAX, 100, 1, 1, 1, 1],
        &[u64::MAX, 0],
        &[0, u64::MAX],
        &[0, 0],
    ];
    for entries in entries {
        let entries: Vec<u8> = entries.iter().flat_map(|&entry| varint(entry)).collect();
        let index = sealed(&[b"\xdaIDX", &entries]);
        let length = (index.len() as u32).to_le_bytes();
        let mut reader = opened(&[segments, &index, &length, b"\xdaEND"]).unwrap();
        assert!(!reader.integrity().has_index);
        assert_eq!(reader.read_all::<f32>().unwrap(), field);
    }
    for length in [0, 4, u32::MAX] {
        let mut reader = opened(&[segments, &length.to_le_bytes(), b"\xdaEND"]).unwrap();
        assert!(!reader.integrity().has_index);
        assert_eq!(reader.read_all::<f32>().unwrap(), field);
    }
}

#[test]
fn segments_in_another_order_are_not_taken_for_each_other() {
    let field = field(4, 3, 4);
    let options = exact().with_frames_per_segment(2);
    let whole = compress(field.view(), &Metadata::default(), &options).unwrap();
    let mut reader = opened(&[&whole]).unwrap();
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
    let index = sealed(&[b"\xdaIDX", &entries.map(varint).concat()]);
    let length = (index.len() as u32).to_le_bytes();
    let mut swapped = opened(&[&whole[..at], &segments, &index, &length, b"\xdaEND"]).unwrap();
    assert!(swapped.integrity().has_index);
    for frames in [0..2, 2..4] {
        let read = swapped.frames::<f32>(frames);
        assert!(matches!(read, Err(ReelError::Corrupt { .. })));
    }
}

#[test]
fn what_is_read_together_is_limited_together() {
    let field = field(64, 8, 8);
    let options = exact().with_frames_per_segment(2);
    let whole = compress(field.view(), &Metadata::default(), &options).unwrap();
    let limits = Limits { max_bytes: 10_000 };
    let mut reader = ReelReader::from_bytes(whole, limits).unwrap();
    let all = reader.read_all::<f32>();
    assert!(matches!(all, Err(ReelError::LimitExceeded { .. })));
    assert!(reader.frames::<f32>(0..30).is_ok());
    assert!(reader.slabs::<f32>().unwrap().all(|slab| slab.is_ok()));
}

#[test]
fn a_file_of_heads_is_scanned_once() {
    // Each claims to reach to where nothing is: every one is a false start.
    let mut bytes = header(1, 1, 0);
    for first in 0..50_000 {
        bytes.extend(head(first, 1, 400_000));
    }
    bytes.resize(bytes.len() + 500_000, 0xda);
    let reader = opened(&[&bytes]).unwrap();
    assert!(reader.segments().len() <= 50_000);
    let few = Limits { max_bytes: 1000 };
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
