//! Tests of segments and reels through the public interface.
//!
//! They are one program, because the encoder would otherwise be compiled for each of them.
#![cfg(test)]

mod frozen;
mod segment;
mod stream;
