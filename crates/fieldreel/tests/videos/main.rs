//! Arrays to videos and back through the facade.
#![cfg(test)]
#![cfg(feature = "ffmpeg")]

mod damage;
mod data;
mod legacy;
mod presets;
#[path = "../common/real.rs"]
mod real;
#[path = "../../../fieldreel-codec/tests/codec/sizes.rs"]
mod sizes;
