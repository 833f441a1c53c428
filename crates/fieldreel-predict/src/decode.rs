//! The decoder: bytes into numbers.

use fieldreel_entropy::residual::ResidualCoder;
use fieldreel_entropy::residual::adaptive::AdaptiveDecoder;
use fieldreel_entropy::residual::quick::QuickDecoder;
use multiversion::multiversion;

use crate::coefficients::{Coefficients, PARAMETERS, Role};
use crate::continuation::Continuation;
use crate::field::DecodedIntegers;
use crate::head::Head;
use crate::lattice::{Pass, passes, places};
use crate::mask::Mask;
use crate::pass::{Decoded, Predictor, Row, Side, run};
use crate::taps::PassKind;
use crate::tiles::TiledCoefficients;
use crate::volume::Volume;
use crate::word::Word;
use crate::{CoderKind, CorruptField};

/// Decodes the numbers of a field of this shape, axis order `(t, y, x)`.
///
/// `masked` is what the encoder was given: as many bytes as the shape has places, in row-major order, which are not 0
/// where there is no number. The memory that decoding takes is in proportion to the shape, which is not checked against
/// a limit.
///
/// # Errors
/// [`CorruptField`] if a side is 0, if `masked` has another length, or if the bytes are not those of an encoded field. Bytes damaged otherwise may give other
/// numbers.
pub fn decode<W: Word>(
    bytes: &[u8],
    shape: [usize; 3],
    masked: Option<&[u8]>,
) -> Result<DecodedIntegers<W>, CorruptField> {
    let places = places(shape).ok_or(CorruptField)?;
    if masked.is_some_and(|masked| masked.len() != places) {
        return Err(CorruptField);
    }
    let mask = masked.map(|classes| Mask { classes, shape });
    let mask = mask.as_ref();
    let (&kind, body) = bytes.split_first().ok_or(CorruptField)?;
    match CoderKind::from_id(kind).ok_or(CorruptField)? {
        CoderKind::Quick => {
            let coder = QuickDecoder::new(body).map_err(|_| CorruptField)?;
            Decoding { coder }.all(shape, mask)
        }
        CoderKind::Adaptive => {
            let coder = AdaptiveDecoder::decoder(body).map_err(|_| CorruptField)?;
            Decoding { coder }.all(shape, mask)
        }
    }
}

struct Decoding<C> {
    coder: C,
}

impl<C: ResidualCoder> Decoding<C> {
    fn all<W: Word>(
        mut self,
        shape: [usize; 3],
        mask: Option<&Mask<'_>>,
    ) -> Result<DecodedIntegers<W>, CorruptField> {
        let head = Head::default()
            .code(&mut self.coder, shape)
            .ok_or(CorruptField)?;
        self.coder.set_scale(head.scale);
        let mut known: Option<Decoded<W>> = None;
        for pass in passes(shape, head.levels) {
            let predictor = read_predictor(&mut self.coder, &pass, &head);
            let mask = mask.filter(|_| head.masks(&pass));
            let decoded = run(&mut self, &pass, &predictor, known.as_ref(), mask);
            known = Some(merge(known, decoded, &pass, &head.continuation));
        }
        Ok(DecodedIntegers::new(
            known.ok_or(CorruptField)?.numbers,
            shape,
        ))
    }
}

/// Merges the numbers known before a pass with those of the pass.
pub(crate) fn merge<W: Word>(
    known: Option<Decoded<W>>,
    decoded: Decoded<W>,
    pass: &Pass,
    continuation: &Continuation,
) -> Decoded<W> {
    let (Some(known), PassKind::Between(axis)) = (known, pass.kind) else {
        let mut decoded = decoded;
        decoded.numbers.continue_planes(continuation);
        return decoded;
    };
    let size = (pass.counts[1], pass.counts[2]);
    let continued = |extent, plane: &mut [W]| Volume::continue_margin(extent, plane, continuation);
    let mut numbers = known.numbers.merged(decoded.numbers, axis, size, continued);
    numbers.continue_planes(continuation);
    Decoded {
        numbers,
        residuals: known
            .residuals
            .merged(decoded.residuals, axis, size, Volume::fill_margin),
    }
}

fn read_predictor<C: ResidualCoder>(coder: &mut C, pass: &Pass, head: &Head) -> Predictor {
    let kind = pass.kind;
    let mut known = Coefficients::of_known(kind);
    if coder.code_parameter(0, PARAMETERS) != 0 {
        known = known.code(coder, Role::Known(kind));
    }
    let usual = Coefficients::of_departures(kind);
    let is_fitted = coder.code_parameter(0, PARAMETERS) != 0;
    let departures = match (is_fitted, kind) {
        (false, PassKind::Base) => Some(TiledCoefficients::common(usual, pass)),
        (false, PassKind::Between(_)) => None,
        (true, _) => {
            let common = usual.code(coder, Role::Departures);
            let common = TiledCoefficients::common(common, pass);
            Some(match kind {
                PassKind::Base => common,
                PassKind::Between(_) => common.code_own(coder),
            })
        }
    };
    Predictor {
        known,
        departures,
        step: head.step_of(pass.level),
        scale: head.scale,
        continuation: head.continuation,
    }
}

impl<W: Word, C: ResidualCoder> Side<W> for Decoding<C> {
    type Coder = C;

    const ENCODES: bool = false;

    fn coder(&mut self) -> &mut C {
        &mut self.coder
    }

    fn row(&mut self, _: &Pass, _: (usize, usize), row: Row<'_, W>, residuals: &mut [W::Residual]) {
        depart(row, residuals);
    }
}

/// Sets the departures of a row to their predictions plus the residuals in steps.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn depart<W: Word>(row: Row<'_, W>, residuals: &[W::Residual]) {
    let (step, bits) = (W::from_i64(row.step), row.bits);
    let all = row.departures.iter_mut().zip(row.sums).zip(residuals);
    let Some([by_one, by_two]) = row.left else {
        for (at, ((departure, &sum), &k)) in all.enumerate() {
            *departure = sum
                .shifted_right(bits)
                .plus(W::from_residual(k).times(step));
            if row.masked.is_some_and(|masked| masked[at] != 0) {
                *departure = W::default();
            }
        }
        return;
    };
    let all = all.zip(by_one).zip(by_two);
    let (mut one, mut two) = (W::default(), W::default());
    if let Some(masked) = row.masked {
        for (((((departure, &sum), &k), &by_one), &by_two), &class) in all.zip(masked) {
            let sum = sum.plus(two.times(by_two)).plus(one.times(by_one));
            two = one;
            one = match class {
                0 => sum
                    .shifted_right(bits)
                    .plus(W::from_residual(k).times(step)),
                _ => W::default(),
            };
            *departure = one;
        }
        return;
    }
    for ((((departure, &sum), &k), &by_one), &by_two) in all {
        let sum = sum.plus(two.times(by_two)).plus(one.times(by_one));
        two = one;
        one = sum
            .shifted_right(bits)
            .plus(W::from_residual(k).times(step));
        *departure = one;
    }
}
