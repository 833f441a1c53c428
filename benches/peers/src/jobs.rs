//! The measurements: fields × bounds × peers, a row at a time.

use std::collections::BTreeMap;

use fieldreel::Preset;
use indicatif::{ProgressBar, ProgressStyle};

use crate::Outcome;
use crate::arguments::Arguments;
use crate::fields::{FieldData, Source};
use crate::measure::{self, Row};
use crate::peers::{Mode, Peer};
use crate::report::{self, Report, Run};
use crate::search::over_bound;

/// The fields on which the modes are compared: those of the original's own comparison.
const MODE_FIELDS: [&str; 3] = ["wind", "t2m", "u"];

/// The name of the target that loses nothing.
pub(crate) const LOSSLESS: &str = "lossless";

/// The bound of the error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Target {
    /// A part of the field's range.
    Relative(f64),
    /// The same bits.
    Lossless,
    /// The largest error of a mode.
    Mode(Preset),
}

impl Target {
    /// The nine modes.
    pub(crate) fn modes() -> impl Iterator<Item = Self> {
        Preset::ALL.into_iter().map(Self::Mode)
    }

    /// As tables have it and `--bounds` takes it.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Relative(part) => format!("{part:e}"),
            Self::Lossless => LOSSLESS.to_owned(),
            Self::Mode(preset) => preset.to_string(),
        }
    }
}

/// One row to measure.
struct Job<'a> {
    target: Target,
    /// `None` for the mode itself.
    peer: Option<&'a dyn Peer>,
}

impl Job<'_> {
    /// The name of the peer or the mode.
    fn name(&self) -> String {
        match (self.peer, self.target) {
            (Some(peer), _) => peer.name(),
            (None, Target::Mode(preset)) => Mode(preset).name(),
            (None, _) => String::new(),
        }
    }

    /// Its version.
    fn version(&self) -> String {
        match (self.peer, self.target) {
            (Some(peer), _) => peer.version(),
            (None, Target::Mode(preset)) => Mode(preset).version(),
            (None, _) => String::new(),
        }
    }
}

/// Measures what was asked for, and writes the tables and the figures.
pub(crate) fn run(arguments: &Arguments) -> Outcome<()> {
    let (sources, targets) = (arguments.sources()?, arguments.targets()?);
    let peers = arguments.peers()?;
    let run = Run::this()?;
    let mut report = if arguments.resume {
        Report::read(&arguments.out)?
    } else {
        Report::default()
    };

    let jobs: Vec<(Source, Vec<Job<'_>>)> = sources
        .into_iter()
        .map(|source| {
            let mut jobs = jobs(&source.name(), &targets, &peers);
            jobs.retain(|job| {
                !report.has(
                    &source.name(),
                    &job.target.name(),
                    &job.name(),
                    &job.version(),
                )
            });
            (source, jobs)
        })
        .collect();
    let count: u64 = jobs.iter().map(|(_, jobs)| jobs.len() as u64).sum();
    report.starts(run);
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {msg}")?;
    let bar = ProgressBar::new(count).with_style(style);
    for (source, jobs) in jobs {
        if jobs.is_empty() {
            continue;
        }
        bar.set_message(source.name());
        let Some(field) = source.load()? else {
            bar.inc(jobs.len() as u64);
            continue;
        };
        measure_field(&field, &jobs, &mut report, arguments, &bar)?;
    }
    bar.finish_and_clear();
    report::write(&report, arguments)
}

/// The modes come first: their errors are bounds.
fn jobs<'a>(field: &str, targets: &[Target], peers: &'a [Box<dyn Peer>]) -> Vec<Job<'a>> {
    let mut jobs = Vec::new();
    for &target in targets {
        let peers = peers.iter().map(AsRef::as_ref);
        match target {
            Target::Relative(_) | Target::Lossless => {
                let peers = peers.filter(|peer| peer.takes(target));
                jobs.extend(peers.map(|peer| Job {
                    target,
                    peer: Some(peer),
                }));
            }
            Target::Mode(_) if MODE_FIELDS.contains(&field) => {
                jobs.push(Job { target, peer: None });
                let reels = peers.filter(|peer| peer.takes(target));
                jobs.extend(reels.map(|peer| Job {
                    target,
                    peer: Some(peer),
                }));
            }
            Target::Mode(_) => {}
        }
    }
    jobs
}

