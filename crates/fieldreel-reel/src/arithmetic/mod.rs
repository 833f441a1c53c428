//! The arithmetic of reconstruction and of the bound. `docs/format.md` states it operation by
//! operation: decoders on all machines must give the same bits.

mod check;
mod domain;
mod fine;
mod grid;

pub(crate) use check::Check;
pub(crate) use domain::Domain;
pub(crate) use fine::{Truncation, gap_exponent};
pub(crate) use grid::{Grid, ordinals_between, step_for};
