//! Contenders timed in turn, and their ratios.

use std::error::Error;
use std::time::Instant;

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

/// Prints how long each contender takes as a multiple of the first.
pub(crate) fn race(title: &str, contenders: &mut [Contender<'_>]) -> Outcome {
    // Without `--bench` this is a test of whether everything runs.
    let timed = std::env::args().any(|argument| argument == "--bench");
    let mut times = vec![Vec::new(); contenders.len()];
    let mut rounds = 0;
    let mut spent = 0.0;
    // What takes milliseconds needs many rounds before its median stands still; what takes seconds, few.
    while rounds < 5 || (rounds < 15 && spent < 60.0) || (rounds < 301 && spent < 6.0) {
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
    Ok(())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
