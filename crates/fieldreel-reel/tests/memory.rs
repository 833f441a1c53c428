//! Decoding takes no more memory than it asks its limit for, whatever the shape of frames. The decoders of videos have
//! memory of their own, which is not counted here.
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

/// Counts what is taken.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: all is the system's; only sizes are noted.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Relaxed) + layout.size();
        MOST.fetch_max(now, Relaxed);
        // SAFETY: as the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as the caller's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The least limit with which a segment is decoded, and the most memory that this takes.
fn limit_and_use(bytes: &[u8]) -> (u64, u64) {
    let (mut refused, mut enough) = (0, 1 << 27);
    while enough - refused > 1 << 12 {
        let max_bytes = refused + (enough - refused) / 2;
        match decode::<f32>(bytes, &Limits { max_bytes }) {
            Err(ReelError::LimitExceeded { .. }) => refused = max_bytes,
            Err(error) => panic!("{error}"),
            Ok(_) => enough = max_bytes,
        }
    }
    let before = NOW.load(Relaxed);
    MOST.store(before, Relaxed);
    let values = decode::<f32>(bytes, &Limits { max_bytes: enough }).unwrap();
    drop(values);
    (enough, (MOST.load(Relaxed) - before) as u64)
}

#[test]
fn decoding_takes_no_more_than_its_limit_says() {
    /// What does not depend on the field: tables of distributions, packets.
    const ELSE: u64 = 1 << 18;

    #[cfg(feature = "ffmpeg")]
    let video = |order| {
        Plan::Video(VideoPlan {
            axis_order: order,
            subtract_temporal_mean: true,
            codec: VideoCodec::X265(X265Preset::Ultrafast),
            quantizer: 20,
            step: None,
        })
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
        // With the finer bound nearly all residuals are far from 0.
        let all = [Effort::Fast, Effort::Best].map(|effort| [(effort, 1e-3), (effort, 1e-4)]);
        for (effort, bound) in all.into_iter().flatten() {
            let mut options = SegmentOptions::new(ErrorBound::Absolute(bound)).with_effort(effort);
            options.plan = Some(plan.clone());
            let bytes = encode(field.view(), &options).unwrap().bytes;
            let (limit, used) = limit_and_use(&bytes);
            assert!(
                used <= limit + ELSE,
                "{shape:?}, {plan}, {effort}, {bound}: {used} of {limit} bytes {:?} {}",
                fieldreel_reel::segment::inspect(&bytes).unwrap().plan,
                bytes.len()
            );
        }
    }
}
