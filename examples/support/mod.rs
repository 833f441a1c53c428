//! What the examples share: an error is one line on stderr and a non-zero exit.

use std::error::Error;
use std::process::ExitCode;

/// Runs `job`; prints its error, with all its causes, as one line.
pub(crate) fn exit_with(job: impl FnOnce() -> Result<(), Box<dyn Error>>) -> ExitCode {
    match job() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", one_line(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn one_line(error: &dyn Error) -> String {
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
