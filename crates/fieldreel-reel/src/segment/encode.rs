//! Values into a segment, checked before it is given out.

use ndarray::{Array3, ArrayView3, Zip};

use super::certificate::Certificate;
use super::code::{self, Parts, Purpose};
use super::decode::{checksum, reconstruct};
use super::layout::{Body, Layout};
use super::patch;
use super::prepare::Prepared;
use crate::arithmetic::Grid;
use crate::mask::{self, MaskCoding};
use crate::plan::{Plan, search};
use crate::value::Value;
use crate::{Bound, Effort, Limits, Options, ReelError};

/// Encodes values, axis order `(time, y, x)`, into one segment.
///
/// What is returned was decoded, and every value was compared with the bound in the type `T`.
///
/// # Errors
/// [`ReelError::Empty`], [`ReelError::InvalidBound`] for arguments that cannot be; [`ReelError::Unreachable`] for a target;
/// [`ReelError::Codec`] if FFmpeg lacks an encoder, if there is no memory, or if an option of [`Options::plan`] is out of range.
/// An encoder that fails on these values is none: the next plan is tried, and at last there is no video.
pub fn encode<T: Value>(
    values: ArrayView3<'_, T>,
    options: &Options,
) -> Result<Vec<u8>, ReelError> {
    options.bound.check()?;
    if values.is_empty() {
        return Err(ReelError::Empty {
            shape: values.dim().into(),
        });
    }
    match options.bound {
        Bound::Psnr(_) | Bound::Ratio(_) => super::target::encode(values, options),
        bound => encode_bounded(values, options, bound).map(|segment| segment.bytes),
    }
}

/// A segment that keeps a bound.
pub(super) struct Bounded {
    pub(super) bytes: Vec<u8>,
    pub(super) certificate: Certificate,
}

/// Encodes with an error of at most `bound`, which is no target; `options.bound` is what is stated
/// in the segment.
pub(super) fn encode_bounded<T: Value>(
    values: ArrayView3<'_, T>,
    options: &Options,
    bound: Bound,
) -> Result<Bounded, ReelError> {
    let mut prepared = Prepared::new(values, options, bound)?;
    let side = Side::of(&prepared, options.effort)?;
    if prepared.coded() == 0 {
        let sealed = side.seal(&prepared, options, &Coding::Missing)?;
        return sealed.ok_or(ReelError::Verification);
    }
    if let Some(value) = constant(&prepared) {
        let sealed = side.seal(&prepared, options, &Coding::Constant(value))?;
        return sealed.ok_or(ReelError::Verification);
    }
    let searched = |prepared: &Prepared<'_, T>| {
        let found = search(prepared, options.effort, options.codecs)?;
        Ok::<_, ReelError>(found.in_turn())
    };
    let given = options.plan.clone();
    let plans = match given {
        Some(plan) => vec![plan],
        None => searched(&prepared)?,
    };
    for plan in &plans {
        if let Some(bounded) = with_plan(&mut prepared, &side, options, bound, plan)? {
            return Ok(bounded);
        }
    }
    if options.plan.is_some() {
        for plan in &searched(&prepared)? {
            if let Some(bounded) = with_plan(&mut prepared, &side, options, bound, plan)? {
                return Ok(bounded);
            }
        }
    }
    Err(ReelError::Verification)
}

