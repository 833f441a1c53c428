//! Truncated and damaged files: reading returns an error or what was written.

use std::ops::Range;

use fieldreel_reel::{Coordinate, Limits, Metadata, ReelError, ReelReader, ReelWriter};
use ndarray::Array3;

use super::{check_available_segments, exact, field, open};

const FRAMES: usize = 11;

/// Returns a field, its reel of four segments of up to three frames, the metadata in the header,
/// and all metadata.
fn small_reel() -> (Array3<f32>, Vec<u8>, Metadata, Metadata) {
    let field = field(FRAMES, 3, 4);
    let options = exact().with_frames_per_segment(3);
    let mut first = Metadata::new("t2m");
    first.attributes.insert("units", "K");
    let mut later = Metadata::default();
    let hours: Vec<f64> = (0..FRAMES as u32).map(f64::from).collect();
    later.coordinates.push(Coordinate::axis("time", hours));
    let mut writer = ReelWriter::new(Vec::new(), [3, 4], first.clone(), &options).unwrap();
    writer.write_frames(field.view()).unwrap();
    writer.supplement(later.clone());
    let (bytes, _) = writer.finish().unwrap();
    let mut all = first.clone();
    all.supplement(later);
    (field, bytes, first, all)
}

/// Returns the bytes of each segment, its head included.
fn segment_ranges(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut reader = open(bytes);
    let lengths: Vec<_> = (0..reader.segments().len())
        .map(|number| reader.segment(number).unwrap().len())
        .collect();
    let next = reader
        .segments()
        .iter()
        .skip(1)
        .map(|entry| entry.offset as usize);
    let starts: Vec<_> = reader
        .segments()
        .iter()
        .map(|entry| entry.offset as usize)
        .collect();
    let head = starts[1] - starts[0] - lengths[0];
    let ends = next.chain([starts[3] + head + lengths[3]]);
    starts
        .iter()
        .copied()
        .zip(ends)
        .map(|(start, end)| start..end)
        .collect()
}

#[test]
fn every_prefix_opens_with_its_complete_segments_or_fails() {
    let (field, bytes, first, all) = small_reel();
    let ranges = segment_ranges(&bytes);
    for end in 0..bytes.len() {
        let prefix = &bytes[..end];
        let Ok(mut reader) = ReelReader::from_bytes(prefix, Limits::default()) else {
            assert!(end < ranges[0].start, "{end}");
            continue;
        };
        assert!(!reader.integrity().is_complete());
        let complete = ranges.iter().filter(|range| range.end <= end).count();
        let correct_frames = check_available_segments(&mut reader, field.view());
        assert_eq!(
            correct_frames,
            (0..FRAMES.min(3 * complete)).collect::<Vec<_>>(),
            "{end}"
        );
        assert_eq!(
            reader.read_all::<f32>().unwrap().dim().0,
            correct_frames.len()
        );
        let read = end.min(ranges.get(complete).map_or(end, |range| range.start));
        if complete < ranges.len() && end >= ranges[0].start {
            assert_eq!(reader.integrity().trailing_bytes as usize, end - read);
        }
        let metadata = reader.metadata();
        assert!(*metadata == first || *metadata == all || reader.integrity().metadata_is_lost);
    }
}

#[test]
fn every_flipped_bit_is_detected_or_harmless() {
    let (field, bytes, first, all) = small_reel();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << bit;
            let Ok(mut reader) = ReelReader::from_bytes(damaged, Limits::default()) else {
                continue;
            };
            assert!(!reader.verify().is_good(), "{at} {bit}");
            let correct_frames = check_available_segments(&mut reader, field.view());
            assert!(
                correct_frames.len() >= FRAMES - 3,
                "{at} {bit}: {correct_frames:?}"
            );
            if let Ok(values) = reader.read_all::<f32>() {
                assert_eq!(values, field.slice(ndarray::s![..values.dim().0, .., ..]));
            }
            let metadata = reader.metadata();
            let lost = reader.integrity().metadata_is_lost || !reader.integrity().has_index;
            assert!(*metadata == all || lost && (*metadata == first || metadata.name.is_empty()));
        }
    }
}

