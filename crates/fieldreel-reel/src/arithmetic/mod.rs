//! The arithmetic of reconstruction and of error bounds. `docs/reference/format.md` defines it
//! operation by operation, because decoders must return the same bits on every machine.

mod check;
mod domain;
mod grid;
mod truncation;

pub(crate) use check::Check;
pub(crate) use domain::Domain;
pub(crate) use grid::{Grid, step_for, ulps_between};
pub(crate) use truncation::{Truncation, ulp_exponent};
