//! Writers: identical bytes however frames arrive, errors that persist, bounded memory.

use std::sync::{Arc, Mutex};

#[cfg(feature = "ffmpeg")]
use fieldreel_reel::{BaseChoice, segment};
use fieldreel_reel::{
    Criterion, Effort, ErrorBound, Metadata, ReelError, ReelWriter, SegmentOptions, Target,
    WriterOptions, compress, write_reel,
};
use ndarray::{Array3, ArrayView3, Axis, s};
use proptest::prelude::*;

use super::{SharedSink, bounded, check_available_segments, exact, field, open};

/// Writes a field in calls of these numbers of frames, repeated in turn.
fn in_chunks(field: ArrayView3<'_, f32>, options: &WriterOptions, chunks: &[usize]) -> Vec<u8> {
    let (frames, height, width) = field.dim();
    let mut writer =
        ReelWriter::new(Vec::new(), [height, width], Metadata::new("f"), options).unwrap();
    let mut begin = 0;
    for &chunk in chunks.iter().cycle() {
        let end = (begin + chunk).min(frames);
        let part = field.slice(s![begin..end, .., ..]);
        match chunk {
            1 if begin < end => writer.write_frame(part.index_axis(Axis(0), 0)).unwrap(),
            _ => writer.write_frames(part).unwrap(),
        }
        begin = end;
        if begin == frames {
            break;
        }
        if chunk == 5 {
            writer.flush().unwrap();
        }
    }
    writer.finish().unwrap().0
}

/// Returns noise between 0 and 1.
#[cfg(feature = "ffmpeg")]
fn noise((t, y, x): (usize, usize, usize)) -> f64 {
    let hash = (t * 7919 + y * 104_729 + x * 1_299_709) as u32;
    f64::from(hash.wrapping_mul(2_654_435_761) >> 8) / f64::from(1 << 24)
}

/// Returns a sink and a writer to it, with segments of four frames, to which the field was
/// written.
fn writer_of_four_frame_segments(field: &Array3<f32>) -> (SharedSink, ReelWriter<SharedSink, f32>) {
    let (_, height, width) = field.dim();
    let sink = SharedSink::new(usize::MAX);
    let options = exact().with_frames_per_segment(4);
    let frame = [height, width];
    let mut writer = ReelWriter::new(sink.clone(), frame, Metadata::default(), &options).unwrap();
    writer.write_frames(field.view()).unwrap();
    (sink, writer)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn bytes_depend_neither_on_chunks_nor_on_threads(
        frames in 1_usize..40, height in 1_usize..5, width in 1_usize..6, length in 1_usize..9,
        chunks in prop::collection::vec(1_usize..13, 1..5), threads in 1_usize..6,
    ) {
        let field = field(frames, height, width);
        let options = exact().with_frames_per_segment(length);
        let bytes = in_chunks(field.view(), &options.clone().with_threads(threads), &chunks);
        prop_assert_eq!(&bytes, &in_chunks(field.view(), &options.with_threads(1), &[frames]));
        let mut reader = open(&bytes);
        prop_assert!(reader.integrity().is_complete());
        prop_assert_eq!(reader.segments().len(), frames.div_ceil(length));
        prop_assert_eq!(reader.read_all::<f32>().unwrap(), field);
        prop_assert!(reader.verify().is_good());
    }
}

#[test]
fn searched_plans_do_not_depend_on_threads() {
    let mut field = field(50, 32, 40);
    // The first segment of a group is not representative of the others.
    field.slice_mut(s![24..30, .., ..]).fill(1.0);
    for replan_interval in [1, 4, 100] {
        let options = bounded(0.05)
            .with_frames_per_segment(6)
            .with_replan_interval(replan_interval);
        let one = in_chunks(field.view(), &options.clone().with_threads(1), &[50]);
        for threads in [2, 5] {
            let options = options.clone().with_threads(threads);
            assert_eq!(in_chunks(field.view(), &options, &[7, 5]), one);
        }
        let mut reader = open(&one);
        assert!(reader.verify().is_good());
        let back = reader.read_all::<f32>().unwrap();
        assert!(back.iter().zip(&field).all(|(a, b)| (a - b).abs() <= 0.05));
    }
}

