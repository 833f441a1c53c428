//! Tests of Zarr stores through the public interface.
#![cfg(test)]
#![cfg(feature = "zarr")]

mod common;
mod hostile;
mod read;
mod write;
