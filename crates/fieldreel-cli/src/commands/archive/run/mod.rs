//! `fieldreel archive run`: the units of a manifest that are not done.

mod report;
mod worker;
mod workers;

use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;
use fieldreel_archive::{Manifest, Outcome, Part, RunOptions, Unit, run};

use self::report::Report;
use crate::error::Result;
use crate::options::{Printing, named_file};
use crate::output::progress;

const EXAMPLES: &str = "\
Examples:
  fieldreel archive run archive/manifest.jsonl --jobs 4
  fieldreel archive run archive/manifest.jsonl --part 3/20
  fieldreel archive run archive/manifest.jsonl --part $SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT";

/// Compresses the files of a manifest that are not compressed yet.
///
/// Processes on any number of machines may run the same manifest at the same time: each unit is
/// claimed by one of them, through a lock that the system releases when the process ends. A run
/// ends when every unit of its part is finished or has failed, whichever process did it. A process
/// that is killed leaves what it has finished; start the command again to do the rest. A unit that
/// fails does not stop the others, and makes the exit code 1.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Run {
    /// The manifest
    #[arg(value_parser = named_file())]
    manifest: PathBuf,
    /// The part of the units to do, I of N parts with about the same work, such as 3/20
    #[arg(long, value_name = "I/N", default_value_t)]
    part: Part,
    /// The number of processes that share the part on this machine. HDF5 works in one thread of a
    /// process at a time, so that processes are faster than threads
    #[arg(long, value_name = "J", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,
    /// The number of chunks that each process encodes in parallel [default: the number of threads
    /// that the machine runs at once, divided by the number of processes]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Read the outputs of finished units, and do those again that differ from the checksums in
    /// their records
    #[arg(long)]
    recheck: bool,
    /// Run as a process of `--jobs`, which counts failures from this time as its own
    #[arg(long, value_name = "NANOSECONDS", hide = true)]
    worker: Option<i64>,
    #[command(flatten)]
    printing: Printing,
}

impl Run {
    /// Does the units of the part.
    pub(super) fn run(&self) -> Result {
        let manifest = Manifest::read(&self.manifest)?;
        if let Some(since) = self.worker {
            return worker::run(&manifest, &self.options().with_since(since));
        }
        let units = self.part.units(manifest.units()).len();
        let bar = progress::steps(units, "units", &self.printing)?;
        let mut report = Report::new(units);
        let mut on_outcome = |unit: &Unit, outcome: Outcome| {
            if report.add(unit, outcome) {
                bar.inc(1);
                bar.set_message(unit.output().to_owned());
            }
        };
        let jobs = usize::from(self.jobs).min(units);
        if jobs > 1 {
            workers::run(&manifest, jobs, self.worker_arguments(), &mut on_outcome)?;
        } else {
            run(&manifest, &self.options(), |unit, outcome| {
                on_outcome(unit, outcome.clone());
            })?;
        }
        bar.finish_and_clear();
        report.finish(&manifest, &self.printing)
    }

    fn options(&self) -> RunOptions {
        let options = RunOptions::default()
            .with_part(self.part)
            .with_recheck(self.recheck);
        match self.threads {
            Some(threads) => options.with_threads(threads),
            None => options,
        }
    }

    /// Returns the arguments of the processes of `--jobs`, after the manifest.
    fn worker_arguments(&self) -> Vec<String> {
        let machine = std::thread::available_parallelism().map_or(1, usize::from);
        let share = (machine / usize::from(self.jobs)).max(1);
        let threads = self.threads.unwrap_or(share);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = now.map_or(0, |time| time.as_nanos());
        let mut arguments = vec![
            format!("--part={}", self.part),
            format!("--threads={threads}"),
            format!("--worker={now}"),
        ];
        if self.recheck {
            arguments.push("--recheck".to_owned());
        }
        arguments
    }
}
