//! Outputs of the programs: whatever is at the destination, and however the run ends.
#![cfg(test)]
#![cfg(all(unix, feature = "dataset", feature = "grib"))]

mod destinations;
mod disks;
mod interrupted;
mod programs;