/// Encodes by a plan, as `prepared` says or else exactly; `None` if what the plan makes cannot be used.
fn with_plan<T: Value>(
    prepared: &mut Prepared<'_, T>,
    side: &Side,
    options: &Options,
    bound: Bound,
    plan: &Plan,
) -> Result<Option<Bounded>, ReelError> {
    let first = prepared.grid;
    for grid in [first, Grid::Ordinals] {
        prepared.grid = grid;
        let Some(mut coding) = choose(prepared, plan, options.effort)? else {
            continue;
        };
        // A bound finer than the type itself has more steps than there are values: be exact.
        if grid != Grid::Ordinals && coding.size() > prepared.coded() * T::BYTES / 2 {
            prepared.grid = Grid::Ordinals;
            let exact = choose(prepared, plan, options.effort)?;
            if let Some(exact) = exact.filter(|exact| exact.size() < coding.size()) {
                coding = exact;
            }
        }
        prepared.forget_numbers();
        if let Some(bounded) = side.seal(prepared, options, &coding)? {
            return Ok(Some(bounded));
        }
        *prepared = Prepared::new(prepared.values, options, bound)?;
        if first == Grid::Ordinals {
            break;
        }
    }
    prepared.grid = first;
    Ok(None)
}

/// How the values are stored.
enum Coding<T> {
    Missing,
    Constant(T),
    Packed(Vec<u8>),
    Parts(Box<Parts>),
}

impl<T> Coding<T> {
    /// Bytes of it.
    fn size(&self) -> usize {
        match self {
            Self::Missing | Self::Constant(_) => 0,
            Self::Packed(bytes) => bytes.len(),
            Self::Parts(parts) => parts.size(),
        }
    }
}

/// Codes by the plan, or packs where that is smaller; `None` if the plan cannot be used.
fn choose<T: Value>(
    prepared: &Prepared<'_, T>,
    plan: &Plan,
    effort: Effort,
) -> Result<Option<Coding<T>>, ReelError> {
    let parts = code::code(prepared, plan, effort, Purpose::Segment)?;
    if parts.is_none() && *plan != Plan::Packed {
        return Ok(None);
    }
    // Exact, so never the smaller one where much may be lost.
    let raw = prepared.coded() * T::BYTES;
    if parts.as_ref().is_some_and(|parts| parts.size() < raw / 4) {
        return Ok(parts.map(|parts| Coding::Parts(Box::new(parts))));
    }
    let packed =
        pco::standalone::simple_compress(&prepared.coded_values(), &pco::ChunkConfig::default())
            .map_err(ReelError::Correction)?;
    Ok(Some(match parts {
        Some(parts) if parts.size() <= packed.len() => Coding::Parts(Box::new(parts)),
        _ => Coding::Packed(packed),
    }))
}

/// What stands beside the values: what is missing, and signs.
struct Side {
    masks: MaskCoding,
    classes: Option<Vec<u8>>,
    signs: Option<Vec<u8>>,
    /// The values that are listed.
    list: Option<Vec<u8>>,
}

impl Side {
    fn of<T: Value>(prepared: &Prepared<'_, T>, effort: Effort) -> Result<Self, ReelError> {
        let masks = effort.into();
        let encode = |plane: &Array3<u8>| mask::encode(masks, plane.view());
        Ok(Self {
            masks,
            classes: prepared.classes.as_ref().map(encode),
            signs: prepared.signs.as_ref().map(encode),
            list: match prepared.special.listed() {
                Some(_) => Some(packed_bits(&prepared.list)?),
                None => None,
            },
        })
    }

    /// Decodes the segment, mends single values, measures, and puts the certificate in; `None` if what was encoded cannot be
    /// decoded to values within the bound.
    fn seal<T: Value>(
        &self,
        prepared: &Prepared<'_, T>,
        options: &Options,
        coding: &Coding<T>,
    ) -> Result<Option<Bounded>, ReelError> {
        /// More single values than one in so many: the grid is wrong for them.
        const PATCHES: usize = 64;

        let unlimited = Limits {
            max_bytes: u64::MAX,
        };
        let open = Certificate::open(prepared.valid);
        let bytes = self.layout(prepared, options, coding, &[], open).encoded();
        let mut values: Array3<T> = match reconstruct(&Layout::parse(&bytes)?, &unlimited) {
            Ok(values) => values,
            Err(ReelError::Codec(error)) if error.is_encoder_failure() => return Ok(None),
            Err(error) => return Err(error),
        };
        let mended = prepared.mend(&mut values);
        let can_mend = matches!(coding, Coding::Parts(_));
        let most = if can_mend {
            prepared.values.len() / PATCHES + 2
        } else {
            0
        };
        if mended.len() > most {
            return Ok(None);
        }
        let patches = patch::encode(&mended);
        let certificate = certify(prepared, &values)?;
        let bytes = self
            .layout(prepared, options, coding, &patches, certificate)
            .encoded();
        Ok(Some(Bounded { bytes, certificate }))
    }

