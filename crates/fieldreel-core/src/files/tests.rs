//! Tests of every kind of destination with every method of writing.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use tempfile::{TempDir, tempdir};

use super::{
    PendingFile, SequentialFile, TemporaryDirectory, is_same_file, remove_unfinished, write,
};

/// A method of writing a file.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Method {
    /// As a [`PendingFile`], which is unnamed on Linux.
    Pending,
    /// As a [`PendingFile`] with a temporary name.
    Named,
    /// As a [`SequentialFile`].
    Sequential,
    /// As a [`PendingFile`] that is opened by its path, as HDF5 does.
    ByPath,
}

const METHODS: [Method; 4] = [
    Method::Pending,
    Method::Named,
    Method::Sequential,
    Method::ByPath,
];

impl Method {
    fn write(self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let pending = match self {
            Self::Sequential => return write(path, bytes),
            Self::Named => PendingFile::create_named(path)?,
            Self::Pending | Self::ByPath => PendingFile::create(path)?,
        };
        match self {
            Self::ByPath => pending.with_path(|path| {
                // HDF5 also resolves the path.
                fs::canonicalize(path).and_then(|_| fs::write(path, bytes))
            })??,
            _ => pending.open()?.write_all(bytes)?,
        }
        pending.commit()
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Returns the names of all entries of a directory, sorted.
fn entries(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn mkfifo(path: &Path) {
    let status = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(status.success());
}

/// A mounted tmpfs, which is unmounted on drop.
struct MountedTmpfs(PathBuf);

impl MountedTmpfs {
    /// Mounts a tmpfs, or returns `None` if this is not permitted.
    fn new(directory: &TempDir, options: &str) -> Option<Self> {
        let path = directory.path().to_path_buf();
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(&path);
        let mounted = is_root() && mount.output().is_ok_and(|output| output.status.success());
        if !mounted {
            println!("skipped: mounting a file system is not permitted");
        }
        mounted.then(|| Self(path))
    }
}

impl Drop for MountedTmpfs {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_regular_file_is_created_or_replaced_and_its_mode_is_kept() {
    let mut cases = 0;
    for method in METHODS {
        for mode in [
            None,
            Some(0o600),
            Some(0o644),
            Some(0o664),
            Some(0o755),
            Some(0o777),
            Some(0o200),
        ] {
            // The path is the file itself, a link, a link to a link, or a link in another
            // directory; some contain `.` and `..`.
            for (link, target) in [
                (0, "file"),
                (1, "file"),
                (2, "./sub/../file"),
                (3, "sub/../file"),
            ] {
                let directory = tempdir().unwrap();
                let at = |name: &str| directory.path().join(name);
                fs::create_dir(at("sub")).unwrap();
                let mut names = vec!["file", "sub"];
                if let Some(mode) = mode {
                    fs::write(at("file"), "old").unwrap();
                    fs::set_permissions(at("file"), fs::Permissions::from_mode(mode)).unwrap();
                }
                let path = match link {
                    0 => at(target),
                    1 => {
                        symlink(target, at("l1")).unwrap();
                        names.push("l1");
                        at("l1")
                    }
                    2 => {
                        symlink(at(target), at("l1")).unwrap();
                        symlink("l1", at("l2")).unwrap();
                        names.extend(["l1", "l2"]);
                        at("l2")
                    }
                    _ => {
                        symlink("../file", at("sub/l3")).unwrap();
                        at("sub/l3")
                    }
                };
                method.write(&path, b"new").unwrap();
                let case = format!("{method:?} {mode:?} {link}");
                let metadata = fs::symlink_metadata(at("file")).unwrap();
                assert!(metadata.is_file(), "{case}");
                match mode {
                    Some(mode) => assert_eq!(metadata.mode() & 0o7777, mode, "{case}"),
                    // The mode is that of any new file.
                    None => {
                        File::create(at("reference")).unwrap();
                        let reference = fs::metadata(at("reference")).unwrap();
                        assert_eq!(metadata.mode(), reference.mode(), "{case}");
                        fs::remove_file(at("reference")).unwrap();
                    }
                }
                if is_root() || mode != Some(0o200) {
                    assert_eq!(fs::read(at("file")).unwrap(), b"new", "{case}");
                }
                names.sort_unstable();
                assert_eq!(entries(directory.path()), names, "{case}");
                cases += 1;
            }
        }
    }
    assert_eq!(cases, 4 * 7 * 4);
}

#[test]
fn hard_links_of_the_old_file_keep_its_contents() {
    for method in METHODS {
        let directory = tempdir().unwrap();
        let [file, other] = ["file", "other"].map(|name| directory.path().join(name));
        fs::write(&file, "old").unwrap();
        fs::hard_link(&file, &other).unwrap();
        method.write(&file, b"new").unwrap();
        assert_eq!(fs::read(&other).unwrap(), b"old", "{method:?}");
        assert_eq!(fs::read(&file).unwrap(), b"new", "{method:?}");
    }
}

#[test]
fn destinations_that_cannot_be_files_are_refused_and_stay() {
    for method in METHODS {
        let directory = tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        fs::create_dir(at("folder")).unwrap();
        let _socket = UnixListener::bind(at("socket")).unwrap();
        symlink("loop", at("loop")).unwrap();
        symlink("b", at("a")).unwrap();
        symlink("a", at("b")).unwrap();
        symlink("folder", at("to_folder")).unwrap();
        symlink("none/file", at("to_nowhere")).unwrap();
        fs::write(at("file"), "old").unwrap();
        let before = entries(directory.path());
        for (name, kind) in [
            ("folder", Some(ErrorKind::IsADirectory)),
            ("folder/", Some(ErrorKind::IsADirectory)),
            ("folder/..", Some(ErrorKind::IsADirectory)),
            ("to_folder", Some(ErrorKind::IsADirectory)),
            ("socket", Some(ErrorKind::InvalidInput)),
            ("none/", Some(ErrorKind::InvalidInput)),
            ("", Some(ErrorKind::IsADirectory)),
            ("none/file", Some(ErrorKind::NotFound)),
            ("to_nowhere", Some(ErrorKind::NotFound)),
            ("file/", Some(ErrorKind::NotADirectory)),
            ("file/file", Some(ErrorKind::NotADirectory)),
            // The `ErrorKind` of these errors is unstable.
            ("loop", None),
            ("a", None),
            (&"n".repeat(256), None),
        ] {
            let error = method.write(&at(name), b"new").unwrap_err();
            assert!(
                kind.is_none_or(|kind| kind == error.kind()),
                "{method:?} {name}: {error:?}"
            );
        }
        assert_eq!(entries(directory.path()), before, "{method:?}");
        assert!(fs::metadata(at("socket")).unwrap().file_type().is_socket());
        assert_eq!(fs::read(at("file")).unwrap(), b"old");
        assert!(entries(&at("folder")).is_empty());
    }
    assert!(write(Path::new(""), b"").is_err());
}

#[test]
fn fifos_and_devices_are_written_sequentially_or_refused() {
    let directory = tempdir().unwrap();
    let [fifo, link, null] = ["fifo", "link", "null"].map(|name| directory.path().join(name));
    mkfifo(&fifo);
    symlink("fifo", &link).unwrap();
    let mut devices = vec![PathBuf::from("/dev/null")];
    let output = Command::new("mknod")
        .arg(&null)
        .args(["c", "1", "3"])
        .output();
    if output.is_ok_and(|output| output.status.success()) {
        devices.push(null);
    }
    let before = entries(directory.path());
    for path in devices.iter().chain([&fifo, &link]) {
        let error = PendingFile::create(path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    for path in [&fifo, &link] {
        let reader = std::thread::spawn({
            let fifo = fifo.clone();
            move || {
                let mut bytes = Vec::new();
                File::open(fifo).unwrap().read_to_end(&mut bytes).unwrap();
                bytes
            }
        });
        let bytes = vec![7; 100_000];
        write(path, &bytes).unwrap();
        assert_eq!(reader.join().unwrap(), bytes);
    }
    for device in &devices {
        write(device, b"gone").unwrap();
        assert!(fs::metadata(device).unwrap().file_type().is_char_device());
    }
    assert_eq!(entries(directory.path()), before);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    if Path::new("/dev/full").exists() {
        let error = write(Path::new("/dev/full"), b"more").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StorageFull);
    }
}

#[test]
fn read_only_files_are_not_replaced() {
    let directory = tempdir().unwrap();
    if let Some(tmpfs) = MountedTmpfs::new(&directory, "size=1m") {
        let file = tmpfs.0.join("file");
        fs::write(&file, "old").unwrap();
        let status = Command::new("mount")
            .args(["-o", "remount,ro"])
            .arg(&tmpfs.0)
            .status();
        assert!(status.unwrap().success());
        for method in METHODS {
            for name in ["file", "new"] {
                let error = method.write(&tmpfs.0.join(name), b"new").unwrap_err();
                assert_eq!(
                    error.kind(),
                    ErrorKind::ReadOnlyFilesystem,
                    "{method:?} {name}"
                );
            }
        }
        assert_eq!(fs::read(&file).unwrap(), b"old");
    }
    if is_root() {
        println!("skipped: root may write read-only files");
        return;
    }
    let directory = tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "old").unwrap();
    for (mode, path) in [(0o444, &*file), (0o555, directory.path())] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        for method in METHODS {
            let error = method.write(&file, b"new").unwrap_err();
            assert_eq!(
                error.kind(),
                ErrorKind::PermissionDenied,
                "{method:?} {path:?}"
            );
        }
        fs::set_permissions(path, fs::Permissions::from_mode(mode | 0o200)).unwrap();
    }
    assert_eq!(fs::read(&file).unwrap(), b"old");
}

#[test]
fn a_file_that_is_not_committed_does_not_appear() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("file");
    for has_temporary_name in [false, true] {
        let pending = match has_temporary_name {
            true => PendingFile::create_named(&path),
            false => PendingFile::create(&path),
        }
        .unwrap();
        pending.open().unwrap().write_all(b"half").unwrap();
        assert!(!path.exists());
        // On Linux, there is no other name either.
        let count = usize::from(has_temporary_name || cfg!(not(target_os = "linux")));
        assert_eq!(entries(directory.path()).len(), count);
        drop(pending);
        assert!(entries(directory.path()).is_empty());
    }
    let temporary = TemporaryDirectory::create_in(directory.path()).unwrap();
    write(&temporary.path().join("file"), b"complete").unwrap();
    drop(temporary);
    let mut half = SequentialFile::create(&path).unwrap();
    half.write_all(b"half").unwrap();
    drop(half);
    assert!(entries(directory.path()).is_empty());
}

#[test]
fn an_old_file_stays_until_the_new_one_is_complete() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("file");
    write(&path, b"old").unwrap();
    let pending = PendingFile::create(&path).unwrap();
    pending.open().unwrap().write_all(b"new").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"old");
    pending.commit().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    // Anything that appears while a file is written is replaced if it is a file, and stays
    // otherwise.
    for has_temporary_name in [false, true] {
        let create = |path: &Path| match has_temporary_name {
            true => PendingFile::create_named(path),
            false => PendingFile::create(path),
        };
        let late = directory.path().join("late");
        let pending = create(&late).unwrap();
        fs::write(&late, "meanwhile").unwrap();
        pending.commit().unwrap();
        assert_eq!(fs::read(&late).unwrap(), b"");
        fs::remove_file(&late).unwrap();
        let pending = create(&late).unwrap();
        mkfifo(&late);
        assert!(pending.commit().is_err());
        assert!(fs::metadata(&late).unwrap().file_type().is_fifo());
        fs::remove_file(&late).unwrap();
    }
    assert_eq!(entries(directory.path()), ["file"]);
}

