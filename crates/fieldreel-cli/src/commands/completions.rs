//! `fieldreel completions`: tab completion for shells.

use std::io;

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use crate::arguments::Arguments;
use crate::error::Result;

const EXAMPLES: &str = "\
Examples:
  fieldreel completions bash > ~/.local/share/bash-completion/completions/fieldreel
  fieldreel completions zsh > ~/.zfunc/_fieldreel      # with fpath+=~/.zfunc in ~/.zshrc
  fieldreel completions fish > ~/.config/fish/completions/fieldreel.fish";

/// Prints the script with which a shell completes the arguments of fieldreel.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    /// Prints the script.
    pub(crate) fn run(&self) -> Result {
        let mut program = Arguments::command();
        generate(self.shell, &mut program, "fieldreel", &mut io::stdout());
        Ok(())
    }
}
