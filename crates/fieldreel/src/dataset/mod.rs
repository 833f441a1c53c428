//! Compression of complete NetCDF and GRIB files into NetCDF-4 files, and decompression.
//!
//! Chunks of variables that have a bound, and of lossless variables that become clearly smaller,
//! are stored as segments of [`reel`](crate::reel) through the HDF5 filter
//! `fieldreel-hdf5-filter`. Every program that reads NetCDF-4 reads them if the plugin of that
//! filter is installed. Groups, dimensions, types, attributes, coordinates and strings are
//! preserved.
//!
//! ```no_run
//! use fieldreel::ErrorBound;
//! use fieldreel::dataset::{DatasetOptions, compress_dataset, decompress_dataset};
//!
//! let options = DatasetOptions::new(ErrorBound::RangeRelative(1e-3))
//!     .with_bound("temp*", ErrorBound::Absolute(0.01))?;
//! let summary = compress_dataset("ocean.nc", "compressed.nc", &options)?;
//! for variable in &summary.variables {
//!     println!("{}: {} of {} bytes", variable.name, variable.stored_bytes, variable.bytes);
//! }
//! decompress_dataset("compressed.nc", "decompressed.nc", &DatasetOptions::lossless())?;
//! # Ok::<(), fieldreel::Error>(())
//! ```
//!
//! | stage | module |
//! |---|---|
//! | options, and the criterion of each variable | `options`, `select` |
//! | opening the input | `open`, `schema` |
//! | shapes of chunks | `chunking`, `padding` |
//! | missing values and packed values | `validity`, `packing` |
//! | encoding of variables | `variable_encoder`, `encode`, `shared_plans` |
//! | lossless variables | `lossless`, `copy` |
//! | entry points | `compress`, `decompress`, `expand`, `grib` |
//! | provenance, progress and summary | `provenance`, `progress`, `summary` |

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
mod schema;
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
pub use schema::read_schema;
pub use summary::{DatasetSummary, ExactReason, Fidelity, StorageKind, VariableSummary};
