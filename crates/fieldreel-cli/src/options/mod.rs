//! Arguments that several subcommands share. The same thing has the same name and the same form
//! everywhere.

mod bounds;
mod encoding;
mod paths;
mod printing;
mod ranges;
mod variable;

pub(crate) use bounds::{BoundArgument, chunk_length};
pub(crate) use encoding::EncodingOptions;
pub(crate) use paths::named_file;
pub(crate) use printing::{Printing, is_standard};
pub(crate) use ranges::{frame_range, region, tile};
pub(crate) use variable::VariableOption;
