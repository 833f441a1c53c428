//! The compressors that are compared, a file for each.
//!
//! Each is given what suits it best: the settings that its own documentation offers, and the orders of
//! the axes. Which of them won is said in the row, and is not charged.

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
mod order;
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

use crate::Outcome;
use crate::fields::FieldData;
use crate::jobs::Target;

pub(crate) use modes::Mode;

/// A compressor.
pub(crate) trait Peer {
    /// As tables have it and `--peers` takes it.
    fn name(&self) -> String;

    /// Its version, and that of the library under it.
    fn version(&self) -> String;

    /// Returns whether it is measured at this target: a part of the range by default.
    fn takes(&self, target: Target) -> bool {
        matches!(target, Target::Relative(_))
    }

    /// Returns whether NaN comes back where it was. Others are given the field filled in, and are charged
    /// the mask.
    fn takes_missing(&self) -> bool {
        false
    }

    /// The values that it is given.
    fn input<'a>(&self, field: &'a FieldData) -> ArrayView3<'a, f32> {
        if self.takes_missing() {
            field.values.view()
        } else {
            field.filled()
        }
    }

    /// Fields of more values are left out: they would take hours.
    fn most_values(&self) -> usize {
        usize::MAX
    }

    /// Returns whether it promises that an error that it is asked for is kept.
    fn promises(&self) -> bool {
        true
    }

    /// Fields of more values are compressed with the most promising settings only, as seen on a
    /// part of that size.
    fn trial_values(&self) -> usize {
        2_000_000
    }

    /// Returns the number of settings.
    fn finalists(&self) -> usize {
        2
    }

    /// The settings to try for an absolute bound.
    fn candidates(&self, field: &FieldData, bound: f64) -> Outcome<Vec<Box<dyn Codec>>>;
}

/// A compressor with its settings.
pub(crate) trait Codec {
    /// The settings in a few words.
    fn setting(&self) -> String;

    /// Whether the library is asked for more than the bound, because it keeps far below what it is
    /// asked for.
    fn asks_for_more(&self) -> bool {
        false
    }

    /// The bytes of a field, axis order `(time, y, x)`, whose values are to be within `request`.
    fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Outcome<Vec<u8>>;

    /// The field of these bytes.
    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Outcome<Array3<f32>>;
}

/// fieldreel at each of these efforts.
pub(crate) fn fieldreel(efforts: &[Effort]) -> Vec<Box<dyn Peer>> {
    let peer = |&effort| -> Box<dyn Peer> { Box::new(fieldreel::Reel { effort }) };
    efforts.iter().map(peer).collect()
}

/// Peers that are features of this package, by the name that peer and feature share, and whether
/// they are built.
pub(crate) const FEATURES: [(&str, bool); 5] = [
    ("fpzip", cfg!(feature = "fpzip")),
    ("sz3", cfg!(feature = "sz3")),
    ("sperr", cfg!(feature = "sperr")),
    ("zfp", cfg!(feature = "zfp")),
    ("ebcc", cfg!(feature = "ebcc")),
];

/// All the others that are built.
pub(crate) fn others() -> Vec<Box<dyn Peer>> {
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
    for peer in lossless::Lossless::ALL {
        peers.push(Box::new(peer));
    }
    #[cfg(feature = "fpzip")]
    peers.push(Box::new(fpzip::Fpzip));
    peers
}
