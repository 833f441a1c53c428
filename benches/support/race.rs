//! Timing of contenders in turn, and their ratios.

use std::error::Error;
use std::time::Instant;

pub(crate) type Outcome = Result<(), Box<dyn Error>>;

/// The name of a contender and the function that is timed.
pub(crate) type Contender<'a> = (String, Box<dyn FnMut() -> Outcome + 'a>);

/// Ends the benchmark with a message if it could not run.
pub(crate) fn or_exit(outcome: Outcome) {
    if let Err(error) = outcome {
        eprintln!("the benchmark could not run: {error}");
        std::process::exit(1);
    }
}

/// Prints the time of each contender as a multiple of the first.
pub(crate) fn race(title: &str, contenders: &mut [Contender<'_>]) -> Outcome {
    // Without `--bench` this is a test that everything runs.
    let is_timed = std::env::args().any(|argument| argument == "--bench");
    let mut times = vec![Vec::new(); contenders.len()];
    let mut rounds = 0;
    let mut spent = 0.0;
    // Runs of milliseconds need many rounds for a stable median; runs of seconds need few.
    while rounds < 5 || (rounds < 15 && spent < 60.0) || (rounds < 301 && spent < 6.0) {
        for ((_, run), times) in contenders.iter_mut().zip(&mut times) {
            if rounds == 0 {
                // This run is the warm-up.
                run()?;
            }
            let start = Instant::now();
            run()?;
            let seconds = start.elapsed().as_secs_f64();
            spent += seconds;
            times.push(seconds);
        }
        rounds += 1;
        if !is_timed {
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
    Ok(())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