#[test]
fn a_private_file_is_private_while_it_is_written() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("file");
    write(&path, b"old").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    for pending in [PendingFile::create(&path), PendingFile::create_named(&path)] {
        let mode = pending.unwrap().open().unwrap().metadata().unwrap().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn all_paths_of_a_file_are_the_same_file() {
    let directory = tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    fs::create_dir(at("sub")).unwrap();
    fs::write(at("file"), "1").unwrap();
    fs::write(at("twin"), "1").unwrap();
    fs::hard_link(at("file"), at("hard")).unwrap();
    symlink("file", at("soft")).unwrap();
    symlink("soft", at("softer")).unwrap();
    symlink("none", at("dangling")).unwrap();
    mkfifo(&at("fifo"));
    let same = [
        "file",
        "./file",
        "sub/../file",
        "hard",
        "soft",
        "softer",
        "sub/../softer",
    ];
    for a in same {
        for b in same {
            assert!(is_same_file(&at(a), &at(b)), "{a} {b}");
        }
        for b in ["twin", "none", "dangling", "sub", "", "fifo", "file/"] {
            assert!(!is_same_file(&at(a), &at(b)), "{a} {b}");
            assert!(!is_same_file(&at(b), &at(b)) || b == "twin", "{b}");
        }
    }
}

#[test]
fn a_full_disk_is_reported_and_the_old_file_stays() {
    let directory = tempdir().unwrap();
    let Some(tmpfs) = MountedTmpfs::new(&directory, "size=24m") else {
        return;
    };
    let path = tmpfs.0.join("file");
    write(&path, b"old").unwrap();
    for method in METHODS {
        let error = method.write(&path, &vec![1; 1 << 25]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StorageFull, "{method:?}");
        assert_eq!(
            (fs::read(&path).unwrap(), entries(&tmpfs.0).len()),
            (b"old".to_vec(), 1)
        );
    }
    let pending = PendingFile::create(&path).unwrap();
    // A process that another test starts holds deleted files, and their space, until it runs.
    let has_space = || pending.write_error().is_none();
    for _ in 0..100 {
        if has_space() {
            break;
        }
        sleep(Duration::from_millis(50));
    }
    assert!(has_space());
    assert_eq!(pending.open().unwrap().metadata().unwrap().len(), 0);
    let mut file = pending.open().unwrap();
    assert!(file.write_all(&vec![1; 1 << 25]).is_err());
    let error = pending.write_error().unwrap();
    assert_eq!(error.kind(), ErrorKind::StorageFull);
    // A library that has the file open can continue and close it.
    pending.discard();
    if cfg!(target_os = "linux") {
        file.write_all(&vec![1; 1 << 20]).unwrap();
    }
    assert!(file.set_len(7).is_ok());
    drop((file, pending));
    write(&path, b"new").unwrap();
}

#[test]
fn only_temporary_files_of_dead_processes_are_removed() {
    let mut child = Command::new("true").spawn().unwrap();
    let dead_id = child.id();
    child.wait().unwrap();
    let machine = rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned();
    for name in ["file.nc", &"ä".repeat(120)] {
        let directory = tempdir().unwrap();
        let path = directory.path().join(name);
        let pending = PendingFile::create_named(&path).unwrap();
        let own_name = entries(directory.path()).remove(0);
        let own_id = format!("-{}-", std::process::id());
        assert!(
            own_name.contains(&own_id) && own_name.len() <= 255,
            "{own_name}"
        );
        let dead_name = own_name.replace(&own_id, &format!("-{dead_id}-"));
        let unrelated = [
            dead_name.replace(".partial", ".nc"),
            dead_name.replace(&machine, "elsewhere"),
            dead_name.replacen(".", ".other", 1),
            own_name.replace(&own_id, "-x-"),
            "#1 (deleted)".to_owned(),
        ];
        for name in unrelated.iter().chain([&dead_name]) {
            fs::write(directory.path().join(name), "partial").unwrap();
        }
        write(&path, b"new").unwrap();
        let mut remaining: Vec<String> = unrelated.to_vec();
        remaining.extend([own_name.clone(), name.to_owned()]);
        remaining.sort();
        assert_eq!(entries(directory.path()), remaining);
        drop(pending);
    }
}

/// A process that has ended keeps its number until its parent waits for it.
#[cfg(target_os = "linux")]
#[test]
fn temporary_files_of_a_process_that_nobody_waits_for_are_removed() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("file.nc");
    let pending = PendingFile::create_named(&path).unwrap();
    let own_name = entries(directory.path()).remove(0);
    drop(pending);
    let mut child = Command::new("sleep").arg("60").spawn().unwrap();
    let [own_id, id] = [std::process::id(), child.id()].map(|id| format!("-{id}-"));
    let partial = directory.path().join(own_name.replace(&own_id, &id));
    fs::write(&partial, "partial").unwrap();
    write(&path, b"one").unwrap();
    assert!(partial.exists());
    child.kill().unwrap();
    for _ in 0..10_000 {
        write(&path, b"two").unwrap();
        if !partial.exists() {
            break;
        }
        sleep(Duration::from_millis(1));
    }
    assert!(!partial.exists());
    child.wait().unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn old_placeholders_are_removed() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("file");
    let placeholder = directory.path().join("#123 (deleted)");
    symlink("/proc/self", &placeholder).unwrap();
    write(&path, b"new").unwrap();
    assert_eq!(entries(directory.path()).len(), 2);
    let age = ["-h", "-d", "2 minutes ago"];
    let mut touched = Command::new("touch");
    let touched = touched.args(age).arg(&placeholder);
    assert!(touched.status().unwrap().success());
    write(&path, b"new").unwrap();
    assert_eq!(entries(directory.path()), ["file"]);
}

/// Calls [`remove_unfinished`] in a child process, because no file can be written after it.
#[test]
fn unfinished_files_are_removed() {
    const DIRECTORY_VARIABLE: &str = "FIELDREEL_UNFINISHED_FILES";
    if let Some(directory) = std::env::var_os(DIRECTORY_VARIABLE) {
        let path = PathBuf::from(directory).join("file");
        let named = PendingFile::create_named(&path).unwrap();
        let _unnamed = PendingFile::create(&path).unwrap();
        named.open().unwrap().write_all(b"half").unwrap();
        let temporary = TemporaryDirectory::create_in(path.parent().unwrap()).unwrap();
        write(&temporary.path().join("file"), b"complete").unwrap();
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 2);
        // This neither returns nor writes after the call below.
        std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(50));
            named.commit()
        });
        remove_unfinished();
        std::thread::sleep(std::time::Duration::from_millis(200));
        std::process::exit(7);
    }
    let directory = tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "files::tests::unfinished_files_are_removed",
            "--nocapture",
        ])
        .env(DIRECTORY_VARIABLE, directory.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(7), "{output:?}");
    assert!(entries(directory.path()).is_empty());
}
