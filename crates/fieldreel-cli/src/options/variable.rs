//! The option that selects a variable.

use clap::Args;

/// The variable of a file that a command works on.
#[derive(Args)]
pub(crate) struct VariableOption {
    /// The variable: its name in NetCDF (`/group/name` in a group), or its shortName in GRIB
    /// [default: the only variable of the file that is data]
    #[arg(long, value_name = "NAME")]
    variable: Option<String>,
}

impl VariableOption {
    /// Returns the name, if one is given.
    pub(crate) fn name(&self) -> Option<&str> {
        self.variable.as_deref()
    }
}
