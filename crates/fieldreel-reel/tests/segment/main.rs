//! Segments through their public interface.
#![cfg(test)]

mod bounds;
mod damage;
mod exact;
mod examples;
mod fields;
mod integers;
mod sizes;
mod special;
#[cfg(feature = "ffmpeg")]
mod video;
#[cfg(not(feature = "ffmpeg"))]
mod without_video;
