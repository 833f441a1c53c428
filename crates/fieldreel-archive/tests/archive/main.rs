//! Archives: rules, manifests, plans, runs and verification.
#![cfg(test)]

mod common;
mod manifest;
mod plan;
mod rules;
mod run;
mod verify;
#[cfg(feature = "zarr")]
mod zarr;
