//! An HDF5 filter whose compressed chunks are segments of [`fieldreel_reel`]: every program that reads HDF5 or NetCDF-4
//! reads them, with this library in a folder that `HDF5_PLUGIN_PATH` names.
//!
//! - [`Parameters`]: what a writer asks for, and what a chunk is, as HDF5 keeps it with a dataset (`cd_values`).
//! - [`compress`], [`decompress`]: the bytes of a chunk to those of a segment and back.
//! - [`filter_class`]: the class for `H5Zregister`, for programs that need no plugin path.
//!
//! Reading needs nothing of HDF5: a segment says all of itself. To write, HDF5 tells the filter about the dataset only through
//! functions of its own; they are looked for in the very library that calls, as a process may hold several.
//! Nothing unwinds into the caller, and nothing is printed: what fails is an error of HDF5.

mod chunk;
mod class;
mod error;
mod host;
mod parameters;
mod read;

pub use chunk::{compress, decompress};
pub use class::filter_class;
pub use error::FilterError;
pub use parameters::{ChunkType, Parameters, WriteParameters};

/// The filter's number: of the range that The HDF Group leaves to filters that are not registered (32768 to 65535).
pub const FILTER_ID: i32 = 61_921;
