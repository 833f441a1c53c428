//! The help of every command, tab completion and manual pages.

use std::fs;
use std::path::Path;

use crate::common::{Folder, succeed};

pub(crate) const COMMANDS: [&str; 16] = [
    "compress",
    "decompress",
    "inspect",
    "verify",
    "archive",
    "archive plan",
    "archive run",
    "archive status",
    "archive verify",
    "compare",
    "report",
    "explain",
    "to-video",
    "from-video",
    "completions",
    "man",
];

#[test]
fn every_command_has_help_with_examples() {
    let program = succeed(&["--help"]);
    for command in COMMANDS {
        let words: Vec<&str> = command.split(' ').collect();
        let parent = match words.as_slice() {
            [parent, _] => succeed(&[parent, "--help"]),
            _ => program.clone(),
        };
        let name = words.last().unwrap();
        assert!(parent.contains(&format!("\n  {name}")), "{command}");
        for flag in ["-h", "--help"] {
            let help = succeed(&[&words[..], &[flag]].concat());
            let first = help.lines().next().unwrap();
            // The first line says what the command does, in the third person.
            assert!(
                first.split_whitespace().next().unwrap().ends_with('s'),
                "{first}"
            );
            assert!(help.contains("Examples:\n  fieldreel"), "{command}");
            let width = help.lines().map(|line| line.chars().count()).max();
            assert!(width < Some(100), "{command}: {width:?}");
        }
    }
    assert!(program.contains("Exit codes:"));
}

#[test]
fn the_version_is_that_of_the_package() {
    let version = concat!("fieldreel ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(succeed(&["--version"]), version);
}

#[test]
fn shells_get_completions_of_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = succeed(&["completions", shell]);
        for command in COMMANDS {
            let name = command.split(' ').next_back().unwrap();
            assert!(script.contains(name), "{shell}: {command}");
        }
        assert!(script.contains("against"), "{shell}");
    }
}

#[test]
fn manual_pages_are_printed_and_written() {
    let page = succeed(&["man"]);
    assert!(page.contains(".TH fieldreel 1") && page.contains("fieldreel\\-compress(1)"));
    let folder = Folder::new();
    let out = folder.path("man1");
    succeed(&["man", "--out", &out]);
    for command in COMMANDS {
        let page = fs::read_to_string(
            Path::new(&out).join(format!("fieldreel-{}.1", command.replace(' ', "-"))),
        );
        assert!(page.unwrap().contains(".SH SYNOPSIS"), "{command}");
    }
    assert!(Path::new(&out).join("fieldreel.1").exists());
}
