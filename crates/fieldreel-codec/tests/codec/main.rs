//! Tests of the codecs and video files through the public interface.
#![cfg(test)]

mod common;
mod every_size;
mod lossless;
mod sizes;
mod streams;
mod videos;
mod wavefronts;
