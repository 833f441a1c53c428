//! `fieldreel archive`: its results and errors, several processes at once, killed processes, and
//! the recipes of the documentation.
#![cfg(test)]
#![cfg(all(unix, feature = "archive"))]

mod common;
mod killed;
mod processes;
mod recipes;
mod results;
