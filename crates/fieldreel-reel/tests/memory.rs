//! Decoding allocates no more memory than its limit allows, whatever the shape of frames. The
//! memory of video decoders is not counted.
#![cfg(test)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

#[cfg(feature = "ffmpeg")]
use fieldreel_codec::X265Preset;
use fieldreel_reel::segment::{decode, encode};
#[cfg(feature = "ffmpeg")]
use fieldreel_reel::{AxisOrder, VideoCodec, VideoPlan};
use fieldreel_reel::{Effort, ErrorBound, Limits, Plan, PredictionPlan, ReelError, SegmentOptions};
use ndarray::Array3;

/// An allocator that counts the bytes in use.
struct CountingAllocator;

static IN_USE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: all memory comes from the system's allocator; only sizes are recorded.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let in_use = IN_USE.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(in_use, Relaxed);
        // SAFETY: the caller guarantees the same as for `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller guarantees the same as for `System`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Returns the smallest limit with which a segment can be decoded, and the peak memory that
/// decoding takes.
fn min_limit_and_peak(bytes: &[u8]) -> (u64, u64) {
    let (mut refused, mut sufficient) = (0, 1 << 27);
    while sufficient - refused > 1 << 12 {
        let max_bytes = refused + (sufficient - refused) / 2;
        match decode::<f32>(bytes, &Limits::new(max_bytes)) {
            Err(ReelError::LimitExceeded { .. }) => refused = max_bytes,
            Err(error) => panic!("{error}"),
            Ok(_) => sufficient = max_bytes,
        }
    }
    let before = IN_USE.load(Relaxed);
    PEAK.store(before, Relaxed);
    let values = decode::<f32>(bytes, &Limits::new(sufficient)).unwrap();
    drop(values);
    (sufficient, (PEAK.load(Relaxed) - before) as u64)
}

#[test]
fn decoding_allocates_no_more_than_its_limit() {
    /// The memory that does not depend on the field: tables of distributions, packets.
    const FIXED_BYTES: u64 = 1 << 18;

    #[cfg(feature = "ffmpeg")]
    let video = |order| {
        let codec = VideoCodec::X265(X265Preset::Ultrafast);
        let plan = VideoPlan::new(codec, 20).with_axis_order(order);
        Plan::Video(plan.with_subtract_temporal_mean(true))
    };
    let mut with_means = PredictionPlan::for_effort(Effort::Fast);
    with_means.subtract_temporal_mean = true;
    let shapes = [
        ((1, 1, 100_000), Plan::Pco),
        ((100_000, 1, 1), Plan::Pco),
        (
            (4, 1, 25_000),
            Plan::Prediction(PredictionPlan::for_effort(Effort::Fast)),
        ),
        ((1, 300, 300), Plan::Prediction(with_means)),
        (
            (100_000, 1, 1),
            Plan::Prediction(PredictionPlan::for_effort(Effort::Fast)),
        ),
        (
            (1, 100_000, 1),
            Plan::Prediction(PredictionPlan::for_effort(Effort::Fast)),
        ),
        (
            (1, 1, 100_000),
            Plan::Prediction(PredictionPlan::for_effort(Effort::Best)),
        ),
        (
            (40, 50, 60),
            Plan::Prediction(PredictionPlan::for_effort(Effort::Balanced)),
        ),
        #[cfg(feature = "ffmpeg")]
        ((30, 64, 64), video(AxisOrder::Tyx)),
        #[cfg(feature = "ffmpeg")]
        ((30, 64, 64), video(AxisOrder::Yxt)),
        #[cfg(feature = "ffmpeg")]
        ((2, 200, 200), video(AxisOrder::Tyx)),
    ];
    for (shape, plan) in shapes {
        let field = Array3::from_shape_fn(shape, |(t, y, x)| {
            let hash = (t * 7919 + y * 104_729 + x * 1_299_709) % 65_537;
            match hash {
                0..500 => f32::NAN,
                _ => ((t + y + x) as f32 / 40.0).sin() * 10.0 + hash as f32 * 1e-5,
            }
        });
        // With the finer bound, few residuals are near 0.
        let cases = [Effort::Fast, Effort::Best].map(|effort| [(effort, 1e-3), (effort, 1e-4)]);
        for (effort, bound) in cases.into_iter().flatten() {
            let mut options = SegmentOptions::new(ErrorBound::Absolute(bound)).with_effort(effort);
            options.plan = Some(plan.clone());
            let bytes = encode(field.view(), &options).unwrap().bytes;
            let (limit, used) = min_limit_and_peak(&bytes);
            assert!(
                used <= limit + FIXED_BYTES,
                "{shape:?}, {plan}, {effort}, {bound}: {used} of {limit} bytes {:?} {}",
                fieldreel_reel::segment::inspect(&bytes).unwrap().plan,
                bytes.len()
            );
        }
    }
}
