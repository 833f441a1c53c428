//! `fieldreel man`: manual pages.

use std::fs;
use std::io;
use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_mangen::{Man as Page, generate_to};

use crate::arguments::Arguments;
use crate::error::{Result, with_path};
use crate::options::named_file;

const EXAMPLES: &str = "\
Examples:
  fieldreel man | man -l -
  fieldreel man --out ~/.local/share/man/man1      # then `man fieldreel-compress` works";

/// Prints the manual page of fieldreel, or writes the pages of all commands.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Man {
    /// The folder in which a page for fieldreel and one for each command are written
    /// [default: print the page of fieldreel to standard output]
    #[arg(long, value_name = "DIR", value_parser = named_file())]
    out: Option<PathBuf>,
}

impl Man {
    /// Prints or writes the pages.
    pub(crate) fn run(&self) -> Result {
        let program = Arguments::command();
        match &self.out {
            None => Page::new(program).render(&mut io::stdout())?,
            Some(folder) => {
                fs::create_dir_all(folder).map_err(with_path(folder))?;
                generate_to(program, folder).map_err(with_path(folder))?;
            }
        }
        Ok(())
    }
}
