//! A Zarr codec whose encoded chunks are segments of [`fieldreel_reel`], within an error bound.
//!
//! The codec is an array-to-bytes codec of Zarr v3 and a compressor of Zarr v2, both named
//! `fieldreel`, for the crate [`zarrs`](https://docs.rs/zarrs). A program that contains this crate
//! reads and writes such arrays without further code, because the codec registers itself; a
//! program that uses nothing else of the crate links it with `use fieldreel_zarr as _;`.
//!
//! - [`FieldreelCodec`]: the codec, which `zarrs` creates from the metadata of an array, or a
//!   program for an `ArrayBuilder`.
//! - [`FieldreelCodecConfiguration`]: the `configuration` of the codec in the metadata.
//!
//! ```
//! use std::sync::Arc;
//!
//! use fieldreel_reel::ErrorBound;
//! use fieldreel_zarr::{FieldreelCodec, FieldreelCodecConfiguration};
//! use zarrs::array::{ArrayBuilder, ArraySubset, data_type};
//! use zarrs::storage::store::MemoryStore;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = Arc::new(MemoryStore::new());
//! let codec = FieldreelCodec::new(FieldreelCodecConfiguration::new(ErrorBound::Absolute(0.05)))?;
//! let chunks = [24, 60, 80];
//! let array = ArrayBuilder::new(vec![48, 60, 80], chunks, data_type::float32(), f32::NAN)
//!     .array_to_bytes_codec(Arc::new(codec))
//!     .build(store, "/wind")?;
//! let wind: Vec<f32> = (0..48 * 60 * 80).map(|i| (i as f32 / 99.0).sin()).collect();
//! array.store_array_subset(&array.subset_all(), &wind)?;
//!
//! let evening = ArraySubset::new_with_ranges(&[18..24, 0..60, 0..80]);
//! let decoded: Vec<f32> = array.retrieve_array_subset(&evening)?;
//! let original = &wind[18 * 60 * 80..24 * 60 * 80];
//! assert!(decoded.iter().zip(original).all(|(x, y)| (x - y).abs() <= 0.05));
//! # Ok(())
//! # }
//! ```
//!
//! Without the feature `zarrs`, which is on by default, the codec is a pair of functions for other
//! implementations of Zarr, [`FieldreelCodec::encode_chunk`] and [`FieldreelCodec::decode_chunk`].
//!
//! # Place in the workspace
//!
//! ```text
//! fieldreel-zarr ─┬─► fieldreel-reel ─► fieldreel-codec ─► FFmpeg
//!                 └─► fieldreel-core
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

mod chunk;
mod codec;
mod configuration;
mod data_type;
#[cfg(feature = "zarrs")]
mod plugin;

pub use codec::FieldreelCodec;
pub use configuration::FieldreelCodecConfiguration;
pub use data_type::{dtype_of_name, name_of_dtype};

/// Compiles and runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
