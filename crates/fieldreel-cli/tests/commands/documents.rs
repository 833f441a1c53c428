//! The reference of the command line quotes the help of the program.

use std::fs;
use std::path::Path;

use crate::common::succeed;
use crate::help::COMMANDS;

/// The environment variable with which the quotes are written instead of compared.
const UPDATE: &str = "FIELDREEL_UPDATE_DOCS";

#[test]
fn the_reference_quotes_the_help_of_every_command() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/cli.md");
    if !path.exists() {
        eprintln!("skipped: the reference is in the repository only");
        return;
    }
    let mut text = fs::read_to_string(&path).unwrap();
    for command in [""].into_iter().chain(COMMANDS) {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let start = format!("```text\n$ fieldreel {}\n", arguments.join(" "));
        let (before, after) = text
            .split_once(&start)
            .unwrap_or_else(|| panic!("docs/reference/cli.md does not contain {start}"));
        let (quoted, after) = after.split_once("```\n").unwrap();
        // Blank lines of the help are indented.
        let help = succeed(&arguments);
        let lines = help.lines().map(|line| format!("{}\n", line.trim_end()));
        let help: String = lines.collect();
        match std::env::var_os(UPDATE) {
            Some(_) => text = format!("{before}{start}{help}```\n{after}"),
            None => assert_eq!(
                quoted, help,
                "set {UPDATE}=1 to update docs/reference/cli.md"
            ),
        }
    }
    if std::env::var_os(UPDATE).is_some() {
        fs::write(path, text).unwrap();
    }
}