    fn layout<'a, T: Value>(
        &'a self,
        prepared: &Prepared<'_, T>,
        options: &Options,
        coding: &'a Coding<T>,
        patches: &'a [u8],
        certificate: Certificate,
    ) -> Layout<'a> {
        Layout {
            dtype: T::DTYPE,
            shape: prepared.values.dim().into(),
            bound: options.bound,
            masks: self.masks,
            domain: prepared.domain,
            special: prepared.special,
            clamp: match coding {
                Coding::Parts(_) => prepared.clamp.map(|limits| limits.map(T::bits)),
                _ => None,
            },
            classes: self.classes.as_deref(),
            signs: self.signs.as_deref(),
            list: self.list.as_deref(),
            body: match coding {
                Coding::Missing => Body::Missing,
                Coding::Constant(value) => Body::Constant(value.bits()),
                Coding::Packed(bytes) => Body::Packed(bytes),
                Coding::Parts(parts) => Body::Coded(parts.coded(patches)),
            },
            certificate,
        }
    }
}

/// The value that stands for all, if one can.
fn constant<T: Value>(prepared: &Prepared<'_, T>) -> Option<T> {
    let values = prepared.coded_values();
    let (min, max) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| {
            (min.min(value.to_f64()), max.max(value.to_f64()))
        });
    let first = *values.first()?;
    let middle = T::nearest(min / 2.0 + max / 2.0);
    [first, middle]
        .into_iter()
        .filter(|&value| prepared.validity.contains(value))
        .find(|&value| values.iter().all(|&x| prepared.check.holds(x, value)))
}

/// The bits of values, packed without loss.
fn packed_bits<T: Value>(values: &[T]) -> Result<Vec<u8>, ReelError> {
    let bits: Vec<u64> = values.iter().map(|value| value.bits()).collect();
    pco::standalone::simple_compress(&bits, &pco::ChunkConfig::default())
        .map_err(ReelError::Correction)
}

fn certify<T: Value>(
    prepared: &Prepared<'_, T>,
    decoded: &Array3<T>,
) -> Result<Certificate, ReelError> {
    let mut certificate = Certificate::open(prepared.valid);
    certificate.checksum = checksum(decoded.view());
    if prepared.valid == 0 {
        return Ok(certificate);
    }
    // To the metrics, finite values are valid, and others are not.
    let all = prepared.special.bits().iter().map(|&bits| T::of_bits(bits));
    let is_invalid = |value: T| value.is_finite() && !prepared.validity.contains(value);
    let some_are_finite = all.chain(prepared.list.iter().copied()).any(is_invalid);
    let metrics = match some_are_finite {
        false => T::metrics(prepared.values, decoded.view()),
        true => {
            let valid_of = |array: ArrayView3<'_, T>| {
                let mut array = array.to_owned();
                Zip::from(&mut array)
                    .and(&prepared.values)
                    .par_for_each(|value, &original| {
                        if is_invalid(original) {
                            *value = T::nearest(f64::NAN);
                        }
                    });
                array
            };
            let (original, decoded) = (valid_of(prepared.values), valid_of(decoded.view()));
            T::metrics(original.view(), decoded.view())
        }
    };
    let metrics = metrics.map_err(|_| ReelError::Verification)?;
    certificate.max_abs = metrics.max_abs;
    certificate.bias = metrics.bias as f32;
    certificate.rmse = metrics.rmse as f32;
    certificate.psnr_db = metrics.psnr_db() as f32;
    Ok(certificate)
}