#[cfg(feature = "ffmpeg")]
#[test]
fn effort_best_refines_the_quality_of_a_shared_plan_for_each_segment() {
    // There is no noise in the second half, so a finer video saves bytes there.
    let field = Array3::from_shape_fn((32, 32, 32), |(t, y, x)| {
        let wave = (x as f64 / 5.0 + t as f64 / 9.0).sin() * (y as f64 / 7.0).cos();
        let amplitude = if t < 16 { 0.05 } else { 0.0 };
        (wave + amplitude * noise((t, y, x))) as f32
    });
    let written = |effort, threads| {
        let options = SegmentOptions::new(ErrorBound::Absolute(0.01)).with_effort(effort);
        let options = options.with_base(BaseChoice::Video);
        let options = WriterOptions::new(options).with_frames_per_segment(16);
        in_chunks(field.view(), &options.with_threads(threads), &[32])
    };
    let plans = |bytes: &[u8]| [0, 1].map(|at| open(bytes).inspect(at).unwrap().plan);
    let [first, second] = plans(&written(Effort::Balanced, 1));
    assert_eq!(first, second);

    let best = written(Effort::Best, 1);
    assert_eq!(best, written(Effort::Best, 2));
    let [first, second] = plans(&best);
    assert_ne!(first, second);
    let second_as_first = {
        let mut options = SegmentOptions::new(ErrorBound::Absolute(0.01)).with_effort(Effort::Best);
        options.base = BaseChoice::Video;
        options.plan = first;
        segment::encode(field.slice(s![16.., .., ..]), &options)
            .unwrap()
            .bytes
    };
    let second = open(&best).segments()[1].length;
    assert!(
        second < second_as_first.len() as u64,
        "{second} {}",
        second_as_first.len()
    );
}

#[cfg(feature = "ffmpeg")]
#[test]
fn a_plan_is_reused_as_long_as_it_is_good() {
    // The same waves three times, each time slightly smaller, and then noise.
    let field = Array3::from_shape_fn((32, 48, 64), |(t, y, x)| {
        let wave = (0.3 * (y + t % 8) as f64).sin() + (0.2 * x as f64).cos();
        let wave = (10.0 - 1e-4 * (t / 8) as f64) * wave;
        (if t < 24 { wave } else { 3.0 * noise((t, y, x)) }) as f32
    });
    let mut options = bounded(0.05)
        .with_frames_per_segment(8)
        .with_replan_interval(1);
    options.segment.base = BaseChoice::Video;
    let (_, summary) = {
        let metadata = Metadata::default();
        write_reel(Vec::new(), field.view(), &metadata, &options, |_| {}).unwrap()
    };
    let plans: Vec<_> = summary.segments.into_iter().map(|info| info.plan).collect();
    assert!(
        matches!(plans[0], Some(fieldreel_reel::Plan::Video(_))),
        "{:?}",
        plans[0]
    );
    // The scale of a plan is that of the segment for which the plan was found.
    assert_eq!(
        plans[..3],
        [plans[0].clone(), plans[0].clone(), plans[0].clone()]
    );
    assert_ne!(plans[3], plans[0]);
}

