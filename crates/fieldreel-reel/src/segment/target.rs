//! Targets: the absolute bound that reaches a PSNR or a ratio, found by trial.

use super::Segment;
use super::encode::{Candidates, SegmentEncoder};
use crate::arithmetic::Check;
use crate::prepare::Tolerance;
use crate::value::ReelElement;
use crate::{ReelError, Target};

/// The search ends within this part over the target.
const TOLERANCE: f64 = 0.05;
/// As a target may not be within reach, so many encodings are enough.
const TRIALS: usize = 16;

/// Encodes with the widest bound that reaches the target in the options, within 5 % where the data
/// allow it.
pub(super) fn encode<T: ReelElement>(
    encoder: &SegmentEncoder<'_, T>,
    target: Target,
) -> Result<Segment, ReelError> {
    let (prepared, options) = (encoder.prepared, encoder.options);
    let own = prepared.statistics.range;
    let range = match target {
        Target::Psnr(_) => options.range.unwrap_or(own),
        Target::Ratio(_) => own,
    };
    let raw = (prepared.values.len() * T::BYTES) as f64;
    // What is reached, over what is wanted: at least 1, and not much more.
    let reached = |segment: &Segment| match target {
        Target::Psnr(wanted) => {
            let rmse = f64::from(segment.info.certificate.rmse);
            20.0 * (range / rmse).log10() / wanted
        }
        Target::Ratio(wanted) => raw / segment.bytes.len() as f64 / wanted,
    };
    let finer_is_better = matches!(target, Target::Psnr(_));
    let exactly = || {
        let tolerance = Tolerance::new(target.into(), Check::Exact, prepared);
        let exact = encoder.within(&tolerance, Candidates::given(options))?;
        let got = reached(&exact);
        if got >= 1.0 || got.is_nan() {
            return Ok(exact);
        }
        Err(ReelError::TargetUnreachable {
            target,
            reached: match target {
                Target::Ratio(_) => raw / exact.bytes.len() as f64,
                Target::Psnr(_) => f64::from(exact.info.certificate.psnr_db),
            },
        })
    };
    if !(range > 0.0 && range.is_finite()) {
        return exactly();
    }

    // The logarithm of the bound over the range, between what is surely too fine and too coarse.
    let (mut fine, mut coarse) = (-50.0_f64, 0.0_f64);
    let mut at = match target {
        // The error of a bounded field has about half of the bound as its root mean square.
        Target::Psnr(wanted) => (2.0 * 10_f64.powf(-wanted / 20.0)).log2(),
        Target::Ratio(_) => -8.0,
    }
    .clamp(fine, coarse);
    let mut best: Option<(f64, Segment)> = None;
    // The last plan that was looked for, and its bound: good for bounds up to twice as wide or fine.
    let given = options.plan.is_some();
    let mut known = options.plan.clone().map(|plan| (plan, at));
    for trial in 0..TRIALS {
        let near = known
            .as_ref()
            .filter(|(_, its)| given || (at - its).abs() <= 1.0);
        let plan = near.map(|(plan, its)| plan.coarser(at - its));
        let is_searched = plan.is_none();
        let tolerance = {
            let check = Check::Absolute(range * at.exp2());
            Tolerance::new(target.into(), check, prepared)
        };
        let plans = plan.map_or(Candidates::Searched, Candidates::First);
        let segment = encoder.within(&tolerance, plans)?;
        let got = reached(&segment);
        if is_searched {
            known = segment.info.plan.clone().map(|plan| (plan, at));
        }
        let enough = got >= 1.0;
        let nearer = best.as_ref().is_none_or(|(before, _)| got < *before);
        if enough && nearer {
            best = Some((got, segment));
        }
        if (1.0..=1.0 + TOLERANCE / 2.0).contains(&got) || coarse - fine < 1e-3 {
            break;
        }
        // A PSNR falls by 6 dB where the bound doubles; a size, by about a bit for each value.
        if enough == finer_is_better {
            fine = at;
        } else {
            coarse = at;
        }
        let step = match target {
            Target::Psnr(wanted) => (got - 1.0 - TOLERANCE / 4.0) * wanted / 6.02,
            Target::Ratio(wanted) => {
                let bits = 8.0 * T::BYTES as f64;
                bits / (got * wanted) - bits / (wanted * (1.0 + TOLERANCE / 4.0))
            }
        };
        let guess = at + step;
        at = if guess > fine && guess < coarse && trial < 6 {
            guess
        } else {
            (fine + coarse) / 2.0
        };
    }
    match best {
        Some((_, segment)) => Ok(segment),
        None => exactly(),
    }
}
