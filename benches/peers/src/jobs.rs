//! The measurements of all peers on all fields at all targets, one row at a time.

use std::collections::BTreeMap;

use fieldreel::Preset;
use indicatif::{ProgressBar, ProgressStyle};

use crate::Result;
use crate::arguments::Arguments;
use crate::fields::{FieldData, FieldSource};
use crate::measure::{self, PeerRow};
use crate::peers::{ModePeer, Peer};
use crate::report::{self, PeerReport, RunInfo};
use crate::search::error_to_bound_ratio;

/// The fields on which the modes are compared, as in the comparison of the original tool.
const MODE_FIELDS: [&str; 3] = ["wind", "t2m", "u"];

/// The name of the lossless target.
pub(crate) const LOSSLESS: &str = "lossless";

/// The target of a row: its error bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum RowTarget {
    /// A range-relative bound.
    Relative(f64),
    /// Identical bits.
    Lossless,
    /// The largest error of a mode as an absolute bound.
    Mode(Preset),
}

impl RowTarget {
    /// Returns the targets of the nine modes.
    pub(crate) fn modes() -> impl Iterator<Item = Self> {
        Preset::ALL.into_iter().map(Self::Mode)
    }

    /// Returns the name in tables and in `--bounds`.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Relative(part) => format!("{part:e}"),
            Self::Lossless => LOSSLESS.to_owned(),
            Self::Mode(preset) => preset.to_string(),
        }
    }
}

/// A row to measure.
struct MeasurementJob<'a> {
    target: RowTarget,
    /// The peer, or `None` for the mode itself.
    peer: Option<&'a dyn Peer>,
}

impl MeasurementJob<'_> {
    /// Returns the name of the peer or of the mode.
    fn name(&self) -> String {
        match (self.peer, self.target) {
            (Some(peer), _) => peer.name(),
            (None, RowTarget::Mode(preset)) => ModePeer(preset).name(),
            (None, _) => String::new(),
        }
    }

    /// Returns the version of the peer or of the mode.
    fn version(&self) -> String {
        match (self.peer, self.target) {
            (Some(peer), _) => peer.version(),
            (None, RowTarget::Mode(preset)) => ModePeer(preset).version(),
            (None, _) => String::new(),
        }
    }
}

/// Measures the rows of the arguments, and writes the tables and the figures.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let (sources, targets) = (arguments.sources()?, arguments.targets()?);
    let peers = arguments.peers()?;
    let run = RunInfo::current()?;
    let mut report = if arguments.resume {
        PeerReport::read(&arguments.out)?
    } else {
        PeerReport::default()
    };

    let jobs: Vec<(FieldSource, Vec<MeasurementJob<'_>>)> = sources
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
    report.start(run);
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

/// Returns the rows of a field. A mode precedes the peers that are bounded by its error.
fn jobs<'a>(
    field: &str,
    targets: &[RowTarget],
    peers: &'a [Box<dyn Peer>],
) -> Vec<MeasurementJob<'a>> {
    let mut jobs = Vec::new();
    for &target in targets {
        let peers = peers.iter().map(AsRef::as_ref);
        match target {
            RowTarget::Relative(_) | RowTarget::Lossless => {
                let peers = peers.filter(|peer| peer.supports(target));
                jobs.extend(peers.map(|peer| MeasurementJob {
                    target,
                    peer: Some(peer),
                }));
            }
            RowTarget::Mode(_) if MODE_FIELDS.contains(&field) => {
                jobs.push(MeasurementJob { target, peer: None });
                let reels = peers.filter(|peer| peer.supports(target));
                jobs.extend(reels.map(|peer| MeasurementJob {
                    target,
                    peer: Some(peer),
                }));
            }
            RowTarget::Mode(_) => {}
        }
    }
    jobs
}

/// Measures one field and saves the report after every row.
fn measure_field(
    field: &FieldData,
    jobs: &[MeasurementJob<'_>],
    report: &mut PeerReport,
    arguments: &Arguments,
    bar: &ProgressBar,
) -> Result<()> {
    let mut mode_errors: BTreeMap<String, f64> = report
        .rows
        .iter()
        .filter(|row| row.field == field.name && row.bound.is_none())
        .map(|row| (row.target.clone(), row.max_abs))
        .collect();
    for job in jobs {
        let target = job.target.name();
        let max_values = job.peer.map_or(usize::MAX, Peer::max_values);
        if field.values.len() > max_values {
            bar.inc(1);
            continue;
        }
        bar.set_message(format!("{} {target} {}", field.name, job.name()));
        let row = match (job.peer, job.target) {
            (Some(peer), RowTarget::Relative(part)) => {
                measure::peer(peer, field, job.target, part * field.range)
            }
            (Some(peer), RowTarget::Lossless) => measure::peer(peer, field, job.target, 0.0),
            (Some(peer), RowTarget::Mode(_)) => match mode_errors.get(&target) {
                Some(&bound) => measure::peer(peer, field, job.target, bound),
                None => Err("the error of the mode was not measured".into()),
            },
            (None, RowTarget::Mode(preset)) => measure::mode(ModePeer(preset), field),
            (None, _) => continue,
        };
        match row {
            Ok(row) => {
                print_row(&row, bar);
                if row.bound.is_none() {
                    mode_errors.insert(target, row.max_abs);
                }
                report.add(row);
                report.save(&arguments.out)?;
            }
            // A row that fails does not affect the others.
            Err(error) => {
                let line = format!("{} {target} {}: {error}", field.name, job.name());
                bar.suspend(|| eprintln!("{line}"));
            }
        }
        bar.inc(1);
    }
    Ok(())
}

/// Prints a row above the progress bar.
fn print_row(row: &PeerRow, bar: &ProgressBar) {
    let error = row
        .bound
        .map_or(1.0, |bound| error_to_bound_ratio(row.max_abs, bound));
    let exceeded = match &row.as_asked {
        Some(nominal) if !nominal.kept => {
            format!("; {:.6} ε when given the bound", nominal.error)
        }
        _ => String::new(),
    };
    bar.suspend(|| {
        println!(
            "{:<13} {:>8} {:<24} {:>10.2} {:.6} ε {:8.2} s {:7.2} s  {}{exceeded}",
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
    fn modes_precede_the_rows_they_bound_and_are_compared_with_fieldreel_only() {
        let mut all = peers::fieldreel_peers(&[Effort::Fast]);
        all.extend(peers::other_peers());
        let targets = [
            RowTarget::Relative(1e-2),
            RowTarget::Lossless,
            RowTarget::Mode(Preset::Avg),
        ];
        let takes = |target| all.iter().filter(|peer| peer.supports(target)).count();
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
        // fieldreel supports both targets.
        assert_eq!(count, all.len() + 1);
        assert_eq!(RowTarget::Lossless.name(), "lossless");
        assert_eq!(RowTarget::Relative(3e-2).name(), "3e-2");
    }
}
