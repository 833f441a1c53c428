//! Arrays to videos and back through the facade.
#![cfg(test)]
#![cfg(feature = "ffmpeg")]

mod damage;
mod data;
mod legacy;
mod presets;
