//! A process of `--jobs`.

use std::io::{self, Read, Write};
use std::thread;

use fieldreel_archive::{Manifest, Outcome, RunOptions};
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// The line that a process prints for each unit.
#[derive(Serialize, Deserialize)]
pub(super) struct Line {
    /// The id of the unit.
    pub(super) unit: String,
    pub(super) outcome: Outcome,
}

/// Does the units of a part, and prints a line for each.
pub(super) fn run(manifest: &Manifest, options: &RunOptions) -> Result {
    end_with_parent()?;
    let mut printed = Ok(());
    fieldreel_archive::run(manifest, options, |unit, outcome| {
        let line = Line {
            unit: unit.id().to_owned(),
            outcome: outcome.clone(),
        };
        if printed.is_ok() {
            printed = print(&line);
        }
    })?;
    Ok(printed?)
}

fn print(line: &Line) -> io::Result<()> {
    let mut text = serde_json::to_string(line)?;
    text.push('\n');
    io::stdout().write_all(text.as_bytes())
}

/// Starts a thread that ends this process when the process that started it has ended. Standard
/// input is a pipe from that process, which writes nothing.
fn end_with_parent() -> io::Result<()> {
    let wait = || {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        fieldreel_core::files::remove_unfinished();
        #[cfg(unix)]
        let _ = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTERM);
        std::process::exit(1);
    };
    thread::Builder::new().spawn(wait)?;
    Ok(())
}