#[test]
fn targets_and_segments_without_values_are_written() {
    let mut field = field(20, 16, 20);
    field.slice_mut(s![..5, .., ..]).fill(f32::NAN);
    field.slice_mut(s![15.., .., ..]).fill(-999.0);
    for criterion in [
        Criterion::from(Target::Psnr(40.0)),
        ErrorBound::RangeRelative(0.01).into(),
        ErrorBound::PointwiseRelative(0.01).into(),
    ] {
        let options = SegmentOptions::new(criterion)
            .with_effort(Effort::Fast)
            .with_fill_value(-999.0);
        let options = WriterOptions::new(options).with_frames_per_segment(5);
        let bytes = compress(field.view(), &Metadata::default(), &options).unwrap();
        let mut reader = open(&bytes);
        assert!(reader.verify().is_good());
        let back = reader.read_all::<f32>().unwrap();
        for (t, frame) in back.outer_iter().enumerate() {
            match t {
                0..5 => assert!(frame.iter().all(|value| value.is_nan())),
                5..15 => assert!(frame.iter().all(|value| value.is_finite())),
                _ => assert!(frame.iter().all(|&value| value == -999.0)),
            }
        }
    }
}

#[test]
fn a_range_relative_bound_refers_to_the_range_of_the_complete_array() {
    let mut field = field(16, 16, 16);
    field[[15, 0, 0]] = 10_000.0;
    let options = SegmentOptions::new(ErrorBound::RangeRelative(0.01)).with_effort(Effort::Fast);
    let options = WriterOptions::new(options).with_frames_per_segment(8);
    let bytes = compress(field.view(), &Metadata::default(), &options).unwrap();
    let quiet = open(&bytes).inspect(0).unwrap();
    assert!(quiet.certificate.max_abs > 1.0, "{quiet:?}");
}

#[test]
fn a_reel_of_one_segment_takes_less_than_60_more_bytes() {
    let field = field(64, 30, 40);
    let options = exact().with_frames_per_segment(64);
    let sink = Vec::new();
    let (bytes, summary) =
        write_reel(sink, field.view(), &Metadata::default(), &options, |_| {}).unwrap();
    let segment = open(&bytes).segment(0).unwrap();
    let overhead = bytes.len() - segment.len();
    println!("{overhead} bytes besides the segment");
    assert!(overhead < 60, "{overhead}");
    assert_eq!((summary.frames, summary.segments.len()), (64, 1));
    assert_eq!(summary.metadata_bytes, 0);
    assert_eq!(summary.segment_bytes(), bytes.len() as u64);
}

#[test]
fn a_reel_may_have_no_frames_but_an_array_must_have_values() {
    let writer = ReelWriter::<_, f64>::new(Vec::new(), [3, 4], Metadata::default(), &exact());
    let (bytes, _) = writer.unwrap().finish().unwrap();
    let mut reader = open(&bytes);
    assert!(reader.integrity().is_complete());
    assert_eq!(reader.shape(), [0, 3, 4]);
    assert_eq!(reader.read_all::<f64>().unwrap().dim(), (0, 3, 4));
    let none = Array3::<f32>::zeros((0, 3, 4));
    let none = compress(none.view(), &Metadata::default(), &exact());
    assert!(matches!(none, Err(ReelError::Empty { .. })));
}

#[test]
fn a_writer_continues_after_invalid_arguments() {
    let empty = ReelWriter::<_, f32>::new(Vec::new(), [3, 0], Metadata::default(), &exact());
    assert!(matches!(empty, Err(ReelError::Empty { .. })));
    let impossible = WriterOptions::new(SegmentOptions::new(ErrorBound::RangeRelative(2.0)));
    let impossible =
        ReelWriter::<_, f32>::new(Vec::new(), [3, 4], Metadata::default(), &impossible);
    assert!(matches!(
        impossible,
        Err(ReelError::InvalidCriterion { .. })
    ));

    let mut writer = ReelWriter::new(Vec::new(), [3, 4], Metadata::default(), &exact()).unwrap();
    let wrong = writer.write_frames(field(2, 4, 3).view());
    assert!(matches!(wrong, Err(ReelError::FrameShape { .. })));
    writer.write_frames(field(2, 3, 4).view()).unwrap();
    let (bytes, _) = writer.finish().unwrap();
    assert_eq!(open(&bytes).read_all::<f32>().unwrap(), field(2, 3, 4));
}

