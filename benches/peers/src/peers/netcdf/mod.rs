//! NetCDF-4 in memory: lossless deflate, and the quantization of netcdf-c with deflate or zstd.

mod library;
mod zstd_filter;

use ndarray::{Array3, ArrayView3};

use super::{Peer, PeerCodec};
use crate::Result;
use crate::fields::FieldData;
use crate::jobs::RowTarget;
use library::{NetcdfFilter, NetcdfQuantizer, VariableStorage};

/// The highest level of zlib.
const DEFLATE_LEVEL: u8 = 9;
/// A high level of zstd. The slower levels gain less than 1 %.
const ZSTD_LEVEL: u8 = 19;
/// The approximate number of values in a chunk of several frames.
const CHUNK_VALUES: usize = 1 << 20;

/// A method of storing a variable in NetCDF.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Netcdf {
    /// Lossless shuffle and deflate.
    Deflate,
    /// Granular bit rounding (Delaunay et al., 2019) or bit rounding, then shuffle and deflate.
    QuantizeDeflate,
    /// Granular bit rounding or bit rounding, then shuffle and zstd.
    QuantizeZstd,
}

impl Netcdf {
    /// All methods in the order of the tables.
    pub(crate) const ALL: [Self; 3] = [Self::Deflate, Self::QuantizeDeflate, Self::QuantizeZstd];

    /// Returns the lossless filter of the method.
    fn filter(self) -> NetcdfFilter {
        match self {
            Self::Deflate | Self::QuantizeDeflate => NetcdfFilter::Deflate(DEFLATE_LEVEL),
            Self::QuantizeZstd => NetcdfFilter::Zstd(ZSTD_LEVEL),
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

    fn supports(&self, target: RowTarget) -> bool {
        match self {
            Self::Deflate => target == RowTarget::Lossless,
            Self::QuantizeDeflate | Self::QuantizeZstd => matches!(target, RowTarget::Relative(_)),
        }
    }

    fn supports_missing(&self) -> bool {
        true
    }

    // The quantization has a number of digits or bits instead of a bound.
    fn claims_bound(&self) -> bool {
        *self == Self::Deflate
    }

    // Deflate and zstd process about a million values per second.
    fn trial_values(&self) -> usize {
        500_000
    }

    fn finalists(&self) -> usize {
        1
    }

    fn candidates(&self, field: &FieldData, bound: f64) -> Result<Vec<Box<dyn PeerCodec>>> {
        let [frames, height, width] = field.shape();
        let several = (CHUNK_VALUES / (height * width).max(1)).clamp(1, frames);
        let quantizers = match self {
            Self::Deflate => vec![None],
            _ => coarsest_quantizers(field, bound)?
                .into_iter()
                .map(Some)
                .collect(),
        };
        let mut all: Vec<Box<dyn PeerCodec>> = Vec::new();
        for quantize in quantizers {
            for frames in [1, several] {
                all.push(Box::new(NetcdfSetting(VariableStorage {
                    chunk: [frames, height, width],
                    quantize,
                    filter: self.filter(),
                })));
            }
        }
        Ok(all)
    }
}

/// Returns, for each quantization method, the fewest digits or bits that satisfy the bound.
fn coarsest_quantizers(field: &FieldData, bound: f64) -> Result<Vec<NetcdfQuantizer>> {
    let satisfies_bound = |quantize| -> Result<bool> {
        let storage = VariableStorage {
            chunk: field.shape(),
            quantize: Some(quantize),
            filter: NetcdfFilter::None,
        };
        let bytes = library::write(field.values.view(), &storage)?;
        let rounded = library::read(&bytes, field.shape())?;
        let mut errors = field.values.iter().zip(&rounded);
        Ok(errors.all(|(&x, &y)| {
            (f64::from(x) - f64::from(y)).abs() <= bound || (x.is_nan() && y.is_nan())
        }))
    };
    let mut coarsest = Vec::new();
    for quantizers in [
        (1..=7)
            .map(NetcdfQuantizer::GranularDigits)
            .collect::<Vec<_>>(),
        (1..=23).map(NetcdfQuantizer::Bits).collect(),
    ] {
        // Bisect for the first that satisfies the bound, because more digits give smaller errors.
        let (mut low, mut high) = (0, quantizers.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if satisfies_bound(quantizers[middle])? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        coarsest.extend(quantizers.get(low).copied());
    }
    Ok(coarsest)
}

/// The storage of the variable: chunks, quantization and filter.
struct NetcdfSetting(VariableStorage);

impl PeerCodec for NetcdfSetting {
    fn setting(&self) -> String {
        let chunk = match self.0.chunk[0] {
            1 => "1 frame per chunk".to_owned(),
            frames => format!("{frames} frames per chunk"),
        };
        match self.0.quantize {
            None => chunk,
            Some(NetcdfQuantizer::GranularDigits(digits)) => {
                format!("granular bit round to {digits} digits, {chunk}")
            }
            Some(NetcdfQuantizer::Bits(bits)) => format!("bit round to {bits} bits, {chunk}"),
        }
    }

    fn encode(&self, values: ArrayView3<'_, f32>, _: f64) -> Result<Vec<u8>> {
        let mut storage = self.0;
        let chunk = storage.chunk.iter_mut().zip(values.shape());
        chunk.for_each(|(side, &length)| *side = length.min(*side));
        library::write(values, &storage)
    }

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Result<Array3<f32>> {
        library::read(bytes, shape)
    }
}
