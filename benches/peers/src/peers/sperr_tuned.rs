//! SPERR with a quantization step of its own choice, and its outliers coded here.
//!
//! SPERR's point-wise error mode quantizes wavelet coefficients in steps of 1.5 times the bound and lists the
//! outliers. Liu et al., "FAZ: A flexible auto-tuned modular error-bounded compression framework for
//! scientific data" (ICS 2023), tune such a step against the outliers it makes.

use ::sperr::CompressionMode;
use ndarray::{Array3, ArrayView3};

use super::outliers;
use super::sperr::{self, Chunks};
use super::{Codec, Peer};
use crate::Outcome;
use crate::fields::{FieldData, sample};

/// Steps that are tried, in bounds.
const STEPS: [f64; 14] = [
    1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 2.75, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0,
];
/// The step at which orders and chunks are compared.
const USUAL: f64 = 2.5;
/// The number of these that get every step.
const CHOSEN: usize = 2;

/// SPERR at a fixed quantization step, with corrections.
pub(super) struct SperrTuned;

impl Peer for SperrTuned {
    fn name(&self) -> String {
        "sperr-tuned".to_owned()
    }

    fn version(&self) -> String {
        format!(
            "{}; pco {}; zstd {}",
            env!("VERSION_SPERR"),
            env!("VERSION_PCO"),
            env!("VERSION_ZSTD_SYS")
        )
    }

    fn candidates(&self, field: &FieldData, bound: f64) -> Outcome<Vec<Box<dyn Codec>>> {
        // Whatever the setting, the bound is kept: the sizes of a part are enough to choose one.
        let part = sample(field.filled(), self.trial_values());
        let usual = |chunks| Setting {
            chunks,
            step: USUAL,
        };
        let chunks = Chunks::all(field.shape()).into_iter().map(usual);
        let mut chosen = Vec::new();
        for Setting { chunks, .. } in smallest(chunks, part, bound, CHOSEN)? {
            chosen.extend(STEPS.map(|step| Setting { chunks, step }));
        }
        let settings = smallest(chosen.into_iter(), part, bound, self.finalists())?;
        let boxed = |setting| -> Box<dyn Codec> { Box::new(setting) };
        Ok(settings.into_iter().map(boxed).collect())
    }
}

/// The `count` settings that encode `part` in the fewest bytes.
fn smallest(
    settings: impl Iterator<Item = Setting>,
    part: ArrayView3<'_, f32>,
    bound: f64,
    count: usize,
) -> Outcome<Vec<Setting>> {
    let mut ranked = Vec::new();
    for setting in settings {
        ranked.push((setting.encode(part, bound)?.len(), setting));
    }
    ranked.sort_by_key(|(bytes, _)| *bytes);
    ranked.truncate(count);
    Ok(ranked.into_iter().map(|(_, setting)| setting).collect())
}

/// A step, with chunks.
struct Setting {
    chunks: Chunks,
    /// In bounds.
    step: f64,
}

impl Codec for Setting {
    fn setting(&self) -> String {
        format!("step {} ε, {}", self.step, self.chunks.name())
    }

    fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Outcome<Vec<u8>> {
        let q = self.step * request;
        let shape = self.chunks.order.shape(values.dim().into());
        let values = self.chunks.order.apply(values);
        let stream = self
            .chunks
            .encode(&values, shape, CompressionMode::QuantizationStep { q })?;
        let decoded = sperr::decode(&stream, shape)?;
        let mut bytes = u32::try_from(stream.len())?.to_le_bytes().to_vec();
        bytes.extend_from_slice(&stream);
        bytes.extend_from_slice(&outliers::encode(&values, &decoded, request)?);
        Ok(bytes)
    }

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Outcome<Array3<f32>> {
        let damaged = || "the stream is damaged";
        let (length, rest) = bytes.split_first_chunk().ok_or_else(damaged)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (stream, rest) = rest.split_at_checked(length).ok_or_else(damaged)?;
        let mut values = sperr::decode(stream, self.chunks.order.shape(shape))?;
        outliers::decode(rest, &mut values)?;
        self.chunks.order.undo(values, shape)
    }
}