#[test]
fn missing_or_added_bytes_lose_only_their_segment() {
    let (field, bytes, ..) = small_reel();
    for (number, range) in segment_ranges(&bytes).into_iter().enumerate() {
        for count in [1, 5, 20, range.len()] {
            let middle = range.start + (range.len() - count) / 2;
            let mut shorter = bytes.clone();
            shorter.drain(middle..middle + count);
            let mut longer = bytes.clone();
            let junk = bytes[range.start..range.start + count].iter().copied();
            longer.splice(middle..middle, junk);
            if number < 3 {
                // The next segment starts before the expected end of this one, so this one is
                // known to be lost.
                let lost = open(&shorter).integrity().lost_frames.clone();
                assert_eq!(lost.len(), 1);
                assert_eq!(lost[0], 3 * number..3 * number + 3);
            }
            for damaged in [shorter, longer] {
                let mut reader = open(&damaged);
                assert!(!reader.integrity().is_complete());
                let correct_frames = check_available_segments(&mut reader, field.view());
                let lost = (3 * number..3 * number + 3).collect::<Vec<_>>();
                let expected = (0..FRAMES).filter(|frame| !lost.contains(frame));
                let missing: Vec<_> = expected
                    .filter(|frame| !correct_frames.contains(frame))
                    .collect();
                assert!(missing.is_empty(), "{number} {count}: {missing:?}");
            }
        }
    }
}

#[test]
fn reading_lost_frames_fails_with_their_numbers() {
    let (_, bytes, ..) = small_reel();
    let ranges = segment_ranges(&bytes);
    let mut damaged = bytes.clone();
    damaged.drain(ranges[1].clone());
    let mut reader = open(&damaged);
    let lost = reader.integrity().lost_frames.as_slice();
    assert!(matches!(lost, [frames] if *frames == (3..6)), "{lost:?}");
    assert_eq!(reader.shape(), [FRAMES, 3, 4]);
    for (frames, lost) in [(0..FRAMES, 3..6), (4..5, 4..5), (5..9, 5..6), (2..4, 3..4)] {
        let error = reader.frames::<f32>(frames).unwrap_err();
        let ReelError::FramesLost { start, end } = error else {
            panic!("{error:?}");
        };
        assert_eq!(start..end, lost);
    }
    assert!(reader.frames::<f32>(0..3).is_ok() && reader.frames::<f32>(6..FRAMES).is_ok());
    assert_eq!(
        reader.slabs::<f32>().unwrap().filter(Result::is_ok).count(),
        3
    );
    let report = reader.verify();
    assert!(
        !report.is_good()
            && report
                .segments
                .iter()
                .all(|segment| segment.outcome.is_ok())
    );
}

#[test]
fn damage_within_a_segment_affects_only_that_segment() {
    let (field, bytes, ..) = small_reel();
    let range = segment_ranges(&bytes)[2].clone();
    let mut damaged = bytes.clone();
    damaged[range.start + range.len() / 2] ^= 0x40;
    let mut reader = open(&damaged);
    assert!(reader.integrity().is_complete(), "the index is complete");
    let report = reader.verify();
    let good: Vec<_> = report
        .segments
        .iter()
        .map(|segment| segment.outcome.is_ok())
        .collect();
    assert_eq!(good, [true, true, false, true]);
    let slabs: Vec<_> = reader
        .slabs::<f32>()
        .unwrap()
        .map(|slab| slab.is_ok())
        .collect();
    assert_eq!(slabs, good);
    assert!(reader.read_all::<f32>().is_err());
    assert_eq!(
        check_available_segments(&mut reader, field.view()).len(),
        FRAMES - 3
    );
}

#[test]
fn two_concatenated_reels_read_as_the_first() {
    let (field, bytes, ..) = small_reel();
    let twice = [bytes.as_slice(), &bytes].concat();
    let mut reader = open(&twice);
    assert!(!reader.integrity().is_complete());
    assert_eq!(
        check_available_segments(&mut reader, field.view()).len(),
        FRAMES
    );
}

#[test]
fn opening_another_format_fails() {
    for bytes in [
        &b""[..],
        b"\x89PNG\r\n\x1a\n",
        b"\x89REEL\n\x1a\x01\x04\x03",
    ] {
        let opened = ReelReader::from_bytes(bytes, Limits::default());
        assert!(matches!(opened, Err(ReelError::BadMagic { .. })));
    }
}
