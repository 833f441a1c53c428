//! The command fieldreel: its outputs, its JSON, and its errors, which are one line on standard
//! error and an exit code that is not 0.
#![cfg(test)]
#![cfg(all(
    feature = "dataset",
    feature = "ffmpeg",
    feature = "grib",
    feature = "plot"
))]

mod common;
mod compare;
mod datasets;
mod documents;
mod errors;
mod help;
mod json;
mod reels;
mod report;
mod verify;
mod videos;
#[cfg(feature = "zarr")]
mod zarr;
