//! Files as a whole: a NetCDF or GRIB file in, a smaller NetCDF-4 file with all that was in it out, and back.
//!
//! The values of a variable with a bound, and of others that become clearly smaller so, are in chunks that are segments of [`reel`](crate::reel), through the HDF5 filter
//! `fieldreel-hdf5-filter`: every program that reads NetCDF-4 reads them where that filter is installed. All else is as it was:
//! groups, dimensions, types, attributes, coordinates, texts.
//!
//! ```no_run
//! use fieldreel::Criterion;
//! use fieldreel::dataset::{DatasetOptions, compress_dataset, decompress_dataset};
//!
//! let options = DatasetOptions::new(ErrorBound::RangeRelative(1e-3)).bound("temp*", ErrorBound::Absolute(0.01))?;
//! let summary = compress_dataset("ocean.nc", "small.nc", &options)?;
//! for variable in &summary.variables {
//!     println!("{}: {} bytes of {}", variable.name, variable.stored_bytes, variable.bytes);
//! }
//! decompress_dataset("small.nc", "again.nc", &DatasetOptions::lossless())?;
//! # Ok::<(), fieldreel::Error>(())
//! ```
//!
//! | stage | module |
//! |---|---|
//! | which variables, within what | `options`, `select`, `exact` |
//! | where chunks begin and end | `chunking` |
//! | what stands for missing values, and what packed ones for | `sentinels`, `packing` |
//! | a variable to chunks, and several | `task`, `pad`, `run` |
//! | a whole file | `compress`, `decompress`, `expand`, `grib`, `copy`, `open` |
//! | what is said of it | `describe`, `progress`, `summary` |

mod chunking;
mod compress;
mod copy;
mod decompress;
mod encode;
mod expand;
#[cfg(feature = "grib")]
mod grib;
mod lossless;
mod open;
mod options;
mod packing;
mod padding;
mod progress;
mod provenance;
mod select;
mod shared_plans;
mod summary;
mod validity;
mod variable_encoder;

pub use compress::compress_dataset;
pub use decompress::decompress_dataset;
pub use fieldreel_formats::dataset::VariableRole;
#[cfg(feature = "grib")]
pub use grib::to_grib;
pub use options::{DatasetOptions, DatasetProgress};
pub use summary::{DatasetSummary, ExactReason, Fidelity, StorageKind, VariableSummary};
