//! Disks that are full.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::tempdir;

use crate::interrupted::RUNS;
use crate::programs::{PROGRAMS, entries, error_of, inputs};

/// The number of amounts of room that are tried for each program, unless `make interrupted` says more.
const PLACES: u64 = 3;

/// A file system in memory of so many bytes.
struct Disk(PathBuf);

impl Disk {
    /// `None` where that is not allowed.
    fn mount(path: &Path, bytes: u64) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={bytes}"), "tmpfs"]);
        let mounted = mount
            .arg(path)
            .output()
            .is_ok_and(|output| output.status.success());
        mounted.then(|| Self(path.to_path_buf()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_told_and_the_old_file_stays() {
    let folder = tempdir().unwrap();
    let mount = folder.path().join("disk");
    fs::create_dir(&mount).unwrap();
    let (places, frames) = match std::env::var(RUNS) {
        Ok(_) => (20, 200),
        Err(_) => (PLACES, 12),
    };
    inputs(folder.path(), frames);
    let mut runs = 0;
    for program in PROGRAMS {
        let whole = folder.path().join("whole").with_extension(program.output);
        let output = program.run(folder.path(), &whole);
        assert!(
            output.status.success(),
            "{program:?}: {}",
            error_of(&output)
        );
        let needed = fs::metadata(&whole).unwrap().len();
        fs::remove_file(whole).unwrap();
        // Whole pages; the old file takes one more.
        let rooms = (0..places).map(|place| needed * place / places / 4096 * 4096);
        let rooms: BTreeSet<u64> = rooms.collect();
        println!(
            "{program:?}: {} amounts of room under {needed} bytes",
            rooms.len()
        );
        for room in rooms {
            let Some(disk) = Disk::mount(&mount, room + 4096) else {
                println!("skipped: no file system can be mounted here");
                return;
            };
            let target = disk.0.join("target").with_extension(program.output);
            fs::write(&target, "old").unwrap();
            let output = program.run(folder.path(), &target);
            let error = error_of(&output);
            let case = format!("{program:?}, {room} of {needed} bytes: {error}");
            assert_eq!(output.status.code(), Some(1), "{case}");
            let told = error.contains("No space left on device")
                && error.contains(target.to_str().unwrap());
            assert!(
                told && !error.contains("/proc/") && !error.contains(".partial"),
                "{case}"
            );
            assert_eq!(fs::read(&target).unwrap(), b"old", "{case}");
            assert_eq!(entries(&disk.0).len(), 1, "{case}");
            runs += 1;
        }
    }
    println!("{runs} runs on full disks");
}
