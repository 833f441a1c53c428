//! Tests of the codecs and video files through the public interface.
#![cfg(test)]

mod common;
mod lossless;
mod opening;
mod sizes;
mod streams;
mod videos;
mod wavefronts;
