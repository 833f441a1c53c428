//! Reading of frames.

use std::io::Cursor;
use std::thread;

use fieldreel_reel::{Limits, Metadata, ReelError, ReelReader, compress};
use ndarray::{Array3, s};
use proptest::prelude::*;

use super::{exact, field, open};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_range_of_frames_is_a_slice_of_the_field(
        frames in 1_usize..60, length in 1_usize..9, a in 0_usize..61, b in 0_usize..61,
    ) {
        let field = field(frames, 3, 4);
        let options = exact().with_frames_per_segment(length);
        let mut reader = open(&compress(field.view(), &Metadata::default(), &options).unwrap());
        let (start, end) = (a.min(b), a.max(b));
        let read = reader.frames::<f32>(start..end);
        if end > frames {
            let outside = matches!(read, Err(ReelError::FramesOutOfBounds { .. }));
            prop_assert!(outside);
            return Ok(());
        }
        prop_assert_eq!(read.unwrap(), field.slice(s![start..end, .., ..]));
        let needed = reader.segments_for(start..end);
        let max_segments = if start == end { 0 } else { (end - start - 1).div_ceil(length) + 1 };
        prop_assert!(needed.len() <= max_segments);
    }
}

#[test]
fn ten_of_20000_frames_need_two_segments() {
    let field = field(20_000, 2, 2);
    let options = exact().with_frames_per_segment(64);
    let mut reader = open(&compress(field.view(), &Metadata::default(), &options).unwrap());
    for start in (0..19_990).step_by(31) {
        let numbers = reader.segments_for(start..start + 10);
        assert!((1..=2).contains(&numbers.len()));
    }
    // Overwrite all other segments with zeros, to show that they are not read.
    let numbers = reader.segments_for(10_010..10_020);
    let needed_segments: Vec<_> = reader.segments()[numbers].to_vec();
    let is_needed = |at: u64| {
        needed_segments
            .iter()
            .any(|segment| (segment.offset..segment.offset + 30 + segment.length).contains(&at))
    };
    let all = compress(field.view(), &Metadata::default(), &options).unwrap();
    let first = reader.segments()[0].offset;
    let last = reader.segments().last().unwrap();
    let segments = first..last.offset + last.length;
    let broken: Vec<u8> = (0_u64..)
        .zip(&all)
        .map(|(at, &byte)| {
            if segments.contains(&at) && !is_needed(at) {
                0
            } else {
                byte
            }
        })
        .collect();
    let mut broken = open(&broken);
    let expected = field.slice(s![10_010..10_020, .., ..]);
    assert_eq!(broken.frames::<f32>(10_010..10_020).unwrap(), expected);
    assert!(broken.frames::<f32>(0..10).is_err());
    assert_eq!(reader.frames::<f32>(10_010..10_020).unwrap(), expected);
}

#[test]
fn slabs_are_consecutive() {
    let field = field(23, 3, 4);
    let options = exact().with_frames_per_segment(5);
    let bytes = compress(field.view(), &Metadata::default(), &options).unwrap();
    let mut reader = open(&bytes);
    let slabs = reader.slabs::<f32>().unwrap();
    assert_eq!(slabs.len(), 5);
    let mut next = 0;
    for slab in slabs {
        let slab = slab.unwrap();
        assert_eq!(slab.first, next);
        next += slab.values.dim().0;
        assert_eq!(slab.values, field.slice(s![slab.first..next, .., ..]));
    }
    assert_eq!(next, 23);
    let other = reader.slabs::<f64>();
    assert!(matches!(other, Err(ReelError::DtypeMismatch { .. })));
    let other = reader.read_all::<f64>();
    assert!(matches!(other, Err(ReelError::DtypeMismatch { .. })));
}

#[test]
fn clones_read_in_parallel() {
    let field = field(40, 4, 5).mapv(f64::from);
    let options = exact().with_frames_per_segment(3);
    let bytes = compress(field.view(), &Metadata::default(), &options).unwrap();
    let reader = open(&bytes);
    thread::scope(|scope| {
        for start in 0..8 {
            let mut reader = reader.clone();
            let field = &field;
            scope.spawn(move || {
                for start in (start..30).step_by(3) {
                    let read = reader.frames::<f64>(start..start + 10).unwrap();
                    assert_eq!(read, field.slice(s![start..start + 10, .., ..]));
                }
            });
        }
    });
    let mut borrowed = ReelReader::open(Cursor::new(bytes.as_slice()), Limits::default()).unwrap();
    assert_eq!(borrowed.read_all::<f64>().unwrap(), field);
}

#[test]
fn a_reel_of_a_single_value_round_trips() {
    let one = Array3::from_elem((1, 1, 1), -0.0_f64);
    let bytes = compress(one.view(), &Metadata::default(), &exact()).unwrap();
    let back = open(&bytes).read_all::<f64>().unwrap();
    assert_eq!(back[[0, 0, 0]].to_bits(), (-0.0_f64).to_bits());
}
