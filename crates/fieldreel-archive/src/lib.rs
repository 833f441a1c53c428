//! Compression of many NetCDF and GRIB files by many processes.
//!
//! | step | function |
//! |---|---|
//! | [`Rules`] give each variable a bound, by its name, standard name or unit | [`Rules::read`] |
//! | [`plan`] finds the inputs, and writes a [`Manifest`] with one [`Unit`] of work for each | [`plan`] |
//! | [`run`] does the units of a [`Part`] that are not finished, in any number of processes | [`run`] |
//! | [`Status`] tells how many units are finished, how small, and with which errors | [`status`] |
//! | [`Verdict`] tells if an output is the one that was recorded | [`verify_unit`] |
//!
//! A variable that is larger than the rules allow for one unit becomes several units, its slabs.
//!
//! Nothing here schedules: processes are started by Slurm, GNU parallel, MPI, Dask or a shell, and
//! share the work through locks of files. A process may be killed at any time; what it has finished
//! stays, and what it has not is done by the others or by the next run.
//!
//! ```
//! use fieldreel::formats::{Field, NetcdfOptions, write_netcdf};
//! use fieldreel_archive::{PlanOptions, RunOptions, Rules, Verdict, plan, run, status, verify_unit};
//! use ndarray::Array3;
//!
//! let folder = tempfile::tempdir()?;
//! let inputs = folder.path().join("runs");
//! std::fs::create_dir(&inputs)?;
//! for year in 2000..2003 {
//!     let t2m = Array3::from_shape_fn((12, 30, 40), |(t, y, x)| (t * y + x + year) as f32 / 9.0);
//!     let mut field = Field::new("t2m", t2m.into_dyn(), &["time", "y", "x"])?;
//!     field.attributes.insert("units", "K");
//!     write_netcdf(inputs.join(format!("{year}.nc")), &field, &NetcdfOptions::uncompressed())?;
//! }
//!
//! let rules = Rules::parse("[[rules]]\nunits = 'K'\nbound = 'abs:0.01'", "bounds.toml")?;
//! let options = PlanOptions::new(folder.path().join("archive"));
//! let manifest = plan(&[&inputs], &rules, &options, |_| {})?.manifest;
//! let summary = run(&manifest, &RunOptions::default(), |unit, outcome| {
//!     println!("{}: {outcome:?}", unit.output());
//! })?;
//! assert_eq!((summary.done, summary.failed), (3, 0));
//!
//! let status = status(&manifest)?;
//! assert_eq!(status.finished, 3);
//! assert!(status.variables[0].max_abs_error <= 0.01);
//! for unit in manifest.units() {
//!     assert!(matches!(verify_unit(&manifest, unit)?, Verdict::Intact(_)));
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Place in the workspace
//!
//! ```text
//! fieldreel-cli ─► fieldreel-archive ─► fieldreel
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

mod content;
mod error;
mod manifest;
mod plan;
mod process;
mod rules;
mod run;
mod state;
mod status;
mod store;
mod verify;

pub use error::ArchiveError;
pub use manifest::{FileUnit, Fingerprint, Manifest, SlabUnit, Unit, VariableSlab};
pub use plan::{Plan, PlanOptions, PlanProgress, plan};
pub use rules::{OutputFormat, Rules, Settings, VariableBound};
pub use run::{Outcome, Part, RunOptions, RunSummary, run};
pub use state::UnitState;
pub use status::{FailedUnit, Status, VariableStatus, status};
pub use store::{Failure, OutputRecord, Record};
pub use verify::{Verdict, verify_unit};

/// The result of a function of this crate.
pub(crate) type Result<T, E = ArchiveError> = std::result::Result<T, E>;

/// Compiles and runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
