//! Compression of scientific fields `(time, y, x)` with an error bound, and as playable video.
//!
//! A *reel* contains every value within an error bound:
//!
//! ```
//! use fieldreel::{ErrorBound, compress, decompress};
//! use ndarray::Array3;
//!
//! let wind = Array3::from_shape_fn((24, 60, 80), |(t, y, x)| {
//!     ((x + t) as f32 / 9.0).sin() * 12.0 + y as f32 / 10.0
//! });
//! let bytes = compress(&wind, ErrorBound::Absolute(0.05))?;
//! let decoded = decompress::<f32>(&bytes)?;
//! assert!(wind.iter().zip(&decoded).all(|(x, x_hat)| (x - x_hat).abs() <= 0.05));
//! # Ok::<(), fieldreel::Error>(())
//! ```
//!
//! A plain video file has no error bound, and any player shows it:
//!
//! ```
//! # #[cfg(feature = "ffmpeg")] {
//! use fieldreel::{Preset, array_to_video, video_to_array};
//! use ndarray::Array3;
//!
//! let folder = tempfile::tempdir()?;
//! let wind = Array3::from_shape_fn((24, 60, 80), |(t, y, x)| {
//!     ((x + t) as f32 / 9.0).sin() * 12.0 + y as f32 / 10.0
//! });
//! let path = array_to_video(&wind, folder.path(), Preset::High)?;
//! let decoded = video_to_array::<f32>(&path)?;
//! assert_eq!(decoded.dim(), wind.dim());
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Modules
//!
//! | module | contents | crate |
//! |---|---|---|
//! | this one | arrays and reels: [`compress`], [`decompress`], [`Compressor`], [`Decompressor`] | `fieldreel` |
//! | this one | fields and reels: [`read_field`], [`reel_to_field`], [`reel_metadata`] | `fieldreel` |
//! | this one | plain videos: [`array_to_video`], [`video_to_array`], [`Preset`] | `fieldreel` |
//! | [`dataset`] | compression of complete NetCDF and GRIB files into NetCDF-4 files | `fieldreel` |
//! | [`reel`] | segments and reels | `fieldreel-reel` |
//! | [`quant`] | quantization of floating-point values to codes of 1 to 16 bits | `fieldreel-quant` |
//! | [`codec`] | video encoding and decoding of codes | `fieldreel-codec` |
//! | [`formats`] | fields in NetCDF and GRIB files, Zarr stores | `fieldreel-formats` |
//! | [`metrics`] | errors between two fields | `fieldreel-metrics` |
//! | [`plot`] | figures | `fieldreel-plot` |
//!
//! # Place in the workspace
//!
//! ```text
//! fieldreel ─┬─► fieldreel-reel ─┬─► fieldreel-predict ─► fieldreel-entropy
//!            │                   ├─► fieldreel-quant
//!            │                   └─► fieldreel-codec ─► FFmpeg, or rav1e and rav1d
//!            ├─► fieldreel-hdf5-filter ─► fieldreel-reel
//!            ├─► fieldreel-formats ─► netcdf-c, HDF5, ecCodes, zarrs
//!            ├─► fieldreel-plot ─► fieldreel-metrics
//!            └─► fieldreel-codec, fieldreel-quant, fieldreel-metrics, fieldreel-core
//! ```
//!
//! # Features
//!
//! | feature | default | requires | provides |
//! |---|---|---|---|
//! | `ffmpeg` | yes | FFmpeg's libraries | [`codec`], [`array_to_video`], [`video_to_array`]; video in [`reel`], [`compress`] and [`decompress`] |
//! | `av1-embedded` | no | no library | AV1 video in [`reel`], [`compress`] and [`decompress`], and its export to MP4 |
//! | `netcdf` | yes | netcdf-c, HDF5 | NetCDF in [`formats`] and [`read_field`] |
//! | `grib` | yes | ecCodes | GRIB in [`formats`] and [`read_field`] |
//! | `hdf5-filter` | yes | `netcdf` | [`register_hdf5_filter`]; NetCDF-4 files with the HDF5 filter in [`read_field`] |
//! | `netcdf-crate` | no | `netcdf` | fields in open files of the [`netcdf`](https://docs.rs/netcdf/0.12) crate in [`formats`]; with `hdf5-filter` also the filter on its variables |
//! | `eccodes-crate` | no | `grib` | fields from messages of the [`eccodes`](https://docs.rs/eccodes/0.14) crate in [`formats`] |
//! | `plot` | yes | no library | [`plot`] |
//! | `dataset` | yes | `hdf5-filter` | [`dataset`] |
//! | `zarr` | no | `dataset`; C and C++ compilers; Rust 1.91 | Zarr stores in [`dataset`] and [`read_field`] |
//! | `static` | no | cmake 3.26 | netcdf-c and HDF5 are built from source and linked statically |
//! | `formats` | yes, by `netcdf` and `grib` | no library | `Field` in [`formats`], [`reel_to_field`] and [`reel_metadata`] |
//! | `serde` | no | no library | options, plans, certificates, metrics and summaries implement serde's traits |
//!
//! Without default features, no C library is required. Available are then [`compress`],
//! [`decompress`], [`reel`] without video, [`quant`], [`metrics`] and [`Preset`]. The feature
//! `av1-embedded` adds AV1 video and requires no C library either.
//!
//! If a library is missing, the build ends with a line that says which packages to install and
//! which features to leave out.

