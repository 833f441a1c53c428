//! Tests of segments through the public interface.
#![cfg(test)]

mod bounds;
mod damage;
#[cfg(all(feature = "av1-embedded", not(feature = "ffmpeg")))]
mod embedded;
mod examples;
mod fields;
mod integers;
mod lossless;
mod missing;
mod sizes;
#[cfg(feature = "ffmpeg")]
mod video;
#[cfg(not(feature = "video"))]
mod without_video;
