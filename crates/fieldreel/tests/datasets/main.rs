//! Whole files, through the public interface.
#![cfg(test)]
#![cfg(feature = "dataset")]

mod byte_order;
mod compare;
mod damage;
mod features;
#[cfg(feature = "grib")]
mod grib;
mod options;
#[path = "../common/real.rs"]
mod real;
mod real_files;
mod roles;
mod small;
mod types;
