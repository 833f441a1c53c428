//! The arithmetic of reconstruction and of the bound. `docs/reference/format.md` states it operation by
//! operation: decoders on all machines must give the same bits.

mod check;
mod domain;
mod grid;
mod truncation;

pub(crate) use check::Check;
pub(crate) use domain::Domain;
pub(crate) use grid::{Grid, step_for, ulps_between};
pub(crate) use truncation::{Truncation, gap_exponent};
