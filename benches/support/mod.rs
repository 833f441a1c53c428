//! Shared code of the benchmarks: contenders are timed in turn for their ratios, and then each by
//! itself.

mod race;

use std::time::Duration;

use criterion::{Criterion, Throughput};

use race::race;
pub(crate) use race::{Contender, Outcome, or_exit};

/// Prints the time of each contender as a multiple of the first, and then measures them with
/// Criterion.
pub(crate) fn compare(
    c: &mut Criterion,
    title: &str,
    bytes: u64,
    mut contenders: Vec<Contender<'_>>,
) -> Outcome {
    race(title, &mut contenders)?;
    let mut group = c.benchmark_group(title);
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .throughput(Throughput::Bytes(bytes));
    for (name, mut run) in contenders {
        group.bench_function(name, |bencher| bencher.iter(&mut run));
    }
    group.finish();
    Ok(())
}
