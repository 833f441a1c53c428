//! Integration tests of the codecs and of video files.
#![cfg(test)]

mod common;
mod every_size;
mod lossless;
mod sizes;
mod streams;
mod videos;
mod wavefronts;