#![cfg_attr(docsrs, feature(doc_cfg))]
// Items of features that are disabled are on docs.rs.
#![cfg_attr(
    not(feature = "ffmpeg"),
    doc = "",
    doc = "[`array_to_video`]: https://docs.rs/fieldreel/0.1/fieldreel/fn.array_to_video.html",
    doc = "[`codec`]: https://docs.rs/fieldreel/0.1/fieldreel/codec/index.html",
    doc = "[`video_to_array`]: https://docs.rs/fieldreel/0.1/fieldreel/fn.video_to_array.html"
)]
#![cfg_attr(
    not(feature = "formats"),
    doc = "",
    doc = "[`formats`]: https://docs.rs/fieldreel/0.1/fieldreel/formats/index.html",
    doc = "[`read_field`]: https://docs.rs/fieldreel/0.1/fieldreel/fn.read_field.html",
    doc = "[`reel_metadata`]: https://docs.rs/fieldreel/0.1/fieldreel/fn.reel_metadata.html",
    doc = "[`reel_to_field`]: https://docs.rs/fieldreel/0.1/fieldreel/fn.reel_to_field.html"
)]
#![cfg_attr(
    not(feature = "hdf5-filter"),
    doc = "",
    doc = "[`register_hdf5_filter`]: https://docs.rs/fieldreel/0.1/fieldreel/fn.register_hdf5_filter.html"
)]
#![cfg_attr(
    not(feature = "dataset"),
    doc = "",
    doc = "[`dataset`]: https://docs.rs/fieldreel/0.1/fieldreel/dataset/index.html"
)]
#![cfg_attr(
    not(feature = "plot"),
    doc = "",
    doc = "[`plot`]: https://docs.rs/fieldreel/0.1/fieldreel/plot/index.html"
)]

#[cfg(feature = "dataset")]
pub mod dataset;
mod error;
#[cfg(feature = "hdf5-filter")]
mod filter;
#[cfg(feature = "formats")]
mod input;
mod preset;
mod reels;
#[cfg(feature = "ffmpeg")]
mod video;

pub use error::Error;
#[cfg(feature = "hdf5-filter")]
pub use fieldreel_hdf5_filter::WriteParameters;
#[cfg(all(feature = "hdf5-filter", feature = "netcdf-crate"))]
pub use filter::put_hdf5_filter;
#[cfg(feature = "hdf5-filter")]
pub use filter::register_hdf5_filter;
#[cfg(feature = "formats")]
pub use input::read_field;
pub use preset::Preset;
pub use reels::{Compressor, Decompressor, compress, decompress, open_reel};
#[cfg(feature = "formats")]
pub use reels::{reel_metadata, reel_region_to_field, reel_to_field};
#[cfg(feature = "ffmpeg")]
pub use video::{
    VideoValues, array_to_video, array_to_video_file, video_path, video_to_array, video_to_values,
};

#[cfg(any(feature = "ffmpeg", feature = "av1-embedded"))]
pub use fieldreel_codec as codec;
#[cfg(feature = "formats")]
pub use fieldreel_formats as formats;
pub use fieldreel_metrics as metrics;
#[cfg(feature = "plot")]
pub use fieldreel_plot as plot;
pub use fieldreel_quant as quant;
pub use fieldreel_reel as reel;
pub use fieldreel_reel::{
    AttributeValue, Attributes, BaseChoice, CodecChoice, Coordinate, Criterion, Dimension, Effort,
    ErrorBound, ErrorKind, Limits, Metadata, ReelReader, ReelWriter, Scalar, Target,
};

/// Compiles and runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
