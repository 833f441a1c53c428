//! The part that all examples share: an error is one line on stderr and a non-zero exit, and a signal leaves no part of a file.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

#[cfg(unix)]
mod signals;

/// Runs `job` with the arguments of the command line; prints its error, with all its causes, as one
/// line.
pub(crate) fn run<A: Parser>(job: impl FnOnce(&A) -> Result<(), Box<dyn Error>>) -> ExitCode {
    #[cfg(unix)]
    signals::end_at_closed_pipes();
    match A::try_parse() {
        Ok(arguments) => exit_with(|| job(&arguments)),
        Err(text)
            if matches!(
                text.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            ) =>
        {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            // Below the first paragraph clap repeats how the program is used.
            let text = error.to_string();
            let first = text.lines().take_while(|line| !line.trim().is_empty());
            let words: Vec<&str> = first.flat_map(str::split_whitespace).collect();
            eprintln!("{}", words.join(" "));
            ExitCode::from(2)
        }
    }
}

fn exit_with(job: impl FnOnce() -> Result<(), Box<dyn Error>>) -> ExitCode {
    #[cfg(unix)]
    if let Err(error) = signals::watch() {
        eprintln!("error: signals cannot be watched: {error}");
        return ExitCode::FAILURE;
    }
    match job() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", one_line(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

pub(crate) fn one_line(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        // Some libraries repeat their cause in their own text.
        if !line.contains(&text) {
            line = format!("{line}: {text}");
        }
        cause = error.source();
    }
    line.replace('\n', " ")
}
