//! Segments through their public interface.
#![cfg(test)]

mod bounds;
mod damage;
mod examples;
mod fields;
mod sizes;
mod special;
