//! Whole datasets in Zarr through the public interface.
#![cfg(test)]
#![cfg(feature = "zarr")]

mod common;
mod damage;
mod outputs;
mod round_trips;
mod slabs;
