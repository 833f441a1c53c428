//! Numbers into bytes.

use fieldreel_entropy::residual::adaptive::AdaptiveEncoder;
use fieldreel_entropy::residual::quick::QuickEncoder;
use fieldreel_entropy::residual::{Residual, ResidualCoder, RowContext};
use multiversion::multiversion;

use crate::CoderKind;
use crate::coefficients::{Coefficients, PARAMETERS};
use crate::decode::merge;
use crate::fit::{Fit, Source};
use crate::head::Head;
use crate::lattice::{Pass, most_levels, passes};
use crate::pass::{Decoded, Predictor, Row, Side, run};
use crate::taps::PassKind;
use crate::word::Word;

/// How numbers are coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How often places are halved; as often as can be, if that is less.
    pub levels: u32,
    /// The step from one residual to the next, in units of decoded numbers, is 2 to this power, up to 15.
    pub step_bits: u32,
    /// Numbers are given with so many bits of a fraction more than decoded ones.
    pub extra_bits: u32,
    /// Each coarser level's step is smaller by so many sixteenths, up to 7.
    pub tighter: u32,
    /// At so many of the finest levels departures are predicted from others.
    pub departure_levels: u32,
    /// Whether departures to the left are among these: smaller, and slower to encode.
    pub left: bool,
    /// About so many numbers of a pass are looked at to fit its coefficients.
    pub sample: usize,
    /// What codes residuals.
    pub coder: CoderKind,
}

/// Encodes numbers, axis order `(t, y, x)`, in row-major order. Each decoded one is within half a step of the given one.
pub fn encode<W: Word>(numbers: &[W], shape: [usize; 3], settings: &Settings) -> Vec<u8> {
    let source = Source {
        numbers,
        shape,
        extra_bits: settings.extra_bits,
    };
    let mut bytes = match settings.coder {
        CoderKind::Quick => {
            let coder = QuickEncoder::default();
            Encoding { coder, source }.all(settings).finish()
        }
        CoderKind::Adaptive => {
            let coder = AdaptiveEncoder::encoder();
            Encoding { coder, source }.all(settings).finish()
        }
    };
    bytes.insert(0, settings.coder.id());
    bytes
}

struct Encoding<'a, W, C> {
    coder: C,
    source: Source<'a, W>,
}

impl<W: Word, C: ResidualCoder> Encoding<'_, W, C> {
    fn all(mut self, settings: &Settings) -> C {
        let shape = self.source.shape;
        let head = Head {
            levels: settings.levels.min(most_levels(shape)),
            step_bits: settings.step_bits,
            tighter: settings.tighter,
            scale: 0,
        };
        head.code(&mut self.coder, shape);
        let mut known: Option<Decoded<W>> = None;
        for pass in passes(shape, head.levels) {
            let predictor = self.predictor(&pass, &head, settings, known.as_ref());
            let decoded = run(&mut self, &pass, &predictor, known.as_ref());
            known = Some(merge(known, decoded, &pass));
        }
        self.coder
    }

    /// Fits a pass's predictor, and writes it.
    fn predictor(&mut self, pass: &Pass, head: &Head, settings: &Settings, known: Option<&Decoded<W>>) -> Predictor {
        let step = head.step_of(pass.level);
        let mut fit = Fit::new(&self.source, pass, step, known, settings.sample);
        let fitted = fit.known();
        let is_fitted = i64::from(fitted.is_some());
        self.coder.number(is_fitted, PARAMETERS);
        let of_known = match fitted {
            Some(fitted) => fitted.code(&mut self.coder, Some(pass.kind)),
            None => Coefficients::of_known(pass.kind),
        };
        let fitted = match pass.kind {
            PassKind::Between(_) if pass.level >= settings.departure_levels => None,
            _ => fit.departures(&of_known, settings.left),
        };
        self.coder.number(i64::from(fitted.is_some()), PARAMETERS);
        let departures = match (fitted, pass.kind) {
            (Some(fitted), _) => Some(fitted.code(&mut self.coder, None)),
            (None, PassKind::Base) => Some(Coefficients::of_departures(pass.kind)),
            (None, _) => None,
        };
        Predictor {
            known: of_known,
            departures,
            step,
            scale: head.scale,
        }
    }
}

impl<W: Word, C: ResidualCoder> Side<W> for Encoding<'_, W, C> {
    type Coder = C;

    fn coder(&mut self) -> &mut C {
        &mut self.coder
    }

    fn row(&mut self, pass: &Pass, at: (usize, usize), row: Row<'_, W>, context: &RowContext<'_>, residuals: &mut [W::Residual]) {
        let given = self.source.row(pass, at);
        quantise(row, given, self.source.extra_bits, residuals);
        self.coder.row(context, residuals);
    }
}

/// Sets the residuals of a row to those nearest to the numbers given, and its departures.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn quantise<W: Word>(row: Row<'_, W>, given: impl Iterator<Item = W>, extra: u32, residuals: &mut [W::Residual]) {
    let (step, bits) = (W::from_i64(row.step), row.bits);
    let is_power = row.step & (row.step - 1) == 0;
    let shift = row.step.trailing_zeros() + extra;
    let half = W::from_i64((row.step << extra) >> 1);
    let inverse = 1.0 / (row.step << extra) as f64;
    let [by_one, by_two] = row.left;
    let (mut one, mut two) = (W::default(), W::default());
    let all = row.departures.iter_mut().zip(row.sums).zip(row.base).zip(residuals).zip(given);
    for ((((departure, &sum), &base), k), given) in all {
        let sum = sum.plus(two.times(by_two)).plus(one.times(by_one));
        let predicted = sum.shifted_right(bits);
        let off = given.minus(base.plus(predicted).shifted_left(extra));
        let residual = if is_power {
            off.plus(half).shifted_right(shift).to_residual()
        } else {
            W::Residual::from_i64((off.to_i64() as f64 * inverse).round() as i64)
        };
        *k = residual;
        two = one;
        one = predicted.plus(W::from_residual(residual).times(step));
        *departure = one;
    }
}
