//! Compression of complete NetCDF and GRIB files and Zarr stores into NetCDF-4 files or Zarr stores,
//! and decompression.
//!
//! Chunks of variables that have a bound, and of lossless variables that become clearly smaller,
//! are stored as segments of [`reel`](crate::reel): in NetCDF-4 through the HDF5 filter
//! `fieldreel-hdf5-filter`, in Zarr through the codec `fieldreel-zarr`. Every program that reads
//! NetCDF-4 reads them if the plugin of that filter is installed. Groups, dimensions, attributes,
//! coordinates and strings are preserved, and in NetCDF-4 also types that a file defines.
//!
//! An output is a Zarr store, in a folder, if its extension is `.zarr`, and otherwise a NetCDF-4
//! file. An input that is a folder is a Zarr store. Zarr needs the feature `zarr`.
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
//! | both formats of the output | `output` |
//! | entry points | `compress`, `decompress`, `expand`, `grib` |
//! | slabs of large variables, encoded apart | `slabs` |
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
mod output;
mod packing;
mod padding;
mod progress;
mod provenance;
mod schema;
mod select;
mod shared_plans;
#[cfg(feature = "zarr")]
mod slabs;
mod summary;
mod validity;
mod variable_encoder;

pub use compress::compress_dataset;
pub use decompress::decompress_dataset;
pub use fieldreel_formats::dataset::VariableRole;
#[cfg(feature = "grib")]
pub use grib::to_grib;
#[cfg(feature = "zarr")]
pub use open::open_zarr;
pub use options::{DatasetOptions, DatasetProgress};
pub use schema::read_schema;
#[cfg(feature = "zarr")]
pub use slabs::{
    EncodedSlab, LargeVariable, Slab, compress_slab, compress_with_slabs, large_variables,
};
pub use summary::{DatasetSummary, ExactReason, Fidelity, StorageKind, VariableSummary};
