//! Parsing of the command line, and the exit code. An error is one line on standard error. If a
//! signal ends the program, no partial files remain.

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use crate::arguments::Arguments;
use crate::error::{exit_code, one_line};

/// The exit code for invalid arguments.
pub(crate) const USAGE: u8 = 2;

/// Runs the command of the command line.
pub(crate) fn run() -> ExitCode {
    #[cfg(unix)]
    crate::signals::restore_sigpipe();
    match Arguments::try_parse() {
        Ok(arguments) => run_command(arguments),
        Err(error) => print_clap_error(&error),
    }
}

fn run_command(arguments: Arguments) -> ExitCode {
    #[cfg(unix)]
    if let Err(error) = crate::signals::clean_up_on_termination() {
        eprintln!("error: cannot install signal handlers: {error}");
        return ExitCode::FAILURE;
    }
    match arguments.command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", one_line(error.as_ref()));
            exit_code(error.as_ref())
        }
    }
}

/// Prints help and the version to standard output, and other messages of clap as one line to
/// standard error.
fn print_clap_error(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            print!("{error}");
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            eprint!("{error}");
            ExitCode::from(USAGE)
        }
        _ => {
            // After the first paragraph, clap prints the usage of the program.
            let text = error.to_string();
            let first = text.lines().take_while(|line| !line.trim().is_empty());
            let words: Vec<&str> = first.flat_map(str::split_whitespace).collect();
            eprintln!("{}; see `{} --help`", words.join(" "), command_name());
            ExitCode::from(USAGE)
        }
    }
}

/// Returns the name of the program with those of the subcommands that begin the command line.
fn command_name() -> String {
    let program = Arguments::command();
    let mut command = &program;
    let mut names = vec![program.get_name()];
    for argument in std::env::args_os().skip(1) {
        let Some(subcommand) = command.find_subcommand(argument) else {
            break;
        };
        names.push(subcommand.get_name());
        command = subcommand;
    }
    names.join(" ")
}
