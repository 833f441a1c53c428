//! NetCDF-4 in memory: deflate as it is, and netCDF's own quantization before deflate or zstd.

mod library;
mod zstd_filter;

use ndarray::{Array3, ArrayView3};

use super::{Codec, Peer};
use crate::Outcome;
use crate::fields::FieldData;
use crate::jobs::Target;
use library::{Filter, Quantize, Storage};

/// zlib's and zstd's highest levels but zstd's slowest ones, which gain under 1 %.
const DEFLATE_LEVEL: u8 = 9;
const ZSTD_LEVEL: u8 = 19;
/// Values of a chunk of several frames.
const CHUNK: usize = 1 << 20;

/// A way to store a variable in NetCDF.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Netcdf {
    /// Deflate and shuffle, without loss.
    Deflate,
    /// Granular bit rounding (Delaunay et al., 2019) or bit rounding, then deflate and shuffle.
    QuantizeDeflate,
    /// The same, then zstd and shuffle.
    QuantizeZstd,
}

impl Netcdf {
    /// In the order of the tables.
    pub(crate) const ALL: [Self; 3] = [Self::Deflate, Self::QuantizeDeflate, Self::QuantizeZstd];

    /// What is lossless about it.
    fn filter(self) -> Filter {
        match self {
            Self::Deflate | Self::QuantizeDeflate => Filter::Deflate(DEFLATE_LEVEL),
            Self::QuantizeZstd => Filter::Zstd(ZSTD_LEVEL),
        }
    }
}

impl Peer for Netcdf {
    fn name(&self) -> String {
        match self {
            Self::Deflate => "netcdf-deflate",
            Self::QuantizeDeflate => "netcdf-quantize-deflate",
            Self::QuantizeZstd => "netcdf-quantize-zstd",
        }
        .to_owned()
    }

    fn version(&self) -> String {
        let library = library::version();
        match self {
            Self::Deflate | Self::QuantizeDeflate => library,
            Self::QuantizeZstd => format!("{library}; zstd {}", env!("VERSION_ZSTD_SYS")),
        }
    }

    fn takes(&self, target: Target) -> bool {
        match self {
            Self::Deflate => target == Target::Lossless,
            Self::QuantizeDeflate | Self::QuantizeZstd => matches!(target, Target::Relative(_)),
        }
    }

    fn takes_missing(&self) -> bool {
        true
    }

    // What is asked for is a number of digits or bits: the bound is none of its business.
    fn promises(&self) -> bool {
        *self == Self::Deflate
    }

    // Deflate and zstd take a second for a million values.
    fn trial_values(&self) -> usize {
        500_000
    }

    fn finalists(&self) -> usize {
        1
    }

    fn candidates(&self, field: &FieldData, bound: f64) -> Outcome<Vec<Box<dyn Codec>>> {
        let [frames, height, width] = field.shape();
        let several = (CHUNK / (height * width).max(1)).clamp(1, frames);
        let quantizers = match self {
            Self::Deflate => vec![None],
            _ => coarsest(field, bound)?.into_iter().map(Some).collect(),
        };
        let mut all: Vec<Box<dyn Codec>> = Vec::new();
        for quantize in quantizers {
            for frames in [1, several] {
                all.push(Box::new(Setting(Storage {
                    chunk: [frames, height, width],
                    quantize,
                    filter: self.filter(),
                })));
            }
        }
        Ok(all)
    }
}

/// Of either way to round, the one with the fewest digits or bits that keeps the bound.
fn coarsest(field: &FieldData, bound: f64) -> Outcome<Vec<Quantize>> {
    let kept = |quantize| -> Outcome<bool> {
        let storage = Storage {
            chunk: field.shape(),
            quantize: Some(quantize),
            filter: Filter::None,
        };
        let bytes = library::write(field.values.view(), &storage)?;
        let rounded = library::read(&bytes, field.shape())?;
        let mut errors = field.values.iter().zip(&rounded);
        Ok(errors.all(|(&x, &y)| {
            (f64::from(x) - f64::from(y)).abs() <= bound || (x.is_nan() && y.is_nan())
        }))
    };
    let mut found = Vec::new();
    for ladder in [
        (1..=7).map(Quantize::GranularDigits).collect::<Vec<_>>(),
        (1..=23).map(Quantize::Bits).collect(),
    ] {
        // More digits, smaller errors: the first that keeps the bound by halving.
        let (mut low, mut high) = (0, ladder.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if kept(ladder[middle])? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        found.extend(ladder.get(low).copied());
    }
    Ok(found)
}

/// Chunks and a quantization.
struct Setting(Storage);

impl Codec for Setting {
    fn setting(&self) -> String {
        let chunk = match self.0.chunk[0] {
            1 => "1 frame a chunk".to_owned(),
            frames => format!("{frames} frames a chunk"),
        };
        match self.0.quantize {
            None => chunk,
            Some(Quantize::GranularDigits(digits)) => {
                format!("granular bit round to {digits} digits, {chunk}")
            }
            Some(Quantize::Bits(bits)) => format!("bit round to {bits} bits, {chunk}"),
        }
    }

    fn encode(&self, values: ArrayView3<'_, f32>, _: f64) -> Outcome<Vec<u8>> {
        let mut storage = self.0;
        let chunk = storage.chunk.iter_mut().zip(values.shape());
        chunk.for_each(|(side, &length)| *side = length.min(*side));
        library::write(values, &storage)
    }

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Outcome<Array3<f32>> {
        library::read(bytes, shape)
    }
}
