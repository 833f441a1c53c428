//! Every program with every kind of destination.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use tempfile::tempdir;

use crate::programs::{CASES, command, entries, stderr_of, write_inputs};

#[test]
fn an_output_that_is_the_input_is_refused() {
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write_inputs(folder.path(), 3);
    fs::create_dir(at("sub")).unwrap();
    let mut cases = 0;
    for program in CASES {
        let input = program.input;
        let (hard, soft) = (
            format!("hard.{}", program.output),
            format!("soft.{}", program.output),
        );
        fs::hard_link(at(input), at(&hard)).unwrap();
        symlink(input, at(&soft)).unwrap();
        let before = (fs::read(at(input)).unwrap(), entries(folder.path()));
        for name in [
            input,
            &format!("./{input}"),
            &format!("sub/../{input}"),
            &hard,
            &soft,
        ] {
            let output = program.run(folder.path(), &at(name));
            let error = stderr_of(&output);
            assert_eq!(output.status.code(), Some(1), "{program:?} {name}");
            assert!(
                error.contains("is the input") && error.lines().count() == 1,
                "{program:?} {name}: {error}"
            );
            let after = (fs::read(at(input)).unwrap(), entries(folder.path()));
            assert!(before == after, "{program:?} {name}");
            cases += 1;
        }
        fs::remove_file(at(&hard)).unwrap();
        fs::remove_file(at(&soft)).unwrap();
    }
    assert_eq!(cases, 40);

    // The name of a video depends on its values: written again into its folder, the output would
    // be the input.
    let videos = at("videos");
    let to_video = |input: &str| {
        command("array_to_video")
            .args([input, "t"])
            .arg(&videos)
            .arg("vlow")
            .output()
    };
    let output = to_video(at("in.nc").to_str().unwrap()).unwrap();
    let video = String::from_utf8(output.stdout).unwrap();
    let bytes = fs::read(video.trim_end()).unwrap();
    let again = to_video(video.trim_end()).unwrap();
    assert!(stderr_of(&again).contains("is the input"), "{again:?}");
    assert_eq!(fs::read(video.trim_end()).unwrap(), bytes);
}

