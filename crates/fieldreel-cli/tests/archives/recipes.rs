//! The recipes of `docs/how-to/archives.md`, run as they are printed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::common::Archive;

const SHAPE: [usize; 3] = [4, 20, 30];
const FILES: usize = 10;

/// Returns the path of a file of the repository; `None` in a package that was unpacked elsewhere.
fn repository(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path);
    if !path.exists() {
        println!("skipped: the page is in the repository only");
        return None;
    }
    Some(path)
}

/// Returns the code of the page whose language is `language` and that contains `text`.
fn recipe(language: &str, text: &str) -> Option<String> {
    let page = fs::read_to_string(repository("docs/how-to/archives.md")?).unwrap();
    let start = format!("\n```{language}\n");
    let mut blocks = page
        .split(&start)
        .skip(1)
        .map(|block| block.split("```").next().unwrap());
    let found = blocks.find(|block| block.contains(text));
    Some(
        found
            .unwrap_or_else(|| panic!("no {language} with {text}"))
            .to_owned(),
    )
}

/// Returns a shell that runs code in the folder of an archive and finds the program.
fn shell(archive: &Archive, code: &str) -> Command {
    let program = Path::new(env!("CARGO_BIN_EXE_fieldreel"));
    let path = std::env::var("PATH").unwrap();
    let mut command = Command::new("bash");
    command
        .args(["-c", code])
        .current_dir(archive.path(""))
        .env(
            "PATH",
            format!("{}:{path}", program.parent().unwrap().display()),
        );
    command
}

fn is_installed(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output();
    let is_installed = found.is_ok_and(|output| output.status.success());
    if !is_installed {
        println!("skipped: {program} is not installed");
    }
    is_installed
}

/// Checks that a recipe has done every unit once.
fn check(archive: &Archive, outputs: &[Output]) {
    for output in outputs {
        assert!(output.status.success(), "{output:?}");
    }
    assert_eq!(archive.records().len(), FILES);
    let (verified, code) = archive.json(&["verify", "archive/manifest.jsonl", "--against"]);
    assert_eq!(
        (verified["intact"].as_u64(), code),
        (Some(FILES as u64), Some(0))
    );
}

/// The script of the page is run by several shells at once, as Slurm runs the tasks of an array.
#[test]
fn slurm_runs_parts() {
    let Some(script) = recipe("bash", "#SBATCH --array") else {
        return;
    };
    let archive = Archive::new(FILES, SHAPE);
    let array = script.split("--array=1-").nth(1).unwrap();
    let count = array.split_whitespace().next().unwrap();
    let tasks: Vec<_> = (1..=count.parse::<usize>().unwrap())
        .map(|task| {
            let mut command = shell(&archive, &script);
            command
                .env("SLURM_ARRAY_TASK_ID", task.to_string())
                .env("SLURM_ARRAY_TASK_COUNT", count)
                .env("SLURM_CPUS_PER_TASK", "2");
            command.stdout(std::process::Stdio::piped());
            command
                .stderr(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let outputs = tasks
        .into_iter()
        .map(|task| task.wait_with_output().unwrap());
    check(&archive, &outputs.collect::<Vec<_>>());
}

#[test]
fn gnu_parallel_runs_parts() {
    let Some(code) = recipe("bash", "parallel") else {
        return;
    };
    if is_installed("parallel") {
        let archive = Archive::new(FILES, SHAPE);
        check(&archive, &[shell(&archive, &code).output().unwrap()]);
    }
}

#[test]
fn mpi_runs_parts() {
    let Some(code) = recipe("bash", "mpirun") else {
        return;
    };
    if is_installed("mpirun") {
        let archive = Archive::new(FILES, SHAPE);
        let mut command = shell(&archive, &code);
        // Open MPI refuses root, and more ranks than cores, unless it is told to allow them.
        for name in [
            "OMPI_ALLOW_RUN_AS_ROOT",
            "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM",
            "OMPI_MCA_rmaps_base_oversubscribe",
        ] {
            command.env(name, "1");
        }
        check(&archive, &[command.output().unwrap()]);
    }
}

/// `make archive-dask` runs the script.
#[test]
fn the_page_quotes_the_script_for_dask() {
    let Some(quoted) = recipe("python", "dask") else {
        return;
    };
    let Some(script) = repository("examples/archive_dask.py") else {
        return;
    };
    assert_eq!(quoted, fs::read_to_string(script).unwrap());
}

/// The rules of the page are valid, and so are those of the help.
#[test]
fn the_rules_of_the_page_are_valid() {
    let Some(rules) = recipe("toml", "default") else {
        return;
    };
    let archive = Archive::new(1, SHAPE);
    let help = archive.command(&["--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let (_, in_help) = help.split_once("Rules are written in TOML").unwrap();
    let lines = in_help
        .lines()
        .skip(1)
        .take_while(|line| !line.starts_with('`'));
    let in_help: String = lines.map(|line| format!("{}\n", line.trim())).collect();
    for rules in [rules, in_help] {
        assert!(rules.contains("[[rules]]"), "{rules}");
        fs::write(archive.path("bounds.toml"), &rules).unwrap();
        archive.plan("other");
    }
}
