//! The real fields, most of which do not ship.

use std::io::Write;
use std::path::{Path, PathBuf};

/// A file of the real data that does not ship; `None`, with a line that says so, if it is not here.
pub(crate) fn real(name: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("FIELDREEL_DATA").map_or(beside, PathBuf::from);
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    let line = format!("skipped: {name} is not there (FIELDREEL_DATA names the folder)\n");
    // Past the test harness, which keeps what passing tests print to itself.
    let _ = std::io::stderr().write_all(line.as_bytes());
    None
}
