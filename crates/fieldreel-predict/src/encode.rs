//! The encoder: numbers into bytes.

use fieldreel_entropy::residual::adaptive::AdaptiveEncoder;
use fieldreel_entropy::residual::quick::QuickEncoder;
use fieldreel_entropy::residual::{Residual, ResidualCoder};
use multiversion::multiversion;

use crate::coefficients::{Coefficients, PARAMETERS, Role};
use crate::continuation::Continuation;
use crate::decode::merge;
use crate::fit::{Fit, Source};
use crate::head::Head;
use crate::lattice::{Pass, most_levels, passes, places};
use crate::mask::Mask;
use crate::pass::{Decoded, Predictor, Row, Side, run};
use crate::taps::PassKind;
use crate::tiles::{TiledCoefficients, Tiles};
use crate::word::Word;
use crate::{CoderKind, InvalidInput};

/// The settings of an encoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The number of coarse levels, each with half of the places along each axis. More than the shape allows count as
    /// that many.
    pub levels: u32,
    /// The logarithm to base 2 of the step between residuals, in units of decoded numbers; at most 15.
    pub step_bits: u32,
    /// The bits of a fraction that given numbers have and decoded ones have not; at most 15.
    pub extra_bits: u32,
    /// The sixteenths by which the step of each coarser level is smaller; at most 7.
    pub coarse_step_reduction: u32,
    /// The number of finest levels at which departures are predicted from others.
    pub causal_levels: u32,
    /// The number of finest levels at which masked places have no residual, at most 3. At other levels they have one, which
    /// is smaller where numbers are smooth and steps are wide.
    pub masked_levels: u32,
    /// The approximate number of numbers that coefficients are fitted to, at most.
    pub sample_size: usize,
    /// The part of the numbers, one of so many, that coefficients are fitted to, at most, where there are many.
    pub sample_divisor: usize,
    /// The least number of places with coefficients of their own, at the levels at which departures are predicted; 0 if all
    /// places of a pass have the same.
    pub tile_positions: usize,
    /// The coder of residuals.
    pub coder: CoderKind,
}

/// The largest values of settings.
const MOST_STEP_BITS: u32 = 15;
const MOST_EXTRA_BITS: u32 = 15;
const MOST_TIGHTER: u32 = 7;
const MOST_MASKED_LEVELS: u32 = 3;

/// Encodes the numbers of a field, axis order `(t, y, x)`, in row-major order.
///
/// Each decoded number is within half a step of the given one. `masked` has a byte for each place, which is not 0 where
/// there is no number. The numbers given there are not kept, but should be smooth, since they help to predict others.
///
/// # Errors
/// [`InvalidInput`] if a side of the shape is 0, if `numbers` or `masked` has another number of elements than the shape has
/// places, or if a setting is out of its range.
pub fn encode<W: Word>(
    numbers: &[W],
    masked: Option<&[u8]>,
    shape: [usize; 3],
    settings: &Settings,
) -> Result<Vec<u8>, InvalidInput> {
    let places = places(shape).ok_or(InvalidInput)?;
    let is_whole = numbers.len() == places && masked.is_none_or(|masked| masked.len() == places);
    let is_possible = settings.step_bits <= MOST_STEP_BITS
        && settings.extra_bits <= MOST_EXTRA_BITS
        && settings.coarse_step_reduction <= MOST_TIGHTER
        && settings.masked_levels <= MOST_MASKED_LEVELS;
    if !is_whole || !is_possible {
        return Err(InvalidInput);
    }
    let mask = masked.map(|classes| Mask { classes, shape });
    let mask = mask.as_ref();
    let source = Source {
        numbers,
        shape,
        extra_bits: settings.extra_bits,
    };
    let mut bytes = match settings.coder {
        CoderKind::Quick => {
            let coder = QuickEncoder::default();
            Encoding::new(coder, source).all(settings, mask).finish()
        }
        CoderKind::Adaptive => {
            let coder = AdaptiveEncoder::encoder();
            Encoding::new(coder, source).all(settings, mask).finish()
        }
    };
    bytes.insert(0, settings.coder.id());
    Ok(bytes)
}

