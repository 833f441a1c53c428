//! Arrays to videos and back through the facade.
#![cfg(all(test, feature = "ffmpeg"))]

mod damage;
mod data;
mod legacy;
mod presets;
