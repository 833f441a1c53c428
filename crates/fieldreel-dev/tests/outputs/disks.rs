//! Outputs on full disks.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::tempdir;

use crate::interrupted::RUNS;
use crate::programs::{CASES, entries, stderr_of, write_inputs};

/// The number of disk sizes that are tested for each program, unless `make interrupted` sets more.
const DISK_SIZES: u64 = 3;

/// A mounted file system in memory.
struct Disk(PathBuf);

impl Disk {
    /// Mounts a file system of a number of bytes; returns `None` if mounting is not allowed.
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
fn a_full_disk_is_an_error_and_the_old_file_stays() {
    let folder = tempdir().unwrap();
    let mount = folder.path().join("disk");
    fs::create_dir(&mount).unwrap();
    let (disk_sizes, frames) = match std::env::var(RUNS) {
        Ok(_) => (20, 200),
        Err(_) => (DISK_SIZES, 12),
    };
    write_inputs(folder.path(), frames);
    let mut runs = 0;
    for program in CASES {
        let complete = folder.path().join("complete");
        let complete = complete.with_extension(program.output);
        let output = program.run(folder.path(), &complete);
        assert!(
            output.status.success(),
            "{program:?}: {}",
            stderr_of(&output)
        );
        let needed = fs::metadata(&complete).unwrap().len();
        fs::remove_file(complete).unwrap();
        // The sizes are multiples of a page. The old file needs one more page.
        let free_sizes = (0..disk_sizes).map(|n| needed * n / disk_sizes / 4096 * 4096);
        let free_sizes: BTreeSet<u64> = free_sizes.collect();
        println!(
            "{program:?}: {} disks with less than {needed} free bytes",
            free_sizes.len()
        );
        for free in free_sizes {
            let Some(disk) = Disk::mount(&mount, free + 4096) else {
                println!("skipped: mounting a file system is not allowed");
                return;
            };
            let target = disk.0.join("target").with_extension(program.output);
            fs::write(&target, "old").unwrap();
            let output = program.run(folder.path(), &target);
            let error = stderr_of(&output);
            let case = format!("{program:?}, {free} of {needed} bytes: {error}");
            assert_eq!(output.status.code(), Some(1), "{case}");
            let is_explained = error.contains("No space left on device")
                && error.contains(target.to_str().unwrap());
            assert!(
                is_explained && !error.contains("/proc/") && !error.contains(".partial"),
                "{case}"
            );
            assert_eq!(fs::read(&target).unwrap(), b"old", "{case}");
            assert_eq!(entries(&disk.0).len(), 1, "{case}");
            runs += 1;
        }
    }
    println!("{runs} runs on full disks");
}
