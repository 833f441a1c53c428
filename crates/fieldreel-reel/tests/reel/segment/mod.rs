//! Tests of segments through the public interface.

mod bounds;
mod damage;
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
