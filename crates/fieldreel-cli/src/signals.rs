//! Signal handling: a program that is stopped removes its partial files.

use std::io;
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// Starts a thread that waits for a signal to terminate, removes partial files, and then
/// terminates the program as the signal does by default.
pub(crate) fn clean_up_on_termination() -> io::Result<()> {
    // Signals that `nohup` or a shell ignores stay ignored.
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

/// Restores the default action of SIGPIPE, which ends the program silently when the reader of its
/// output has closed the pipe. The Rust runtime ignores the signal.
pub(crate) fn restore_sigpipe() {
    // SAFETY: SIG_DFL is a valid action, and no other thread is running yet.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
}

fn is_ignored(signal: i32) -> bool {
    // SAFETY: all zeros are a valid `sigaction`; without a new action, the call only writes the
    // current one.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        libc::sigaction(signal, std::ptr::null(), &mut action) == 0
            && action.sa_sigaction == libc::SIG_IGN
    }
}