/// Measures one field, and saves the report after every row.
fn measure_field(
    field: &FieldData,
    jobs: &[Job<'_>],
    report: &mut Report,
    arguments: &Arguments,
    bar: &ProgressBar,
) -> Outcome<()> {
    let mut mode_errors: BTreeMap<String, f64> = report
        .rows
        .iter()
        .filter(|row| row.field == field.name && row.bound.is_none())
        .map(|row| (row.target.clone(), row.max_abs))
        .collect();
    for job in jobs {
        let target = job.target.name();
        let most = job.peer.map_or(usize::MAX, Peer::most_values);
        if field.values.len() > most {
            bar.inc(1);
            continue;
        }
        bar.set_message(format!("{} {target} {}", field.name, job.name()));
        let row = match (job.peer, job.target) {
            (Some(peer), Target::Relative(part)) => {
                measure::peer(peer, field, job.target, part * field.range)
            }
            (Some(peer), Target::Lossless) => measure::peer(peer, field, job.target, 0.0),
            (Some(peer), Target::Mode(_)) => match mode_errors.get(&target) {
                Some(&bound) => measure::peer(peer, field, job.target, bound),
                None => Err("the mode has no error".into()),
            },
            (None, Target::Mode(preset)) => measure::mode(Mode(preset), field),
            (None, _) => continue,
        };
        match row {
            Ok(row) => {
                told(&row, bar);
                if row.bound.is_none() {
                    mode_errors.insert(target, row.max_abs);
                }
                report.add(row);
                report.save(&arguments.out)?;
            }
            // One row that fails leaves the others.
            Err(error) => {
                let line = format!("{} {target} {}: {error}", field.name, job.name());
                bar.suspend(|| eprintln!("{line}"));
            }
        }
        bar.inc(1);
    }
    Ok(())
}

/// Prints a row above the bar.
fn told(row: &Row, bar: &ProgressBar) {
    let error = row
        .bound
        .map_or(1.0, |bound| over_bound(row.max_abs, bound));
    let broken = match &row.as_asked {
        Some(asked) if !asked.kept => format!("; as asked {:.6} ε", asked.error),
        _ => String::new(),
    };
    bar.suspend(|| {
        println!(
            "{:<13} {:>8} {:<24} {:>10.2} {:.6} ε {:8.2} s {:7.2} s  {}{broken}",
            row.field,
            row.target,
            row.peer,
            row.ratio,
            error,
            row.encode.wall,
            row.decode.wall,
            row.setting
        );
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers;
    use fieldreel::Effort;

    #[test]
    fn modes_are_measured_before_what_they_bound_and_by_fieldreel_alone() {
        let mut all = peers::fieldreel(&[Effort::Fast]);
        all.extend(peers::others());
        let targets = [
            Target::Relative(1e-2),
            Target::Lossless,
            Target::Mode(Preset::Avg),
        ];
        let takes = |target| all.iter().filter(|peer| peer.takes(target)).count();
        let count = takes(targets[0]) + takes(targets[1]);
        let names = |field| {
            let jobs = jobs(field, &targets, &all);
            let names: Vec<(String, String)> = jobs
                .iter()
                .map(|job| (job.target.name(), job.name()))
                .collect();
            names
        };
        let last = names("wind").split_off(count);
        let expected = [("avg", "mode avg"), ("avg", "fieldreel-fast")];
        assert_eq!(last, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
        assert_eq!(names("ocean").len(), count);
        // fieldreel is measured at both.
        assert_eq!(count, all.len() + 1);
        assert_eq!(Target::Lossless.name(), "lossless");
        assert_eq!(Target::Relative(3e-2).name(), "3e-2");
    }
}
