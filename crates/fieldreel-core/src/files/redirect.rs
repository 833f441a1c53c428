//! The process's descriptors of a file.

use std::fs::{self, File};
use std::io;
use std::mem::ManuallyDrop;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::fs::MetadataExt;

use rustix::fs::{MemfdFlags, memfd_create};

/// Turns the descriptors of a file, but for the one that is given, into ones of an empty file in memory.
pub(crate) fn divert(file: &File) -> io::Result<()> {
    let memory = memfd_create("fieldreel", MemfdFlags::CLOEXEC)?;
    let own = file.metadata()?;
    for entry in fs::read_dir("/proc/self/fd")? {
        let entry = entry?;
        let number: Option<RawFd> = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        let (Some(number), Ok(metadata)) = (number, fs::metadata(entry.path())) else {
            continue;
        };
        if number == file.as_raw_fd() || (metadata.dev(), metadata.ino()) != (own.dev(), own.ino())
        {
            continue;
        }
        // SAFETY: the descriptor is open, as the file's owner holds it and those that it gave the path to; it is not closed here,
        // and whoever holds it can write to it as before.
        let mut descriptor = ManuallyDrop::new(unsafe { OwnedFd::from_raw_fd(number) });
        rustix::io::dup2(&memory, &mut descriptor)?;
    }
    Ok(())
}
