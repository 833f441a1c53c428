//! Frames that are cut into tiles.

use fieldreel_reel::{
    Effort, ErrorBound, Limits, Metadata, ReelError, ReelReader, ReelWriter, SegmentOptions,
    WriterOptions, compress,
};
use ndarray::{Array3, s};
use proptest::prelude::*;

use super::open;

fn values(shape: [usize; 3]) -> Array3<i32> {
    Array3::from_shape_fn(shape, |(t, y, x)| (t * 1000 + y * 30 + x * x % 50) as i32)
}

fn options(tile: [usize; 2], frames: usize) -> WriterOptions {
    let options = SegmentOptions::new(ErrorBound::Lossless).with_effort(Effort::Fast);
    WriterOptions::new(options)
        .with_tile(tile)
        .with_frames_per_segment(frames)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_region_is_a_slice_of_the_field(
        shape in [1_usize..9, 1_usize..30, 1_usize..30],
        tile in [1_usize..20, 1_usize..20],
        frames in 1_usize..5,
        at in [0.0..1.0_f64, 0.0..1.0, 0.0..1.0],
        size in [0.0..1.0_f64, 0.0..1.0, 0.0..1.0],
    ) {
        let values = values(shape);
        let bytes = compress(values.view(), &Metadata::default(), &options(tile, frames)).unwrap();
        let mut reader = open(&bytes);
        prop_assert!(reader.integrity().is_complete());
        prop_assert_eq!(reader.shape(), shape);
        prop_assert_eq!(reader.tile(), [tile[0].min(shape[1]), tile[1].min(shape[2])]);
        let [t, y, x] = [0, 1, 2].map(|axis| {
            let start = (at[axis] * shape[axis] as f64) as usize;
            start..start + (size[axis] * (shape[axis] - start) as f64).round() as usize
        });
        let region = reader.region::<i32>(t.clone(), y.clone(), x.clone()).unwrap();
        prop_assert_eq!(region, values.slice(s![t, y, x]));
        prop_assert_eq!(&reader.read_all::<i32>().unwrap(), &values);
        let slabs: Vec<_> = reader.slabs::<i32>().unwrap().map(Result::unwrap).collect();
        prop_assert_eq!(slabs.len(), shape[0].div_ceil(frames));
        for slab in slabs {
            let end = slab.first + slab.values.dim().0;
            prop_assert_eq!(slab.values, values.slice(s![slab.first..end, .., ..]));
        }
        prop_assert!(reader.verify().is_good());
    }
}

#[test]
fn writing_single_frames_gives_the_same_bytes() {
    let values = values([11, 20, 30]);
    let options = options([8, 16], 4);
    let complete = compress(values.view(), &Metadata::default(), &options).unwrap();
    let mut writer = ReelWriter::new(Vec::new(), [20, 30], Metadata::default(), &options).unwrap();
    for frame in values.outer_iter() {
        writer.write_frame(frame).unwrap();
    }
    let (bytes, summary) = writer.finish().unwrap();
    assert_eq!(bytes, complete);
    assert_eq!((summary.frames, summary.segments.len()), (11, 3 * 6));
}

#[test]
fn only_the_tiles_of_a_region_are_read() {
    let values = values([8, 20, 30]);
    let bytes = compress(values.view(), &Metadata::default(), &options([10, 10], 4)).unwrap();
    let reader = open(&bytes);
    let mut damaged = bytes;
    // Damage all segments except that of the middle tile of the upper row, of the second four
    // frames.
    for (number, entry) in reader.segments().iter().enumerate() {
        if number != 6 + 1 {
            damaged[entry.offset as usize + entry.length as usize / 2 + 15] ^= 0xff;
        }
    }
    let mut reader = open(&damaged);
    let region = reader.region::<i32>(5..8, 3..10, 10..20).unwrap();
    assert_eq!(region, values.slice(s![5..8, 3..10, 10..20]));
    assert!(reader.region::<i32>(5..8, 3..11, 10..20).is_err());
    assert!(reader.region::<i32>(3..8, 3..10, 10..20).is_err());
}

#[test]
fn a_reel_without_an_index_has_the_frames_with_all_tiles() {
    let values = values([12, 20, 30]);
    let bytes = compress(values.view(), &Metadata::default(), &options([10, 15], 4)).unwrap();
    let entries = open(&bytes).segments().to_vec();
    for cut in [
        entries[7].offset as usize,
        entries[6].offset as usize - 1,
        bytes.len() - 20,
    ] {
        let complete = entries.iter().filter(|entry| {
            let after = entries.iter().find(|other| other.offset > entry.offset);
            after.map_or(bytes.len() - 40, |after| after.offset as usize) <= cut
        });
        let frames = complete.count() / 4 * 4;
        let mut reader = open(&bytes[..cut]);
        assert_eq!(reader.shape(), [frames, 20, 30], "{cut}");
        assert_eq!(
            reader.read_all::<i32>().unwrap(),
            values.slice(s![..frames, .., ..])
        );
    }
    // If a tile in the middle is missing, its frames are lost.
    let missing = entries[5].offset as usize..entries[6].offset as usize;
    let without: Vec<u8> = [
        &bytes[..missing.start],
        &bytes[missing.end..bytes.len() - 30],
    ]
    .concat();
    let mut reader = open(&without);
    assert_eq!(reader.integrity().lost_frames.first(), Some(&(4..8)));
    assert_eq!(reader.integrity().lost_frames.len(), 1);
    assert!(matches!(
        reader.frames::<i32>(3..5),
        Err(ReelError::FramesLost { .. })
    ));
    assert_eq!(
        reader.frames::<i32>(8..12).unwrap(),
        values.slice(s![8..12, .., ..])
    );
}

#[test]
fn regions_out_of_bounds_are_rejected() {
    let values = values([3, 5, 7]);
    let bytes = compress(values.view(), &Metadata::default(), &options([2, 2], 2)).unwrap();
    let mut reader = ReelReader::from_bytes(bytes, Limits::new(1 << 12)).unwrap();
    let mut region = |t, y, x| reader.region::<i32>(t, y, x);
    assert!(matches!(
        region(0..4, 0..5, 0..7),
        Err(ReelError::FramesOutOfBounds { .. })
    ));
    let rejected = region(0..3, 0..6, 0..7);
    assert!(matches!(
        rejected,
        Err(ReelError::RegionOutOfBounds { length: 5, .. })
    ));
    #[expect(clippy::reversed_empty_ranges, reason = "a reversed range is rejected")]
    let rejected = region(0..3, 0..5, 7..6);
    assert!(matches!(rejected, Err(ReelError::RegionOutOfBounds { .. })));
    assert_eq!(region(1..1, 0..5, 7..7).unwrap().dim(), (0, 5, 0));
}

#[test]
fn large_frames_are_tiled_by_default() {
    let values = Array3::from_shape_fn((2, 3, 1_500_000), |(t, y, x)| (t + y + x / 1000) as f32);
    let options = WriterOptions::new(
        SegmentOptions::new(ErrorBound::Absolute(0.5)).with_effort(Effort::Fast),
    );
    let bytes = compress(values.view(), &Metadata::default(), &options).unwrap();
    let mut reader = open(&bytes);
    assert_eq!(reader.tile(), [3, 375_000]);
    let region = reader.region::<f32>(0..2, 1..2, 700_000..700_010).unwrap();
    let complete = values.slice(s![0..2, 1..2, 700_000..700_010]);
    assert!(
        region
            .iter()
            .zip(complete)
            .all(|(x, y)| (x - y).abs() <= 0.5)
    );
}
