//! What the benches share: contenders timed in turn, and their ratios.

use std::error::Error;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};

pub(crate) type Outcome = Result<(), Box<dyn Error>>;

/// What is timed, under its name.
pub(crate) type Contender<'a> = (String, Box<dyn FnMut() -> Outcome + 'a>);

/// Ends the bench with a line that says why it could not run.
pub(crate) fn or_exit(outcome: Outcome) {
    if let Err(error) = outcome {
        eprintln!("the bench could not run: {error}");
        std::process::exit(1);
    }
}

/// Prints how long each contender takes as a multiple of the first, then hands them to Criterion.
pub(crate) fn compare(
    c: &mut Criterion,
    title: &str,
    bytes: u64,
    mut contenders: Vec<Contender<'_>>,
) -> Outcome {
    // Without `--bench` this is a test of whether everything runs.
    let timed = std::env::args().any(|argument| argument == "--bench");
    let mut times = vec![Vec::new(); contenders.len()];
    let mut rounds = 0;
    let mut spent = 0.0;
    // What takes milliseconds needs many rounds before its median stands still.
    while rounds < 15 || (spent < 6.0 && rounds < 301) {
        for ((_, run), times) in contenders.iter_mut().zip(&mut times) {
            if rounds == 0 {
                // Warms up.
                run()?;
            }
            let start = Instant::now();
            run()?;
            let seconds = start.elapsed().as_secs_f64();
            spent += seconds;
            times.push(seconds);
        }
        rounds += 1;
        if !timed {
            break;
        }
    }
    println!("\n{title}: median of {rounds} round(s)");
    for ((name, _), own) in contenders.iter().zip(&times) {
        let ratios = own
            .iter()
            .zip(&times[0])
            .map(|(own, first)| own / first)
            .collect();
        println!(
            "  {name:<28} {:8.2} ms  ratio {:5.2}",
            1e3 * median(own.clone()),
            median(ratios)
        );
    }
    println!();

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

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
