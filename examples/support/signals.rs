//! The end of a program that a signal stops: nothing is left behind.

use std::io;
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// Removes the parts of files that are not whole when a signal tells the program to end, then ends as the signal says.
pub(crate) fn watch() -> io::Result<()> {
    // What `nohup` or a shell wants to be ignored stays so.
    let watched = [SIGHUP, SIGINT, SIGTERM].into_iter();
    let mut signals = Signals::new(watched.filter(|&signal| !is_ignored(signal)))?;
    thread::Builder::new().spawn(move || {
        if let Some(signal) = signals.forever().next() {
            fieldreel_core::files::remove_unfinished();
            let _ = emulate_default_handler(signal);
        }
    })?;
    Ok(())
}

/// Ends the program without a word where the reader of its output is gone, as programs do that are not of Rust.
pub(crate) fn end_at_closed_pipes() {
    // SAFETY: the default action, before any thread is started.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
}

fn is_ignored(signal: i32) -> bool {
    // SAFETY: all zeros are a valid `sigaction`; with no new action, the call only fills in the one that holds.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        libc::sigaction(signal, std::ptr::null(), &mut action) == 0
            && action.sa_sigaction == libc::SIG_IGN
    }
}
