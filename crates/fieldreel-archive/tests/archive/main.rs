//! Archives: rules, manifests, plans, runs and verification.
#![cfg(test)]

mod common;
mod manifest;
mod plan;
mod rules;
mod run;
#[cfg(feature = "zarr")]
mod slabs;
mod verify;
#[cfg(feature = "zarr")]
mod zarr;