#[test]
fn a_failing_sink_poisons_the_writer_and_leaves_a_readable_prefix() {
    let field = field(9, 3, 4);
    let options = exact().with_frames_per_segment(2);
    let reel = in_chunks(field.view(), &options, &[1]);
    for capacity in 0..reel.len() {
        let sink = SharedSink::new(capacity);
        let written = sink.clone();
        let write = || -> Result<(), ReelError> {
            let mut writer = ReelWriter::new(sink, [3, 4], Metadata::new("f"), &options)?;
            for frame in field.outer_iter() {
                if let Err(error) = writer.write_frame(frame) {
                    let again = writer.write_frame(frame);
                    assert!(matches!(again, Err(ReelError::WriterPoisoned)));
                    assert!(matches!(writer.finish(), Err(ReelError::WriterPoisoned)));
                    return Err(error);
                }
            }
            writer.finish().map(drop)
        };
        let error = write().unwrap_err();
        let ReelError::Io(cause) = &error else {
            panic!("{error:?}");
        };
        assert_eq!(error.to_string(), cause.to_string());
        let written = written.bytes();
        assert_eq!(written, reel[..capacity]);
    }
}

#[test]
fn compressing_fails_if_an_encoder_fails() {
    let field = field(40, 4, 4);
    let options =
        WriterOptions::new(SegmentOptions::new(Target::Ratio(1e9)).with_effort(Effort::Fast));
    let options = options.with_frames_per_segment(2).with_threads(2);
    let outcome = compress(field.view(), &Metadata::default(), &options);
    assert!(
        matches!(outcome, Err(ReelError::TargetUnreachable { .. })),
        "{outcome:?}"
    );
}

#[test]
fn a_dropped_writer_leaves_complete_segments() {
    let field = field(50, 8, 8);
    let (sink, writer) = writer_of_four_frame_segments(&field);
    drop(writer);
    let bytes = sink.bytes();
    let mut reader = open(&bytes);
    assert!(!reader.integrity().is_complete() && !reader.integrity().has_index);
    assert_eq!(reader.integrity().trailing_bytes, 0);
    let correct_frames = check_available_segments(&mut reader, field.view());
    // Two segments are being encoded, two wait for them, and one is half full.
    assert!(
        (32..=48).contains(&correct_frames.len()),
        "{correct_frames:?}"
    );
    assert_eq!(
        reader.read_all::<f32>().unwrap().len_of(Axis(0)),
        correct_frames.len()
    );
}

#[test]
fn flushing_writes_every_full_segment() {
    let field = field(11, 4, 4);
    let (sink, mut writer) = writer_of_four_frame_segments(&field);
    writer.flush().unwrap();
    assert_eq!(open(&sink.bytes()).shape()[0], 8);
    writer.finish().unwrap();
    assert_eq!(open(&sink.bytes()).read_all::<f32>().unwrap(), field);
}

#[test]
fn segments_in_memory_are_limited_by_the_number_of_threads() {
    let field = field(3, 16, 16);
    for threads in [1, 3] {
        let options = bounded(0.1)
            .with_frames_per_segment(3)
            .with_threads(threads);
        let done = Arc::new(Mutex::new((0, 0)));
        let mut writer =
            ReelWriter::new(Vec::new(), [16, 16], Metadata::default(), &options).unwrap();
        let seen = Arc::clone(&done);
        writer
            .on_progress(move |progress| *seen.lock().unwrap() = (progress.frames, progress.bytes));
        for segment in 1..=40 {
            writer.write_frames(field.view()).unwrap();
            let (frames, _) = *done.lock().unwrap();
            // Segments that are being encoded hold values, and encoded segments wait for earlier
            // ones.
            assert!(
                3 * segment - frames <= 3 * 2 * threads,
                "{segment} {frames}"
            );
        }
        let (bytes, _) = writer.finish().unwrap();
        let (frames, written) = *done.lock().unwrap();
        assert_eq!(frames, 120);
        assert!(written < bytes.len() as u64);
    }
}