struct Encoding<'a, W, C> {
    coder: C,
    source: Source<'a, W>,
    /// The given numbers of a row.
    given: Vec<W>,
}

impl<'a, W: Word, C: ResidualCoder> Encoding<'a, W, C> {
    fn new(coder: C, source: Source<'a, W>) -> Self {
        Self {
            coder,
            source,
            given: Vec::new(),
        }
    }

    fn all(mut self, settings: &Settings, mask: Option<&Mask<'_>>) -> C {
        let shape = self.source.shape;
        let masked_levels = mask.map_or(0, |_| settings.masked_levels);
        let head = Head {
            levels: settings.levels.min(most_levels(shape)),
            step_bits: settings.step_bits,
            coarse_step_reduction: settings.coarse_step_reduction,
            scale: self.noise_bits(settings),
            masked_levels,
            // Where there is no residual, what goes on beyond edges could grow.
            continuation: match masked_levels {
                0 => Continuation::of(&self.source, 1 << settings.step_bits),
                _ => Continuation::default(),
            },
        };
        head.code(&mut self.coder, shape);
        self.coder.set_scale(head.scale);
        let mut known: Option<Decoded<W>> = None;
        for pass in passes(shape, head.levels) {
            let mask = mask.filter(|_| head.masks(&pass));
            let predictor = self.predictor((&pass, mask), &head, settings, known.as_ref());
            let decoded = run(&mut self, &pass, &predictor, known.as_ref(), mask);
            known = Some(merge(known, decoded, &pass, &head.continuation));
        }
        self.coder
    }

    /// Returns the number of the lowest bits of residuals that are noise. A typical residual keeps few bits, so that
    /// larger ones fit 16.
    fn noise_bits(&self, settings: &Settings) -> u32 {
        /// The bits of a typical residual that are no noise.
        const KEPT: u32 = 8;

        let numbers = self.source.numbers;
        let every = (numbers.len() / 4096).max(1);
        let middle = numbers.windows(3).step_by(every).map(|three| {
            let [one, here, other] = three
                .try_into()
                .unwrap_or([W::default(); 3])
                .map(|number: W| number.to_i64() as f64);
            (here - one / 2.0 - other / 2.0).abs()
        });
        let (sum, count) = middle.fold((0.0, 0), |(sum, count), off| (sum + off, count + 1));
        let step = (1_u64 << (settings.step_bits + settings.extra_bits)) as f64;
        let mean = sum / f64::from(count.max(1)) / step;
        let bits = if mean >= 1.0 {
            mean.log2().ceil() as u32
        } else {
            0
        };
        bits.saturating_sub(KEPT).min(48)
    }

    /// Fits the predictor of a pass and writes it.
    fn predictor(
        &mut self,
        (pass, mask): (&Pass, Option<&Mask<'_>>),
        head: &Head,
        settings: &Settings,
        known: Option<&Decoded<W>>,
    ) -> Predictor {
        let kind = pass.kind;
        let step = head.step_of(pass.level);
        let is_fine = kind != PassKind::Base && pass.level < settings.causal_levels;
        let tiles = match settings.tile_positions {
            places if is_fine && places > 0 => Tiles::of_places(pass, places),
            _ => Tiles::whole(pass),
        };
        let sample = (settings.sample_size, settings.sample_divisor);
        let fit = Fit::new(&self.source, (pass, mask), step, known, sample);
        let fitted = fit.known();
        let is_fitted = i64::from(fitted.is_some());
        self.coder.code_parameter(is_fitted, PARAMETERS);
        let of_known = match fitted {
            Some(fitted) => fitted.code(&mut self.coder, Role::Known(kind)),
            None => Coefficients::of_known(kind),
        };
        let fitted = match kind {
            PassKind::Between(_) if !is_fine => None,
            _ => fit.departures(&of_known, tiles),
        };
        self.coder
            .code_parameter(fitted.is_some().into(), PARAMETERS);
        let departures = match (fitted, kind) {
            (Some(fitted), _) => {
                fitted.common.code(&mut self.coder, Role::Departures);
                Some(match kind {
                    PassKind::Base => fitted,
                    PassKind::Between(_) => fitted.code_own(&mut self.coder),
                })
            }
            (None, PassKind::Base) => {
                let usual = Coefficients::of_departures(kind);
                Some(TiledCoefficients::common(usual, pass))
            }
            (None, PassKind::Between(_)) => None,
        };
        Predictor {
            known: of_known,
            departures,
            step,
            scale: head.scale,
            continuation: head.continuation,
        }
    }
}

impl<W: Word, C: ResidualCoder> Side<W> for Encoding<'_, W, C> {
    type Coder = C;

