//! How long a reel's segment takes beside libavcodec and x265 for its base layer.
//!
//! In one thread, so that nothing hides behind something else: the medians of pairs, each of which is timed one after the
//! other.

use std::time::Instant;

use fieldreel::codec::encode_stream;
use fieldreel::reel::segment::{self, BodyInfo};
use fieldreel::reel::{Options, Plan, stages};
use fieldreel::{Bound, Effort, Limits};

use crate::Outcome;
use crate::arguments::Arguments;
use crate::fields::FieldData;
use crate::jobs::Target;

/// Pairs of decodings that are timed, and of encodings.
const DECODINGS: usize = 60;
const ENCODINGS: usize = 3;

/// Measures what was asked for, and prints it as a table.
pub(crate) fn run(arguments: &Arguments) -> Outcome<()> {
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
            let Target::Relative(part) = target else {
                continue;
            };
            for &effort in &efforts {
                let times = pool.install(|| Times::of(&field, part, effort))?;
                println!(
                    "| {} | {} | {effort} | {:.2} | {:.0} % | {:.1} % |",
                    field.name,
                    target.name(),
                    times.decoding,
                    100.0 * (1.0 - 1.0 / times.decoding),
                    100.0 * times.outside,
                );
            }
        }
    }
    Ok(())
}

/// What was measured of a field at a bound.
struct Times {
    /// Of decoding the segment, in multiples of decoding its base.
    decoding: f64,
    /// The part of encoding that is neither trials nor the encoder of the base.
    outside: f64,
}

impl Times {
    fn of(field: &FieldData, part: f64, effort: Effort) -> Outcome<Self> {
        let options = Options::new(Bound::Relative(part)).with_effort(effort);
        let limits = Limits::default();
        let start = Instant::now();
        let bytes = segment::encode(field.values.view(), &options)?.bytes;
        let whole = start.elapsed().as_secs_f64();
        let info = segment::inspect(&bytes)?;
        let (Some(Plan::Video(plan)), BodyInfo::Video { bit_depth, .. }) = (info.plan, info.body)
        else {
            return Err(format!("{} is stored without a video", field.name).into());
        };

        let decoding = pairs(DECODINGS, || {
            let base = timed(|| Ok(stages::decode_base(&bytes, &limits).map(drop)?))?;
            let all = timed(|| Ok(segment::decode::<f32>(&bytes, &limits).map(drop)?))?;
            Ok(all / base)
        })?;

        let codes = stages::decode_base(&bytes, &limits)?.ok_or("there is no base")?;
        let encoder = stages::encoder(&plan);
        let planned = Options {
            plan: Some(Plan::Video(plan)),
            ..options
        };
        let outside = pairs(ENCODINGS, || {
            let video = timed(|| Ok(encode_stream(codes.view(), bit_depth, &*encoder).map(drop)?))?;
            let once = timed(|| Ok(segment::encode(field.values.view(), &planned).map(drop)?))?;
            Ok((once - video) / whole)
        })?;
        Ok(Self { decoding, outside })
    }
}

/// The median of what is measured so many times, after once to warm up.
fn pairs(count: usize, mut measure: impl FnMut() -> Outcome<f64>) -> Outcome<f64> {
    measure()?;
    let all: Outcome<Vec<f64>> = (0..count).map(|_| measure()).collect();
    let mut all = all?;
    all.sort_by(f64::total_cmp);
    Ok(all[count / 2])
}

/// How many seconds something takes.
fn timed(run: impl FnOnce() -> Outcome<()>) -> Outcome<f64> {
    let start = Instant::now();
    run()?;
    Ok(start.elapsed().as_secs_f64())
}
