//! Tests of the code in the documentation of the repository.
//!
//! This package is not published. Its manifest also names the programs in `examples`, the
//! benchmarks in `benches`, and their tests, which need files of the repository.

/// Compiles and runs the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// Compiles the examples of the tutorial.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/tutorial.md")]
struct Tutorial;

/// Compiles the examples of the page about GRIB.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/how-to/grib.md")]
struct Grib;

/// Compiles the examples of the page about data of other crates.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/how-to/rust-crates.md")]
struct RustCrates;

/// Compiles the examples of the page about streams.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/how-to/stream-a-simulation.md")]
struct StreamASimulation;