    const ENCODES: bool = true;

    fn coder(&mut self) -> &mut C {
        &mut self.coder
    }

    fn row(
        &mut self,
        pass: &Pass,
        at: (usize, usize),
        row: Row<'_, W>,
        residuals: &mut [W::Residual],
    ) {
        self.source.row(pass, at, &mut self.given);
        let quantizer = Quantizer::new(row.step, self.source.extra_bits);
        match quantizer.shift {
            Some(_) => quantize::<W, true>(row, &self.given, &quantizer, residuals),
            None => quantize::<W, false>(row, &self.given, &quantizer, residuals),
        }
    }
}

/// A quantizer, which turns differences into residuals.
#[derive(Clone, Copy)]
struct Quantizer<W> {
    step: W,
    extra: u32,
    /// The logarithm to base 2 of the step, extra bits included, if the step is a power of 2.
    shift: Option<u32>,
    half: W,
    inverse: f64,
}

impl<W: Word> Quantizer<W> {
    fn new(step: i64, extra: u32) -> Self {
        let is_power = step & (step - 1) == 0;
        Self {
            step: W::from_i64(step),
            extra,
            shift: is_power.then_some(step.trailing_zeros() + extra),
            half: W::from_i64((step << extra) >> 1),
            inverse: 1.0 / (step << extra) as f64,
        }
    }

    /// Returns the residual of a number and its prediction.
    #[inline(always)]
    fn residual<const IS_POWER: bool>(&self, given: W, predicted: W) -> W::Residual {
        let off = given.minus(predicted.shifted_left(self.extra));
        if IS_POWER {
            off.plus(self.half)
                .shifted_right(self.shift.unwrap_or(0))
                .to_residual()
        } else {
            W::Residual::from_i64((off.to_i64() as f64 * self.inverse).round() as i64)
        }
    }
}

/// Sets the residuals of a row to those nearest to the given numbers, or to 0 where there is no number, and its departures.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn quantize<W: Word, const IS_POWER: bool>(
    row: Row<'_, W>,
    given: &[W],
    quantizer: &Quantizer<W>,
    residuals: &mut [W::Residual],
) {
    let Row {
        bits, base, sums, ..
    } = row;
    let all = row
        .departures
        .iter_mut()
        .zip(residuals)
        .zip(sums)
        .zip(base)
        .zip(given);
    let one_by_one = |predicted: W, k: &mut W::Residual, base: W, given: W| {
        *k = quantizer.residual::<IS_POWER>(given, base.plus(predicted));
        predicted.plus(W::from_residual(*k).times(quantizer.step))
    };
    match (row.left, row.masked) {
        (None, None) => {
            for ((((departure, k), &sum), &base), &given) in all {
                *departure = one_by_one(sum.shifted_right(bits), k, base, given);
            }
        }
        (None, Some(masked)) => {
            for (((((departure, k), &sum), &base), &given), &class) in all.zip(masked) {
                (*k, *departure) = (W::Residual::default(), W::default());
                if class == 0 {
                    *departure = one_by_one(sum.shifted_right(bits), k, base, given);
                }
            }
        }
        (Some([by_one, by_two]), masked) => {
            let all = all.zip(by_one).zip(by_two);
            let (mut one, mut two) = (W::default(), W::default());
            for (at, ((((((departure, k), &sum), &base), &given), &by_one), &by_two)) in
                all.enumerate()
            {
                let sum = sum.plus(two.times(by_two)).plus(one.times(by_one));
                two = one;
                (*k, one) = (W::Residual::default(), W::default());
                if masked.is_none_or(|masked| masked[at] == 0) {
                    one = one_by_one(sum.shifted_right(bits), k, base, given);
                }
                *departure = one;
            }
        }
    }
}
