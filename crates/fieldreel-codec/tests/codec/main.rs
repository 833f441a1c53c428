//! Integration tests of the codecs and of video files.
#![cfg(test)]

mod av1_streams;
mod common;
#[cfg(feature = "ffmpeg")]
mod embedded_mp4;
#[cfg(feature = "ffmpeg")]
mod every_size;
#[cfg(not(feature = "ffmpeg"))]
mod features;
#[cfg(feature = "ffmpeg")]
mod lossless;
#[cfg(not(feature = "ffmpeg"))]
mod mp4;
#[cfg(feature = "av1-embedded")]
mod rav1e;
mod sizes;
#[cfg(feature = "ffmpeg")]
mod streams;
#[cfg(feature = "ffmpeg")]
mod videos;
#[cfg(feature = "ffmpeg")]
mod wavefronts;
