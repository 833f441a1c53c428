//! The overhead of a segment: its time relative to libavcodec and x265 for its base layer.
//!
//! Everything runs in one thread, so that no work is hidden behind other work. The results are
//! medians of ratios of two times that are measured one after the other.

use std::time::Instant;

use fieldreel::codec::encode_stream;
use fieldreel::reel::segment::{self, BodyInfo};
use fieldreel::reel::{Plan, SegmentOptions, stages};
use fieldreel::{BaseChoice, Effort, ErrorBound, Limits};

use crate::Result;
use crate::arguments::Arguments;
use crate::fields::FieldData;
use crate::jobs::RowTarget;

/// The number of timed pairs of decodings.
const DECODING_PAIRS: usize = 60;
/// The number of timed pairs of encodings.
const ENCODING_PAIRS: usize = 3;

/// Measures the fields, bounds and efforts of the arguments, and prints a table.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let (sources, targets) = (arguments.sources()?, arguments.targets()?);
    let efforts = arguments.efforts()?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    println!(
        "| field | bound | effort | decoding / its base | of it outside | of encoding outside |"
    );
    println!("| --- | ---: | --- | ---: | ---: | ---: |");
    for source in sources {
        let Some(field) = source.load()? else {
            continue;
        };
        for &target in &targets {
            let RowTarget::Relative(part) = target else {
                continue;
            };
            for &effort in &efforts {
                let times = pool.install(|| BaseLayerTimes::measure(&field, part, effort))?;
                println!(
                    "| {} | {} | {effort} | {:.2} | {:.0} % | {:.1} % |",
                    field.name,
                    target.name(),
                    times.decoding,
                    100.0 * (1.0 - 1.0 / times.decoding),
                    100.0 * times.overhead,
                );
            }
        }
    }
    Ok(())
}

/// The relative times of a field at a bound.
struct BaseLayerTimes {
    /// The time of decoding the segment divided by the time of decoding its base layer.
    decoding: f64,
    /// The part of the encoding time outside of trials and of the encoder of the base layer.
    overhead: f64,
}

impl BaseLayerTimes {
    fn measure(field: &FieldData, part: f64, effort: Effort) -> Result<Self> {
        let options = SegmentOptions::new(ErrorBound::RangeRelative(part))
            .with_effort(effort)
            .with_base(BaseChoice::Video);
        let limits = Limits::default();
        let start = Instant::now();
        let bytes = segment::encode(field.values.view(), &options)?.bytes;
        let total = start.elapsed().as_secs_f64();
        let info = segment::inspect(&bytes)?;
        let (Some(Plan::Video(plan)), BodyInfo::Video { bit_depth, .. }) = (info.plan, info.body)
        else {
            return Err(format!("the base layer of {} is not a video", field.name).into());
        };

        let decoding = median(DECODING_PAIRS, || {
            let base = seconds_of(|| Ok(stages::decode_base(&bytes, &limits).map(drop)?))?;
            let all = seconds_of(|| Ok(segment::decode::<f32>(&bytes, &limits).map(drop)?))?;
            Ok(all / base)
        })?;

        let codes = stages::decode_base(&bytes, &limits)?.ok_or("the segment has no base layer")?;
        let encoder = stages::encoder(&plan);
        let planned = options.with_plan(Plan::Video(plan));
        let overhead = median(ENCODING_PAIRS, || {
            let video =
                seconds_of(|| Ok(encode_stream(codes.view(), bit_depth, &*encoder).map(drop)?))?;
            let planned_time =
                seconds_of(|| Ok(segment::encode(field.values.view(), &planned).map(drop)?))?;
            Ok((planned_time - video) / total)
        })?;
        Ok(Self { decoding, overhead })
    }
}

/// Returns the median of `count` measurements after one warm-up.
fn median(count: usize, mut measure: impl FnMut() -> Result<f64>) -> Result<f64> {
    measure()?;
    let samples: Result<Vec<f64>> = (0..count).map(|_| measure()).collect();
    let mut samples = samples?;
    samples.sort_by(f64::total_cmp);
    Ok(samples[count / 2])
}

/// Returns the duration of a call in seconds.
fn seconds_of(run: impl FnOnce() -> Result<()>) -> Result<f64> {
    let start = Instant::now();
    run()?;
    Ok(start.elapsed().as_secs_f64())
}
