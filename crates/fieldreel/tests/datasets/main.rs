//! Compression and decompression of complete files through the public interface.
#![cfg(test)]
#![cfg(feature = "dataset")]

mod byte_order;
mod compare;
mod damage;
mod features;
#[cfg(feature = "grib")]
mod grib;
mod options;
#[path = "../common/real_data.rs"]
mod real_data;
mod real_files;
mod roles;
mod small;
mod types;
