//! Redirection of the open descriptors of a file.

use std::fs::{self, File};
use std::io;
use std::mem::ManuallyDrop;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::fs::MetadataExt;

use rustix::fs::{MemfdFlags, memfd_create};

/// Redirects all descriptors of a file that the process has open, except for `file` itself, to an
/// empty file in memory.
pub(crate) fn redirect_to_memory(file: &File) -> io::Result<()> {
    let memory = memfd_create("fieldreel", MemfdFlags::CLOEXEC)?;
    let identity = file.metadata()?;
    for entry in fs::read_dir("/proc/self/fd")? {
        let entry = entry?;
        let descriptor: Option<RawFd> = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        let (Some(raw), Ok(metadata)) = (descriptor, fs::metadata(entry.path())) else {
            continue;
        };
        if raw == file.as_raw_fd()
            || (metadata.dev(), metadata.ino()) != (identity.dev(), identity.ino())
        {
            continue;
        }
        // SAFETY: the descriptor is open, because it is held by the owner of the file or by a
        // library that the owner gave the path to. It is not closed here, and its holder can write
        // to it as before.
        let mut descriptor = ManuallyDrop::new(unsafe { OwnedFd::from_raw_fd(raw) });
        rustix::io::dup2(&memory, &mut descriptor)?;
    }
    Ok(())
}