#[test]
fn links_are_followed_and_permissions_are_kept() {
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write_inputs(folder.path(), 3);
    for program in CASES {
        let out = |name: &str| at(&format!("{name}.{}", program.output));
        let (target, link, dangling, new) =
            (out("target"), out("link"), out("dangling"), out("new"));
        fs::write(&target, "old").unwrap();
        fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&target, &link).unwrap();
        symlink(&new, &dangling).unwrap();
        let names = entries(folder.path()).len();
        for output in [&link, &dangling] {
            let output = program.run(folder.path(), output);
            assert!(
                output.status.success(),
                "{program:?}: {}",
                stderr_of(&output)
            );
        }
        for output in [&link, &dangling] {
            assert!(
                fs::symlink_metadata(output).unwrap().is_symlink(),
                "{program:?}"
            );
        }
        let (old, new_size) = (
            fs::metadata(&target).unwrap(),
            fs::metadata(&new).unwrap().len(),
        );
        assert_eq!(
            (old.permissions().mode() & 0o7777, old.len()),
            (0o640, new_size),
            "{program:?}"
        );
        assert_eq!(entries(folder.path()).len(), names + 1, "{program:?}");
        for path in [target, link, dangling, new] {
            fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn special_files_are_written_to_or_refused() {
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write_inputs(folder.path(), 3);
    for program in CASES {
        let out = |name: &str| at(&format!("{name}.{}", program.output));
        let (fifo, null, socket, directory) =
            (out("fifo"), out("null"), out("socket"), out("directory"));
        assert!(
            Command::new("mkfifo")
                .arg(&fifo)
                .status()
                .unwrap()
                .success()
        );
        symlink("/dev/null", &null).unwrap();
        let _listener = UnixListener::bind(&socket).unwrap();
        fs::create_dir(&directory).unwrap();
        let before = entries(folder.path());

        let reader = program.is_sequential.then(|| {
            let fifo = fifo.clone();
            std::thread::spawn(move || {
                let mut bytes = Vec::new();
                File::open(fifo).unwrap().read_to_end(&mut bytes).unwrap();
                bytes
            })
        });
        for (path, kind) in [
            (&fifo, "FIFO"),
            (&null, "device"),
            (&socket, "socket"),
            (&directory, "directory"),
        ] {
            let output = program.run(folder.path(), path);
            let error = stderr_of(&output);
            if program.is_sequential && (path == &fifo || path == &null) {
                assert!(output.status.success(), "{program:?} {kind}: {error}");
                continue;
            }
            assert_eq!(output.status.code(), Some(1), "{program:?} {kind}");
            assert!(
                error.contains(kind) && error.contains(path.to_str().unwrap()),
                "{program:?} {kind}: {error}"
            );
        }
        if let Some(reader) = reader {
            let file = out("file");
            assert!(program.run(folder.path(), &file).status.success());
            assert_eq!(
                reader.join().unwrap(),
                fs::read(&file).unwrap(),
                "{program:?}"
            );
            fs::remove_file(file).unwrap();
        }
        assert_eq!(entries(folder.path()), before, "{program:?}");
        assert!(fs::metadata(&fifo).unwrap().file_type().is_fifo());
        assert!(fs::metadata(&socket).unwrap().file_type().is_socket());
        assert!(
            fs::metadata("/dev/null")
                .unwrap()
                .file_type()
                .is_char_device()
        );
        assert!(entries(&directory).is_empty());
        for path in [fifo, null, socket] {
            fs::remove_file(path).unwrap();
        }
        fs::remove_dir(directory).unwrap();
    }
}

#[test]
fn a_dash_is_standard_input_or_output_or_refused() {
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write_inputs(folder.path(), 3);
    let before = entries(folder.path());
    let with_input = |name: &str, arguments: &[&str], bytes: &[u8]| {
        let mut command = command(name);
        let command = command.args(arguments).current_dir(folder.path());
        let command = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that refuses its arguments does not read.
        let _ = child.stdin.take().unwrap().write_all(bytes);
        child.wait_with_output().unwrap()
    };
    let options = ["rel:1e-2", "--effort", "fast"];
    let reel = with_input(
        "compress",
        &[&["in.nc", "t", "-"][..], &options].concat(),
        b"",
    );
    assert!(reel.status.success() && stderr_of(&reel).contains("times smaller"));
    let file = with_input(
        "compress",
        &[&["in.nc", "t", "out.reel"][..], &options].concat(),
        b"",
    );
    assert!(file.status.success());
    assert_eq!(reel.stdout, fs::read(at("out.reel")).unwrap());
    let stream = with_input(
        "stream",
        &["-", "--frames", "5", "--height", "9", "--width", "9"],
        b"",
    );
    for reel in [&reel.stdout, &stream.stdout] {
        let output = with_input("inspect", &["-", "--verify"], reel);
        assert!(
            String::from_utf8_lossy(&output.stdout).contains("verified"),
            "{output:?}"
        );
        let back = with_input("decompress", &["-", "back.nc"], reel);
        assert!(back.status.success(), "{back:?}");
    }
    for name in ["out.reel", "back.nc"] {
        fs::remove_file(at(name)).unwrap();
    }
    for (name, arguments) in [
        ("compress_dataset", &["in.nc", "-"][..]),
        ("compress_dataset", &["-", "out.nc"]),
        ("decompress_dataset", &["in.nc", "-"]),
        ("decompress_dataset", &["-", "out.nc"]),
        ("compress", &["-", "t", "out.reel", "abs:1"]),
        ("decompress", &["in.reel", "-"]),
        ("video_to_array", &["-", "out.nc"]),
        ("video_to_array", &["in.mp4", "-"]),
        ("array_to_video", &["-", "t", ".", "low"]),
        ("array_to_video", &["in.nc", "t", "-", "low"]),
        ("inspect", &["in.reel", "--export", "-"]),
        ("report", &["-"]),
        ("report", &["in.nc", "--out", "-"]),
    ] {
        let output = with_input(name, arguments, b"");
        let error = stderr_of(&output);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{name} {arguments:?}: {error}"
        );
        assert!(
            error.contains("name a file") && error.lines().count() == 1,
            "{name} {arguments:?}: {error}"
        );
    }
    assert_eq!(entries(folder.path()), before);
}

#[test]
fn every_program_prints_its_version() {
    for name in [
        "array_to_video",
        "compress",
        "compress_dataset",
        "decompress",
        "decompress_dataset",
        "inspect",
        "report",
        "stream",
        "video_to_array",
    ] {
        let output = command(name).arg("--version").output().unwrap();
        let version = String::from_utf8(output.stdout).unwrap();
        assert_eq!(
            version,
            concat!("fieldreel ", env!("CARGO_PKG_VERSION"), "\n"),
            "{name}"
        );
    }
}

/// Tests the end of a program such as `inspect FILE | head`.
#[test]
fn a_program_with_a_closed_output_pipe_ends_silently() {
    let folder = tempdir().unwrap();
    write_inputs(folder.path(), 3);
    for (name, arguments) in [
        (
            "compress",
            &["in.nc", "t", "out.reel", "rel:1e-2", "--effort", "fast"][..],
        ),
        ("inspect", &["out.reel"]),
        (
            "compress_dataset",
            &[
                "in.nc",
                "out.nc",
                "--default",
                "rel:1e-2",
                "--effort",
                "fast",
            ],
        ),
        ("decompress_dataset", &["out.nc", "back.nc"]),
    ] {
        let mut command = command(name);
        let command = command.args(arguments).current_dir(folder.path());
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            output.status.signal(),
            Some(libc::SIGPIPE),
            "{name}: {output:?}"
        );
        assert_eq!(stderr_of(&output), "", "{name}");
    }
    assert!(
        ["out.reel", "out.nc", "back.nc"]
            .iter()
            .all(|name| folder.path().join(name).exists())
    );
}
