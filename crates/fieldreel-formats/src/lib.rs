//! Scientific fields in and out of NetCDF and GRIB files, and Zarr stores.
//!
//! A [`Field`] is a variable with its metadata: values of any rank, dimension names, coordinates,
//! attributes, and the numbers that mark missing values. Missing floating-point values are NaN in
//! memory, whatever fill value the file uses.
//!
//! | feature | default | C library | functions |
//! |---|---|---|---|
//! | `netcdf` | yes | netcdf-c | `read_netcdf`, `list_variables`, `write_netcdf` |
//! | `grib` | yes | ecCodes | `read_grib`, `list_parameters`, `write_grib` and datasets |
//! | `zarr` | no | none; blosc and zstd are compiled | Zarr datasets |
//! | `netcdf-crate` | no | netcdf-c | `Field::from_netcdf`, `Field::put_netcdf`, `put_filter` |
//! | `eccodes-crate` | no | ecCodes | `Field::from_eccodes` |
//! | `static` | no | none; cmake 3.26 to build | links netcdf-c and HDF5 that are built from source |
//! | `serde` | no | none | the types and roles of variables implement serde's traits |
//!
//! The features `netcdf-crate` and `eccodes-crate` convert fields from and to open files of the
//! [`netcdf`](https://docs.rs/netcdf/0.12) crate, and from messages of the
//! [`eccodes`](https://docs.rs/eccodes/0.14) crate.
//!
//! Without features, [`Field`] and its views compile without any C library.
//!
//! ```
//! use fieldreel_formats::{Field, FrameView};
//! use ndarray::Array4;
//!
//! // Two months of five levels of 3×4 values, as ten frames of 3×4.
//! let values = Array4::<f32>::zeros((2, 5, 3, 4)).into_dyn();
//! let field = Field::new("TEMP", values, &["time", "level", "y", "x"])?;
//! let frames = field.as_frames(&FrameView::FoldLeading)?;
//! assert_eq!(frames.shape(), [10, 3, 4]);
//! # Ok::<(), fieldreel_formats::FormatError>(())
//! ```
//!
//! Files are untrusted input: sizes are checked against [`Limits`] before memory is allocated, and
//! a damaged file gives a [`FormatError`], not a panic. Neither C library is thread-safe, so each
//! is called under a lock of the process, and calls from several threads wait for each other.
//!
//! # Place in the workspace
//!
//! ```text
//! fieldreel ─► fieldreel-formats ─┬─► fieldreel-core
//!                                 ├─► netcdf-c, HDF5   with the feature netcdf
//!                                 ├─► ecCodes          with the feature grib
//!                                 └─► zarrs            with the feature zarr
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod dataset;
mod error;
pub mod field;
#[cfg(feature = "grib")]
pub mod grib;
mod limits;
#[cfg(feature = "netcdf")]
pub mod netcdf;
#[cfg(feature = "zarr")]
pub mod zarr;

/// Entry points of the fuzz targets of the workspace: this crate's own parsers. Not part of the
/// public API.
#[doc(hidden)]
pub mod fuzzing {
    #[cfg(feature = "grib")]
    pub use crate::grib::fuzz_framing;
    #[cfg(feature = "netcdf")]
    pub use crate::netcdf::fuzz_classic_header;
}

#[cfg(feature = "netcdf")]
pub use self::netcdf::{
    ChunkReader, ChunkWriter, NetcdfCompression, NetcdfDataset, NetcdfOptions, NetcdfWriter,
    VariableInfo, VariableStorage, list_variables, read_dataset_field, read_netcdf,
    read_netcdf_with, register_filter, write_netcdf,
};
pub use error::{FormatError, LibraryError, Result};
pub use field::{
    AttributeValue, Attributes, Coordinate, Dimension, Field, FieldValues, FrameView, Frames,
    Missing, NumericArray, Packing,
};
pub use fieldreel_core::{Dtype, ErrorKind, Limits, Scalar};
#[cfg(feature = "grib")]
pub use grib::{
    GribDataset, GribGrid, GribOptions, GribPacking, GribSelection, GribSummary, list_parameters,
    read_grib, read_grib_with, write_grib, write_grib_dataset,
};
pub use limits::DEFAULT_LIMITS;
#[cfg(all(feature = "netcdf", feature = "zarr"))]
pub use netcdf::write_zarr;
#[cfg(feature = "zarr")]
pub use zarr::{ZarrDataset, ZarrStorage, ZarrWriter};

/// Compiles and runs the example of the README.
#[cfg(all(doctest, feature = "netcdf"))]
#[doc = include_str!("../README.md")]
struct Readme;
