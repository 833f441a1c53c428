//! Files of real data, most of which are not part of the repository.

use std::io::Write;
use std::path::{Path, PathBuf};

/// Returns the path of a file of real data. If it does not exist, prints a line and returns
/// `None`.
pub(crate) fn real_file(name: &str) -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("FIELDREEL_DATA").map_or(default, PathBuf::from);
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    let line = format!("skipped: {name} does not exist (set FIELDREEL_DATA to its folder)\n");
    // The test harness captures `eprint!` of passing tests, but not direct writes.
    let _ = std::io::stderr().write_all(line.as_bytes());
    None
}
