//! The command and the machine of a run.

use serde::{Deserialize, Serialize};

use crate::{Result, timing};

/// The properties of a run of this program that affect times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RunInfo {
    pub(super) command: String,
    pub(super) processor: String,
    /// The number of cores that the program may use.
    pub(super) cores: usize,
    /// True if the program is pinned to one core.
    pub(super) pinned: bool,
    pub(super) system: String,
}

impl RunInfo {
    /// Returns the properties of this run, and pins it to one core.
    pub(crate) fn current() -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let pinned = timing::pin_to_core()?;
        let (os, family) = (std::env::consts::OS, std::env::consts::ARCH);
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let command = format!(
            "cargo run --release -p fieldreel-peers -- {}",
            arguments.join(" ")
        );
        Ok(Self {
            command: command.trim_end_matches([' ', '-']).to_owned(),
            processor: processor().unwrap_or_else(|| family.to_owned()),
            cores,
            pinned,
            system: format!("{os}, {family}"),
        })
    }

    /// Returns a sentence that describes the run.
    pub(crate) fn text(&self) -> String {
        let location = if self.pinned { "on one core of" } else { "on" };
        format!(
            "Rows were measured with `{}` in one thread {location} {} ({} cores, {}).",
            self.command, self.processor, self.cores, self.system
        )
    }
}

/// Returns the name of the processor on Linux.
fn processor() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    let (_, name) = line.split_once(':')?;
    Some(name.trim().to_owned())
}
