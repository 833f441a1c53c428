//! Every kind of destination, by every way to write.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::{TempDir, tempdir};

use super::{PendingFile, SequentialFile, TemporaryDirectory, abandon, is_same_file, write};

/// The way in which a file is written.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    /// As the file system allows: on Linux without a name.
    Pending,
    /// Under a temporary name.
    Named,
    /// From front to back.
    Sequential,
    /// Through a path, as HDF5 does it.
    ByPath,
}

const WAYS: [Way; 4] = [Way::Pending, Way::Named, Way::Sequential, Way::ByPath];

impl Way {
    fn write(self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let pending = match self {
            Self::Sequential => return write(path, bytes),
            Self::Named => PendingFile::create_named(path)?,
            Self::Pending | Self::ByPath => PendingFile::create(path)?,
        };
        match self {
            Self::ByPath => pending.with_path(|path| {
                // HDF5 resolves the path as well.
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

/// Everything in a folder, sorted.
fn entries(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn mkfifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

/// Mounts a file system of so many bytes, where that is allowed.
struct Mounted(PathBuf);

impl Mounted {
    fn new(folder: &TempDir, options: &str) -> Option<Self> {
        let path = folder.path().to_path_buf();
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(&path);
        let mounted = is_root() && mount.output().is_ok_and(|output| output.status.success());
        if !mounted {
            println!("skipped: no file system can be mounted here");
        }
        mounted.then(|| Self(path))
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_regular_file_is_created_or_replaced_and_keeps_its_mode() {
    let mut cases = 0;
    for way in WAYS {
        for mode in [
            None,
            Some(0o600),
            Some(0o644),
            Some(0o664),
            Some(0o755),
            Some(0o777),
            Some(0o200),
        ] {
            // The way to the file: itself, a link, a link to a link, each from another folder too, and with `.` and `..`.
            for (link, shape) in [
                (0, "file"),
                (1, "file"),
                (2, "./sub/../file"),
                (3, "sub/../file"),
            ] {
                let folder = tempdir().unwrap();
                let at = |name: &str| folder.path().join(name);
                fs::create_dir(at("sub")).unwrap();
                let mut names = vec!["file", "sub"];
                if let Some(mode) = mode {
                    fs::write(at("file"), "old").unwrap();
                    fs::set_permissions(at("file"), fs::Permissions::from_mode(mode)).unwrap();
                }
                let path = match link {
                    0 => at(shape),
                    1 => {
                        symlink(shape, at("l1")).unwrap();
                        names.push("l1");
                        at("l1")
                    }
                    2 => {
                        symlink(at(shape), at("l1")).unwrap();
                        symlink("l1", at("l2")).unwrap();
                        names.extend(["l1", "l2"]);
                        at("l2")
                    }
                    _ => {
                        symlink("../file", at("sub/l3")).unwrap();
                        at("sub/l3")
                    }
                };
                way.write(&path, b"new").unwrap();
                let case = format!("{way:?} {mode:?} {link}");
                let metadata = fs::symlink_metadata(at("file")).unwrap();
                assert!(metadata.is_file(), "{case}");
                match mode {
                    Some(mode) => assert_eq!(metadata.mode() & 0o7777, mode, "{case}"),
                    // As any new file.
                    None => {
                        File::create(at("like")).unwrap();
                        let like = fs::metadata(at("like")).unwrap();
                        assert_eq!(metadata.mode(), like.mode(), "{case}");
                        fs::remove_file(at("like")).unwrap();
                    }
                }
                if is_root() || mode != Some(0o200) {
                    assert_eq!(fs::read(at("file")).unwrap(), b"new", "{case}");
                }
                names.sort_unstable();
                assert_eq!(entries(folder.path()), names, "{case}");
                cases += 1;
            }
        }
    }
    assert_eq!(cases, 4 * 7 * 4);
}

#[test]
fn other_names_of_the_old_file_keep_it() {
    for way in WAYS {
        let folder = tempdir().unwrap();
        let [file, other] = ["file", "other"].map(|name| folder.path().join(name));
        fs::write(&file, "old").unwrap();
        fs::hard_link(&file, &other).unwrap();
        way.write(&file, b"new").unwrap();
        assert_eq!(fs::read(&other).unwrap(), b"old", "{way:?}");
        assert_eq!(fs::read(&file).unwrap(), b"new", "{way:?}");
    }
}

#[test]
fn what_is_no_place_for_a_file_is_refused_and_stays() {
    for way in WAYS {
        let folder = tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("folder")).unwrap();
        let _socket = UnixListener::bind(at("socket")).unwrap();
        symlink("loop", at("loop")).unwrap();
        symlink("b", at("a")).unwrap();
        symlink("a", at("b")).unwrap();
        symlink("folder", at("to_folder")).unwrap();
        symlink("none/file", at("to_nowhere")).unwrap();
        fs::write(at("file"), "old").unwrap();
        let before = entries(folder.path());
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
            // Their kind has no name in stable Rust.
            ("loop", None),
            ("a", None),
            (&"n".repeat(256), None),
        ] {
            let error = way.write(&at(name), b"new").unwrap_err();
            assert!(
                kind.is_none_or(|kind| kind == error.kind()),
                "{way:?} {name}: {error:?}"
            );
        }
        assert_eq!(entries(folder.path()), before, "{way:?}");
        assert!(fs::metadata(at("socket")).unwrap().file_type().is_socket());
        assert_eq!(fs::read(at("file")).unwrap(), b"old");
        assert!(entries(&at("folder")).is_empty());
    }
    assert!(write(Path::new(""), b"").is_err());
}

#[test]
fn pipes_and_devices_are_written_from_front_to_back_or_refused() {
    let folder = tempdir().unwrap();
    let [fifo, link, null] = ["fifo", "link", "null"].map(|name| folder.path().join(name));
    mkfifo(&fifo);
    symlink("fifo", &link).unwrap();
    let mut devices = vec![PathBuf::from("/dev/null")];
    let made = Command::new("mknod")
        .arg(&null)
        .args(["c", "1", "3"])
        .output();
    if made.is_ok_and(|output| output.status.success()) {
        devices.push(null);
    }
    let before = entries(folder.path());
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
    assert_eq!(entries(folder.path()), before);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    if Path::new("/dev/full").exists() {
        let error = write(Path::new("/dev/full"), b"more").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StorageFull);
    }
}

#[test]
fn what_must_not_be_written_is_not_replaced() {
    let folder = tempdir().unwrap();
    if let Some(mounted) = Mounted::new(&folder, "size=1m") {
        let file = mounted.0.join("file");
        fs::write(&file, "old").unwrap();
        let again = Command::new("mount")
            .args(["-o", "remount,ro"])
            .arg(&mounted.0)
            .status();
        assert!(again.unwrap().success());
        for way in WAYS {
            for name in ["file", "new"] {
                let error = way.write(&mounted.0.join(name), b"new").unwrap_err();
                assert_eq!(
                    error.kind(),
                    ErrorKind::ReadOnlyFilesystem,
                    "{way:?} {name}"
                );
            }
        }
        assert_eq!(fs::read(&file).unwrap(), b"old");
    }
    if is_root() {
        println!("skipped: no permission keeps root from writing");
        return;
    }
    let folder = tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "old").unwrap();
    for (mode, of) in [(0o444, &*file), (0o555, folder.path())] {
        fs::set_permissions(of, fs::Permissions::from_mode(mode)).unwrap();
        for way in WAYS {
            let error = way.write(&file, b"new").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{way:?} {of:?}");
        }
        fs::set_permissions(of, fs::Permissions::from_mode(mode | 0o200)).unwrap();
    }
    assert_eq!(fs::read(&file).unwrap(), b"old");
}

#[test]
fn what_is_not_committed_is_not_there() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("file");
    for named in [false, true] {
        let pending = match named {
            true => PendingFile::create_named(&path),
            false => PendingFile::create(&path),
        }
        .unwrap();
        pending.open().unwrap().write_all(b"half").unwrap();
        assert!(!path.exists());
        // On Linux not under another name either.
        let names = usize::from(named || cfg!(not(target_os = "linux")));
        assert_eq!(entries(folder.path()).len(), names);
        drop(pending);
        assert!(entries(folder.path()).is_empty());
    }
    let inner = TemporaryDirectory::create_in(folder.path()).unwrap();
    write(&inner.path().join("file"), b"whole").unwrap();
    drop(inner);
    let mut half = SequentialFile::create(&path).unwrap();
    half.write_all(b"half").unwrap();
    drop(half);
    assert!(entries(folder.path()).is_empty());
}

#[test]
fn an_old_file_stays_until_the_new_one_is_whole() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("file");
    write(&path, b"old").unwrap();
    let pending = PendingFile::create(&path).unwrap();
    pending.open().unwrap().write_all(b"new").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"old");
    pending.commit().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    // What comes while a file is written is replaced if it is a file, and stays if it is not.
    for named in [false, true] {
        let create = |path: &Path| match named {
            true => PendingFile::create_named(path),
            false => PendingFile::create(path),
        };
        let late = folder.path().join("late");
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
    assert_eq!(entries(folder.path()), ["file"]);
}

#[test]
fn a_secret_file_is_secret_while_it_is_written() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("file");
    write(&path, b"old").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    for pending in [PendingFile::create(&path), PendingFile::create_named(&path)] {
        let mode = pending.unwrap().open().unwrap().metadata().unwrap().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn one_file_is_told_by_all_its_names() {
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
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
fn a_full_disk_is_told_and_the_old_file_stays() {
    let folder = tempdir().unwrap();
    let Some(mounted) = Mounted::new(&folder, "size=24m") else {
        return;
    };
    let path = mounted.0.join("file");
    write(&path, b"old").unwrap();
    for way in WAYS {
        let error = way.write(&path, &vec![1; 1 << 25]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StorageFull, "{way:?}");
        assert_eq!(
            (fs::read(&path).unwrap(), entries(&mounted.0).len()),
            (b"old".to_vec(), 1)
        );
    }
    let pending = PendingFile::create(&path).unwrap();
    assert!(pending.write_error().is_none());
    assert_eq!(pending.open().unwrap().metadata().unwrap().len(), 0);
    let mut file = pending.open().unwrap();
    assert!(file.write_all(&vec![1; 1 << 25]).is_err());
    let error = pending.write_error().unwrap();
    assert_eq!(error.kind(), ErrorKind::StorageFull);
    // Whoever has it open can go on and close it.
    pending.discard();
    if cfg!(target_os = "linux") {
        file.write_all(&vec![1; 1 << 20]).unwrap();
    }
    assert!(file.set_len(7).is_ok());
    drop((file, pending));
    write(&path, b"new").unwrap();
}

#[test]
fn parts_of_dead_processes_are_removed_and_no_others() {
    let mut child = Command::new("true").spawn().unwrap();
    let dead = child.id();
    child.wait().unwrap();
    let machine = rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned();
    for name in ["file.nc", &"ä".repeat(120)] {
        let folder = tempdir().unwrap();
        let path = folder.path().join(name);
        let pending = PendingFile::create_named(&path).unwrap();
        let living = entries(folder.path()).remove(0);
        let own = format!("-{}-", std::process::id());
        assert!(living.contains(&own) && living.len() <= 255, "{living}");
        let of_dead = living.replace(&own, &format!("-{dead}-"));
        let keep = [
            of_dead.replace(".partial", ".nc"),
            of_dead.replace(&machine, "elsewhere"),
            of_dead.replacen(".", ".other", 1),
            living.replace(&own, "-x-"),
            "#1 (deleted)".to_owned(),
        ];
        for name in keep.iter().chain([&of_dead]) {
            fs::write(folder.path().join(name), "part").unwrap();
        }
        write(&path, b"new").unwrap();
        let mut left: Vec<String> = keep.to_vec();
        left.extend([living.clone(), name.to_owned()]);
        left.sort();
        assert_eq!(entries(folder.path()), left);
        drop(pending);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn old_placeholders_are_removed() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("file");
    let placeholder = folder.path().join("#123 (deleted)");
    symlink("/proc/self", &placeholder).unwrap();
    write(&path, b"new").unwrap();
    assert_eq!(entries(folder.path()).len(), 2);
    let age = ["-h", "-d", "2 minutes ago"];
    let mut touched = Command::new("touch");
    let touched = touched.args(age).arg(&placeholder);
    assert!(touched.status().unwrap().success());
    write(&path, b"new").unwrap();
    assert_eq!(entries(folder.path()), ["file"]);
}

/// In a process of its own: afterward nothing can be written.
#[test]
fn abandoned_files_leave_no_name() {
    const FOLDER: &str = "FIELDREEL_FILE_ABANDONED";
    if let Some(folder) = std::env::var_os(FOLDER) {
        let path = PathBuf::from(folder).join("file");
        let named = PendingFile::create_named(&path).unwrap();
        let _unnamed = PendingFile::create(&path).unwrap();
        named.open().unwrap().write_all(b"half").unwrap();
        let inner = TemporaryDirectory::create_in(path.parent().unwrap()).unwrap();
        write(&inner.path().join("file"), b"whole").unwrap();
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 2);
        // Neither returns nor writes once files are abandoned.
        std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(50));
            named.commit()
        });
        abandon();
        std::thread::sleep(std::time::Duration::from_millis(200));
        std::process::exit(7);
    }
    let folder = tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "files::tests::abandoned_files_leave_no_name",
            "--nocapture",
        ])
        .env(FOLDER, folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(7), "{output:?}");
    assert!(entries(folder.path()).is_empty());
}
