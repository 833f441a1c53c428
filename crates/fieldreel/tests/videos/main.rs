//! Encoding of arrays as videos, and decoding.
#![cfg(test)]
#![cfg(feature = "ffmpeg")]

mod damage;
mod data;
mod legacy;
mod presets;
#[path = "../common/real_data.rs"]
mod real_data;
mod sizes;
