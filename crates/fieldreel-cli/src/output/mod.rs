//! Output that several subcommands share: progress, tables, labels and descriptions.

#[cfg(feature = "dataset")]
pub(crate) mod dataset_table;
#[cfg(feature = "plot")]
pub(crate) mod labels;
pub(crate) mod progress;
pub(crate) mod reel_errors;
pub(crate) mod shape;
pub(crate) mod size_change;
#[cfg(feature = "dataset")]
pub(crate) mod table;
pub(crate) mod unit_suffix;
#[cfg(feature = "plot")]
pub(crate) mod units;
pub(crate) mod write_field;
