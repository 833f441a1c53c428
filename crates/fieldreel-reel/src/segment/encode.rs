//! Values into a segment, checked before it is given out.

use fieldreel_quant::Class;
use ndarray::{Array3, ArrayView3, Zip};

use super::certificate::Certificate;
use super::code::{self, Parts, Purpose};
use super::decode::{checksum, reconstruct};
use super::layout::{Body, Layout};
use super::patch;
use super::prepare::Prepared;
use crate::arithmetic::{Check, Grid};
use crate::mask::{self, MaskCoding};
use crate::plan::{Plan, search};
use crate::value::Value;
use crate::{Bound, Effort, Limits, Options, ReelError};

/// Encodes values, axis order `(time, y, x)`, into one segment.
///
/// What is returned was decoded, and every value was compared with the bound in the type `T`.
///
/// # Errors
/// [`ReelError::Empty`], [`ReelError::InvalidBound`], [`ReelError::Plan`] for arguments that
/// cannot be; [`ReelError::Unreachable`] for a target; [`ReelError::Codec`] if an encoder is
/// missing or fails; [`ReelError::Verification`] if the bound does not hold after a decode.
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
    let side = Side::of(&prepared, options.effort);
    if prepared.coded() == 0 {
        return side.seal(&prepared, options, &Coding::Missing);
    }
    if let Some(value) = constant(&prepared) {
        return side.seal(&prepared, options, &Coding::Constant(value));
    }
    let plan = match &options.plan {
        Some(plan) => plan.clone(),
        None => search(&prepared, options.effort, options.codecs)?.plan,
    };
    let first = prepared.grid;
    for grid in [first, Grid::Ordinals] {
        prepared.grid = grid;
        let Some(mut coding) = choose(&prepared, &plan, options.effort)? else {
            continue;
        };
        // A bound finer than the type itself has more steps than there are values: be exact.
        if grid != Grid::Ordinals && coding.size() > prepared.coded() * T::BYTES / 2 {
            prepared.grid = Grid::Ordinals;
            let exact = choose(&prepared, &plan, options.effort)?;
            if let Some(exact) = exact.filter(|exact| exact.size() < coding.size()) {
                coding = exact;
            }
        }
        prepared.forget_numbers();
        match side.seal(&prepared, options, &coding) {
            Err(ReelError::Verification) if grid != Grid::Ordinals => {
                prepared = Prepared::new(values, options, bound)?;
            }
            sealed => return sealed,
        }
    }
    Err(ReelError::Verification)
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

/// Codes by the plan, or packs where that is smaller; `None` if the grid cannot hold the values.
fn choose<T: Value>(
    prepared: &Prepared<'_, T>,
    plan: &Plan,
    effort: Effort,
) -> Result<Option<Coding<T>>, ReelError> {
    let parts = match plan {
        Plan::Packed => None,
        plan => match code::code(prepared, plan, effort, Purpose::Segment) {
            Ok(parts) => Some(parts),
            Err(ReelError::Plan { .. }) if prepared.grid != Grid::Ordinals => return Ok(None),
            Err(error) => return Err(error),
        },
    };
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
    payloads: Option<Vec<u8>>,
}

impl Side {
    fn of<T: Value>(prepared: &Prepared<'_, T>, effort: Effort) -> Self {
        let masks = effort.into();
        let encode = |plane: &Array3<u8>| mask::encode(masks, plane.view());
        Self {
            masks,
            classes: prepared.classes.as_ref().map(encode),
            signs: prepared.signs.as_ref().map(encode),
            payloads: payloads(prepared),
        }
    }

    /// Decodes the segment, mends single values, measures, and puts the certificate in.
    fn seal<T: Value>(
        &self,
        prepared: &Prepared<'_, T>,
        options: &Options,
        coding: &Coding<T>,
    ) -> Result<Bounded, ReelError> {
        /// More single values than one in so many: the grid is wrong for them.
        const PATCHES: usize = 64;

        let unlimited = Limits {
            max_bytes: u64::MAX,
        };
        let open = Certificate::open(prepared.valid);
        let bytes = self.layout(prepared, options, coding, &[], open).encoded();
        let mut values: Array3<T> = reconstruct(&Layout::parse(&bytes)?, &unlimited)?;
        let mended = prepared.mend(&mut values);
        if mended.len() > prepared.values.len() / PATCHES + 2 {
            return Err(ReelError::Verification);
        }
        let can_mend = matches!(coding, Coding::Parts(_));
        if !mended.is_empty() && !can_mend {
            return Err(ReelError::Verification);
        }
        let patches = patch::encode(&mended);
        let certificate = certify(prepared, &values)?;
        let bytes = self
            .layout(prepared, options, coding, &patches, certificate)
            .encoded();
        Ok(Bounded { bytes, certificate })
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
            fill: prepared.fill.map(|fill| fill.bits()),
            classes: self.classes.as_deref(),
            signs: self.signs.as_deref(),
            payloads: self.payloads.as_deref(),
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
        .find(|&value| values.iter().all(|&x| prepared.check.holds(x, value)))
}

/// The bits of each NaN, if they matter and are not all those of the canonical one.
fn payloads<T: Value>(prepared: &Prepared<'_, T>) -> Option<Vec<u8>> {
    let classes = prepared.classes.as_ref()?;
    if prepared.check != Check::Exact {
        return None;
    }
    let all = prepared.values.iter().zip(classes);
    let nans = all.filter(|&(_, &class)| class == Class::Nan as u8);
    let bits: Vec<u64> = nans.map(|(value, _)| value.bits()).collect();
    if bits.iter().all(|&bits| bits == T::nearest(f64::NAN).bits()) {
        return None;
    }
    pco::standalone::simple_compress(&bits, &pco::ChunkConfig::default()).ok()
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
    let metrics = match prepared.fill {
        None => T::metrics(prepared.values, decoded.view()),
        Some(fill) => {
            // To the metrics, fill values are values.
            let without = |array: ArrayView3<'_, T>| {
                let mut array = array.to_owned();
                let nan = T::nearest(f64::NAN);
                Zip::from(&mut array).for_each(|value| {
                    if value.bits() == fill.bits() {
                        *value = nan;
                    }
                });
                array
            };
            T::metrics(
                without(prepared.values).view(),
                without(decoded.view()).view(),
            )
        }
    };
    let metrics = metrics.map_err(|_| ReelError::Verification)?;
    certificate.max_abs = metrics.max_abs;
    certificate.bias = metrics.bias as f32;
    certificate.rmse = metrics.rmse as f32;
    certificate.psnr_db = metrics.psnr_db() as f32;
    Ok(certificate)
}
