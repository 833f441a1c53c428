//! Outputs of the programs with every kind of destination, on full disks, and after interruptions.
#![cfg(test)]
#![cfg(unix)]

mod destinations;
mod disks;
mod interrupted;
mod programs;
