//! Outputs of the commands with every kind of destination, on full disks, and after interruptions.
#![cfg(test)]
#![cfg(all(unix, feature = "dataset", feature = "ffmpeg", feature = "grib"))]

mod destinations;
mod disks;
mod interrupted;
mod programs;
