//! The compressors, each in its own file.
//!
//! Each compressor is run with the settings of its own documentation and in several axis orders.
//! The row is that of the best setting, whose description is not part of the compressed size.

mod axis_permutation;
mod bitround_pco;
#[cfg(feature = "ebcc")]
mod ebcc;
mod fieldreel;
#[cfg(feature = "fpzip")]
mod fpzip;
mod grib;
mod lossless;
mod modes;
mod netcdf;
#[cfg(feature = "sperr")]
mod outliers;
mod probe;
#[cfg(feature = "sperr")]
mod sperr;
#[cfg(feature = "sperr")]
mod sperr_tuned;
#[cfg(feature = "sz3")]
mod sz3;
#[cfg(feature = "zfp")]
mod zfp;

use ::fieldreel::Effort;
use ndarray::{Array3, ArrayView3};

use crate::Result;
use crate::fields::FieldData;
use crate::jobs::RowTarget;

pub(crate) use modes::ModePeer;

/// A compressor.
pub(crate) trait Peer {
    /// Returns the name in tables and in `--peers`.
    fn name(&self) -> String;

    /// Returns the version of the compressor and of the libraries that determine its output.
    fn version(&self) -> String;

    /// Returns whether the compressor is measured at this target: by default, range-relative
    /// bounds.
    fn supports(&self, target: RowTarget) -> bool {
        matches!(target, RowTarget::Relative(_))
    }

    /// Returns whether the compressor stores NaN.
    ///
    /// Compressors that do not are given the field with in-fill, and the size of the mask is
    /// added.
    fn supports_missing(&self) -> bool {
        false
    }

    /// Returns the values that the compressor encodes.
    fn input<'a>(&self, field: &'a FieldData) -> ArrayView3<'a, f32> {
        if self.supports_missing() {
            field.values.view()
        } else {
            field.filled()
        }
    }

    /// Returns the maximum size of a field. Larger fields are omitted, because they would take
    /// hours.
    fn max_values(&self) -> usize {
        usize::MAX
    }

    /// Returns whether the compressor claims to satisfy the requested error bound.
    fn claims_bound(&self) -> bool {
        true
    }

    /// Returns the size of the sample on which settings are compared.
    ///
    /// Larger fields are encoded only with the best settings on the sample.
    fn trial_values(&self) -> usize {
        2_000_000
    }

    /// Returns the number of settings with which large fields are encoded.
    fn finalists(&self) -> usize {
        2
    }

    /// Returns the settings to try for an absolute bound. The first is the default of the library.
    fn candidates(&self, field: &FieldData, bound: f64) -> Result<Vec<Box<dyn PeerCodec>>>;
}

/// A compressor with a setting.
pub(crate) trait PeerCodec {
    /// Returns a short description of the setting.
    fn setting(&self) -> String;

    /// Returns whether the library is given a bound looser than the request, because its errors
    /// are far below its bound.
    fn requests_looser_bound(&self) -> bool {
        false
    }

    /// Encodes a field of axis order `(time, y, x)` with the absolute bound `request`.
    fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Result<Vec<u8>>;

    /// Decodes a field of the given shape.
    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Result<Array3<f32>>;
}

/// Returns fieldreel at each of the efforts.
pub(crate) fn fieldreel_peers(efforts: &[Effort]) -> Vec<Box<dyn Peer>> {
    let peer = |&effort| -> Box<dyn Peer> { Box::new(fieldreel::FieldreelPeer { effort }) };
    efforts.iter().map(peer).collect()
}

/// The peers that are features of this package: the name of the peer and the feature, and true if
/// it is built.
pub(crate) const FEATURES: [(&str, bool); 5] = [
    ("fpzip", cfg!(feature = "fpzip")),
    ("sz3", cfg!(feature = "sz3")),
    ("sperr", cfg!(feature = "sperr")),
    ("zfp", cfg!(feature = "zfp")),
    ("ebcc", cfg!(feature = "ebcc")),
];

/// Returns all peers that are built, without fieldreel.
pub(crate) fn other_peers() -> Vec<Box<dyn Peer>> {
    let mut peers: Vec<Box<dyn Peer>> = vec![
        #[cfg(feature = "sz3")]
        Box::new(sz3::Sz3),
        #[cfg(feature = "sperr")]
        Box::new(sperr::Sperr),
        #[cfg(feature = "sperr")]
        Box::new(sperr_tuned::SperrTuned),
        #[cfg(feature = "zfp")]
        Box::new(zfp::Zfp),
        #[cfg(feature = "ebcc")]
        Box::new(ebcc::Ebcc),
    ];
    for peer in netcdf::Netcdf::ALL {
        peers.push(Box::new(peer));
    }
    peers.push(Box::new(grib::GribCcsds));
    peers.push(Box::new(bitround_pco::BitroundPco));
    for peer in lossless::LosslessPeer::ALL {
        peers.push(Box::new(peer));
    }
    #[cfg(feature = "fpzip")]
    peers.push(Box::new(fpzip::Fpzip));
    peers
}
