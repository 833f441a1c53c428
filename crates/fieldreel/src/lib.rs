//! Scientific float fields `(time, y, x)` stored as real video.
//!
//! A video codec removes what is redundant in space and time, and the floats come back. In a *reel*,
//! each within a bound:
//!
//! ```
//! use fieldreel::{Criterion, compress, decompress};
//! use ndarray::Array3;
//!
//! let wind = Array3::from_shape_fn((24, 60, 80), |(t, y, x)| {
//!     ((x + t) as f32 / 9.0).sin() * 12.0 + y as f32 / 10.0
//! });
//! let bytes = compress(&wind, ErrorBound::Absolute(0.05))?;
//! let back = decompress::<f32>(&bytes)?;
//! assert!(wind.iter().zip(&back).all(|(x, x_hat)| (x - x_hat).abs() <= 0.05));
//! # Ok::<(), fieldreel::Error>(())
//! ```
//!
//! In a plain video file, which any player shows, without one:
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
//! let back = video_to_array::<f32>(&path)?;
//! assert_eq!(back.dim(), wind.dim());
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Modules
//!
//! | module | what | from |
//! |---|---|---|
//! | (this one) | [`array_to_video`], [`video_to_array`], [`Preset`], [`read_field`] | here |
//! | (this one) | [`compress`], [`decompress`], [`Compressor`], [`open_reel`], [`reel_to_field`] | here |
//! | [`dataset`] | whole files, NetCDF or GRIB in, NetCDF-4 out | here |
//! | [`reel`] | segments and streams of them, with a guaranteed bound | `fieldreel-reel` |
//! | [`quant`] | floats to N-bit codes and back, with a proven bound | `fieldreel-quant` |
//! | [`codec`] | frames of codes to video files and back | `fieldreel-codec` |
//! | [`formats`] | fields in NetCDF and GRIB files | `fieldreel-formats` |
//! | [`metrics`] | the error between two fields | `fieldreel-metrics` |
//! | [`plot`] | figures | `fieldreel-plot` |
//!
//! # Features
//!
//! | feature | default | needs | brings |
//! |---|---|---|---|
//! | `ffmpeg` | yes | FFmpeg's libraries | [`codec`], [`array_to_video`], [`video_to_array`]; video in [`reel`], [`compress`] and [`decompress`] |
//! | `netcdf` | yes | netcdf-c, HDF5 | NetCDF in [`formats`] and [`read_field`] |
//! | `grib` | yes | ecCodes | GRIB in [`formats`] and [`read_field`] |
//! | `hdf5-filter` | yes | `netcdf` | NetCDF-4 files whose chunks are of our HDF5 filter in [`read_field`]; [`register_hdf5_filter`] |
//! | `netcdf-crate` | no | `netcdf` | fields from and into open files of the [`netcdf`](https://docs.rs/netcdf/0.12) crate in [`formats`], and with `hdf5-filter` our filter on its variables |
//! | `eccodes-crate` | no | `grib` | fields from messages of the [`eccodes`](https://docs.rs/eccodes/0.14) crate in [`formats`] |
//! | `plot` | yes | nothing | [`plot`] |
//! | `dataset` | yes | `hdf5-filter` | [`dataset`] |
//!
//! Without default features no C library is needed: [`compress`], [`decompress`] and all of [`reel`] but video, [`quant`], [`metrics`]
//! and [`Preset`] remain.

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
pub use video::{VideoValues, array_to_video, video_path, video_to_array, video_to_values};

#[cfg(feature = "ffmpeg")]
pub use fieldreel_codec as codec;
#[cfg(feature = "formats")]
pub use fieldreel_formats as formats;
pub use fieldreel_metrics as metrics;
#[cfg(feature = "plot")]
pub use fieldreel_plot as plot;
pub use fieldreel_quant as quant;
pub use fieldreel_reel as reel;
pub use fieldreel_reel::{
    BaseChoice, CodecChoice, Criterion, Effort, ErrorBound, Limits, Metadata, ReelReader,
    ReelWriter, Scalar, Target,
};

/// Compiles and runs the README's example.
#[cfg(all(doctest, feature = "ffmpeg"))]
#[doc = include_str!("../../../README.md")]
struct Readme;
