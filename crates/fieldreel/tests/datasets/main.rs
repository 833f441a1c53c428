//! Whole files, through the public interface.
#![cfg(test)]
#![cfg(feature = "dataset")]

mod compare;
mod damage;
mod features;
#[cfg(feature = "grib")]
mod grib;
#[path = "../common/real.rs"]
mod real;
mod real_files;
mod rules;
