//! The main function of the examples. It prints an error as one line on standard error and exits
//! with a non-zero exit code. If a signal ends the program, no partial files remain.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

#[cfg(unix)]
mod signals;

/// Runs `job` with the arguments of the command line, and prints its error with all causes as one
/// line.
pub(crate) fn run<A: Parser>(job: impl FnOnce(&A) -> Result<(), Box<dyn Error>>) -> ExitCode {
    #[cfg(unix)]
    signals::restore_sigpipe();
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
            // After the first paragraph, clap prints the usage of the program.
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
    if let Err(error) = signals::clean_up_on_termination() {
        eprintln!("error: cannot install signal handlers: {error}");
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

/// Returns the message of an error and of its causes as one line.
pub(crate) fn one_line(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        // Many messages already include the cause.
        if !line.contains(&text) {
            line = format!("{line}: {text}");
        }
        cause = error.source();
    }
    line.replace('\n', " ")
}
