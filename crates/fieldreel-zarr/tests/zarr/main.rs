//! Tests of the codec through `zarrs`, and of its schema.
#![cfg(test)]

#[cfg(feature = "zarrs")]
mod fields;
#[cfg(feature = "zarrs")]
mod round_trips;
mod schema;
