//! The subcommands.

#[cfg_attr(not(feature = "archive"), path = "archive_missing.rs")]
pub(crate) mod archive;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod compress;
pub(crate) mod decompress;
pub(crate) mod explain;
pub(crate) mod from_video;
pub(crate) mod inspect;
pub(crate) mod man;
pub(crate) mod report;
pub(crate) mod to_video;
pub(crate) mod verify;
