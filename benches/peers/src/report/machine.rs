//! Where something was measured.

use serde::{Deserialize, Serialize};

/// The machine, as far as it matters for times.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Machine {
    pub(super) processor: String,
    pub(super) cores: usize,
    pub(super) system: String,
    /// That fieldreel could use; the peers use one.
    pub(super) threads: usize,
}

impl Machine {
    /// This machine, with so many threads for fieldreel, or as many as it has.
    pub(super) fn this(threads: Option<usize>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let (os, family) = (std::env::consts::OS, std::env::consts::ARCH);
        Self {
            processor: processor().unwrap_or_else(|| family.to_owned()),
            cores,
            system: format!("{os}, {family}"),
            threads: threads.unwrap_or(cores),
        }
    }
}

/// The processor's name, where Linux tells it.
fn processor() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    let (_, name) = line.split_once(':')?;
    Some(name.trim().to_owned())
}
