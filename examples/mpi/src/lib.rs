//! A simulation of shallow water on a domain that is divided among MPI processes, each of which
//! writes its part of the field while the simulation runs.
//!
//! The program `simulate` writes in one of two ways, and the program `check` reads the field back
//! as one array and compares it with a simulation in a single process:
//!
//! ```text
//! mpirun -n 4 target/debug/simulate zarr height.zarr rel:1e-3
//! target/debug/check zarr height.zarr rel:1e-3
//! mpirun -n 4 target/debug/simulate reels height rel:1e-3
//! target/debug/check reels height rel:1e-3
//! ```
//!
//! | module | contents |
//! |---|---|
//! | [`domain`] | the grid, its chunks, and the tile of each process |
//! | [`shallow_water`] | the equations |
//! | [`neighbors`] | the exchange of the edges of tiles, through MPI or within one process |
//! | [`range`] | the range of the field, agreed by a reduction |
//! | [`output`] | the directory of the output, which gets its name when it is complete |
//! | [`zarr`] | one Zarr array for all processes |
//! | [`reels`] | one reel for each process |
//! | [`accuracy`] | the comparison with the exact values |

pub mod accuracy;
pub mod domain;
pub mod error;
pub mod neighbors;
pub mod output;
pub mod range;
pub mod reels;
pub mod shallow_water;
pub mod zarr;

pub use error::Error;
