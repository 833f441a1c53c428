//! The machine and the command of a measurement.

use serde::{Deserialize, Serialize};

use crate::{Outcome, timing};

/// A run of this program, as far as it matters for times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(super) command: String,
    pub(super) processor: String,
    /// Those of the machine that the program may use.
    pub(super) cores: usize,
    /// True if it stays on one of them.
    pub(super) pinned: bool,
    pub(super) system: String,
}

impl Run {
    /// This run. From here on it stays on one core.
    pub(crate) fn this() -> Outcome<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let pinned = timing::pin()?;
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

    /// In a sentence.
    pub(crate) fn text(&self) -> String {
        let place = if self.pinned { "on one core of" } else { "on" };
        format!(
            "Measured with `{}` in one thread {place} {} ({} cores, {}).",
            self.command, self.processor, self.cores, self.system
        )
    }
}

/// The processor's name, where Linux tells it.
fn processor() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    let (_, name) = line.split_once(':')?;
    Some(name.trim().to_owned())
}
