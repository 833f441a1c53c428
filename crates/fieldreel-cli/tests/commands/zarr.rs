//! Zarr stores in all commands that read or write files.

use std::fs;
use std::path::Path;

use crate::common::{Folder, fail, json, sample, succeed, write_reel};

#[test]
fn a_file_is_compressed_into_a_store_and_back() {
    let folder = Folder::new();
    let path = |name: &str| folder.path(name);
    let (input, store) = (sample(), path("small.zarr"));
    let result = json(&["compress", &input, &store, "--bound", "UWND=abs:0.1"]);
    assert_eq!(result["variables"][3]["stored"], "segments");
    assert!(result["variables"][3]["max_abs_error"].as_f64().unwrap() <= 0.1);
    assert!(result["output_bytes"].as_u64().unwrap() < 400_000);

    let description = json(&["inspect", &store]);
    assert_eq!(description["format"], "zarr");
    assert_eq!(description["bytes"], result["output_bytes"]);
    assert_eq!(description["variables"][3]["bound"], "abs:1e-1");
    assert_eq!(description["variables"][3]["stored"], "segments");
    assert_eq!(description["variables"][0]["role"], "coordinate");

    succeed(&["verify", &store]);
    let verified = json(&["verify", &store, "--against", &input]);
    assert!(verified.to_string().contains("UWND"), "{verified}");
    fail(
        &[
            "verify",
            &store,
            "--against",
            &input,
            "--bound",
            "UWND=abs:0.01",
        ],
        3,
        "UWND",
    );
    let compared = succeed(&["compare", &input, &store]);
    assert!(compared.contains("largest error"), "{compared}");

    for name in ["plain.nc", "plain.zarr", "again.zarr/"] {
        let output = path(name);
        succeed(&["decompress", &store, &output]);
        succeed(&[
            "verify",
            &output,
            "--against",
            &input,
            "--bound",
            "UWND=abs:0.1",
        ]);
        succeed(&["compare", &store, &output]);
    }
    // From one store into another, into NetCDF, and into a reel.
    for name in ["b.zarr", "b.nc", "b.reel"] {
        let output = path(name);
        succeed(&[
            "compress",
            &path("plain.zarr"),
            &output,
            "--bound",
            "abs:0.1",
        ]);
        succeed(&["verify", &output]);
    }
    succeed(&["verify", &path("b.reel"), "--against", &path("plain.zarr")]);
}

#[test]
fn a_reel_is_decompressed_into_a_store() {
    let folder = Folder::new();
    let (reel, store) = (folder.path("waves.reel"), folder.path("waves.zarr"));
    write_reel(&reel);
    let written = json(&["decompress", &reel, &store]);
    assert_eq!(written["shape"], serde_json::json!([9, 20, 30]));
    assert!(written["output_bytes"].as_u64().unwrap() > 1000);
    let compared = succeed(&["compare", &reel, &store]);
    assert!(compared.contains("the values are equal"), "{compared}");
    succeed(&["decompress", &reel, &store, "--frames", "0..4"]);
    assert_eq!(json(&["inspect", &store])["variables"][0]["shape"][0], 4);
}

#[test]
fn damage_is_found() {
    let folder = Folder::new();
    let (input, store) = (sample(), folder.path("small.zarr"));
    succeed(&["compress", &input, &store, "--bound", "abs:0.1"]);
    let chunk = Path::new(&store).join("UWND/c/0/0/0");
    let bytes = fs::read(&chunk).unwrap();
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    for damaged in [&bytes[..bytes.len() / 2], &flipped] {
        fs::write(&chunk, damaged).unwrap();
        fail(&["verify", &store], 3, "UWND");
        let output = folder.path("out.nc");
        fail(&["decompress", &store, &output], 1, "UWND/c/0/0/0");
        assert!(!Path::new(&output).exists());
    }
    fs::remove_file(&chunk).unwrap();
    fail(&["verify", &store], 3, "UWND/c/0/0/0 is missing");
    fs::write(&chunk, bytes).unwrap();
    succeed(&["verify", &store]);

    let root = Path::new(&store).join("zarr.json");
    fs::write(&root, "{").unwrap();
    for command in ["verify", "inspect"] {
        fail(&[command, &store], 1, "zarr.json: damaged");
    }
}

#[test]
fn inputs_and_other_folders_are_not_destroyed() {
    let folder = Folder::new();
    let (input, store) = (sample(), folder.path("small.zarr"));
    succeed(&["compress", &input, &store]);
    fail(&["compress", &store, &store], 1, "overlap");
    let inside = format!("{store}/out.nc");
    fail(&["decompress", &store, &inside], 1, "overlap");
    let photos = folder.path("photos.zarr");
    fs::create_dir(&photos).unwrap();
    fs::write(format!("{photos}/a.jpg"), "a").unwrap();
    fail(&["compress", &input, &photos], 1, "not a Zarr store");
    fail(&["inspect", &photos], 1, "not a Zarr file");
    assert!(Path::new(&photos).join("a.jpg").exists());
    succeed(&["verify", &store]);
    let read_only = ["compress", &input, "/proc/small.zarr"];
    fail(&read_only, 1, "/proc/small.zarr");
    fail(
        &["compress", &store, &folder.path("a.zarr"), "--tile", "2,2"],
        2,
        "--tile",
    );
}

#[cfg(unix)]
#[test]
fn a_stopped_run_leaves_the_old_or_the_new_store() {
    use std::process::{Command, Stdio};
    use std::time::Instant;

    use rustix::process::{Pid, Signal, kill_process};

    let folder = Folder::new();
    let input = sample();
    let out = folder.path("out");
    fs::create_dir(&out).unwrap();
    let target = format!("{out}/target.zarr");
    let arguments = ["compress", &input, &target, "--bound", "abs:0.001"];
    let start = Instant::now();
    succeed(&arguments);
    let duration = start.elapsed();
    let complete = json(&["inspect", &target])["variables"].clone();
    let signals = [Signal::INT, Signal::TERM, Signal::HUP];
    let mut stopped = 0;
    for run in 0..24_u32 {
        let has_old = run % 2 == 0;
        fs::remove_dir_all(&target).unwrap();
        if has_old {
            succeed(&["compress", &input, &target]);
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_fieldreel"))
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(duration.mul_f64(f64::from(run * 7 % 24) / 24.0));
        kill_process(Pid::from_child(&child), signals[run as usize % 3]).unwrap();
        let status = child.wait().unwrap();
        stopped += u32::from(!status.success());
        let names: Vec<_> = fs::read_dir(&out)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        if names.is_empty() {
            assert!(!has_old && !status.success(), "{run}");
            fs::create_dir(&target).unwrap();
            continue;
        }
        assert_eq!(names, ["target.zarr"], "{run}");
        let variables = json(&["inspect", &target])["variables"].clone();
        let is_new = variables == complete;
        assert!(
            is_new || has_old && variables[3]["bound"].is_null(),
            "{run}"
        );
        assert!(is_new || !status.success(), "{run}");
        succeed(&["verify", &target]);
    }
    assert!(stopped > 0);
}
