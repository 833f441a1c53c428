//! An HDF5 filter whose compressed chunks are segments of [`fieldreel_reel`].
//!
//! Every program that reads HDF5 or NetCDF-4 can read such chunks once this library is in a folder
//! that `HDF5_PLUGIN_PATH` names.
//!
//! - [`Parameters`]: the choices of the writer and the layout of the chunks, as HDF5 stores them
//!   with a dataset (`cd_values`).
//! - [`compress`], [`decompress`]: conversion of the bytes of a chunk to the bytes of a segment,
//!   and back.
//! - [`filter_class`]: the class for `H5Zregister`, for programs that use no plugin.
//!
//! Reading calls no function of HDF5, because a segment describes itself. When a dataset is
//! created, HDF5 gives the filter information about the dataset only through functions of HDF5.
//! The filter looks these functions up in the library that calls it, because a process may have
//! loaded several HDF5 libraries. No panic unwinds into the caller, and every failure becomes an
//! HDF5 error. Nothing is printed, unless the functions of HDF5 cannot be found: the reason of a
//! failure is then one line on standard error.
//!
//! ```
//! use fieldreel_core::{Dtype, Limits};
//! use fieldreel_hdf5_filter::{ChunkType, Parameters, WriteParameters, compress, decompress};
//!
//! // The numbers of a user: an absolute bound, and the lower and upper half of 0.05.
//! let write = WriteParameters::parse(&[0, 2576980378, 1068079513])?;
//! let parameters = Parameters::new(write, ChunkType::new(Dtype::F32), &[4, 30, 40]);
//! let values = (0..4 * 30 * 40).map(|i| (i as f32 / 99.0).sin());
//! let chunk: Vec<u8> = values.flat_map(f32::to_le_bytes).collect();
//! let segment = compress(&chunk, &parameters)?;
//! let decoded = decompress(&segment, false, &Limits::default())?;
//! assert_eq!(decoded.len(), chunk.len());
//! # Ok::<(), fieldreel_hdf5_filter::FilterError>(())
//! ```
//!
//! # Place in the workspace
//!
//! ```text
//! fieldreel ─► fieldreel-hdf5-filter ─┬─► fieldreel-reel ─► fieldreel-codec ─► FFmpeg
//!                                     └─► fieldreel-core
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

mod chunk;
mod class;
mod error;
mod host;
mod parameters;
mod read;

pub use chunk::{compress, decompress};
pub use class::filter_class;
pub use error::FilterError;
pub use fieldreel_core::ErrorKind;
pub use parameters::{ChunkType, Parameters, WriteParameters};

/// Compiles and runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The identifier of the filter.
///
/// It is in the range that The HDF Group leaves to unregistered filters (32768 to 65535).
pub const FILTER_ID: i32 = 61_921;
