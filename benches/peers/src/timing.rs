//! Seconds, on a core of their own.

use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

use crate::Outcome;

/// The time in seconds from which on a run is not repeated: nothing of it is a warm-up.
const LONG: f64 = 1.0;
/// The most repetitions of shorter runs, and the seconds that they may take in all.
const REPETITIONS: usize = 3;
const ENOUGH: f64 = 1.0;

/// The time that something took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Seconds {
    pub(crate) wall: f64,
    /// Of all threads of the process.
    pub(crate) cpu: f64,
}

/// Runs something, and says how long it took.
pub(crate) fn timed<T>(run: impl FnOnce() -> Outcome<T>) -> Outcome<(T, Seconds)> {
    let (wall, cpu) = (Instant::now(), cpu_seconds());
    let done = run()?;
    let seconds = Seconds {
        cpu: cpu_seconds() - cpu,
        wall: wall.elapsed().as_secs_f64(),
    };
    Ok((done, seconds))
}

/// The fastest of several runs, of which the first is done: short ones only are done again.
pub(crate) fn fastest(
    first: Seconds,
    mut run: impl FnMut() -> Outcome<Seconds>,
) -> Outcome<Seconds> {
    let (mut best, mut spent) = (first, 0.0);
    if first.wall >= LONG {
        return Ok(first);
    }
    for _ in 0..REPETITIONS {
        let seconds = run()?;
        if seconds.cpu < best.cpu {
            best = seconds;
        }
        spent += seconds.wall;
        if spent >= ENOUGH {
            break;
        }
    }
    Ok(best)
}

/// Keeps this thread, and those that it starts, on the last core that it may use. Says whether it does: on
/// systems other than Linux, it does not.
#[cfg(target_os = "linux")]
pub(crate) fn pin() -> Outcome<bool> {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    let allowed = sched_getaffinity(None)?;
    let core = (0..CpuSet::MAX_CPU)
        .rev()
        .find(|&core| allowed.is_set(core))
        .ok_or("there is no core to run on")?;
    let mut one = CpuSet::new();
    one.set(core);
    sched_setaffinity(None, &one)?;
    Ok(true)
}

/// There is no way that all other systems share.
#[cfg(not(target_os = "linux"))]
pub(crate) fn pin() -> Outcome<bool> {
    Ok(false)
}

/// CPU time of the process so far.
fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(wall: f64, cpu: f64) -> Seconds {
        Seconds { wall, cpu }
    }

    #[test]
    fn waiting_takes_time_and_work_takes_cpu_time() {
        let wait = || {
            std::thread::sleep(std::time::Duration::from_millis(50));
            Ok(())
        };
        let ((), waited) = timed(wait).unwrap();
        // Other tests of the process work meanwhile: nothing is known of the CPU time.
        assert!(waited.wall >= 0.05);
        let work = || Ok((0..20_000_000_u64).fold(1, |sum, x| std::hint::black_box(sum ^ x)));
        let (_, worked) = timed(work).unwrap();
        assert!(worked.cpu > 0.0);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_pinned_thread_has_one_core() {
        // Of a thread of its own, as other tests run in this one.
        let cores = std::thread::spawn(|| {
            assert!(pin().unwrap());
            std::thread::available_parallelism().unwrap().get()
        });
        assert_eq!(cores.join().unwrap(), 1);
    }

    #[test]
    fn short_runs_are_repeated_and_long_ones_are_not() {
        let mut runs = [0.4, 0.1, 0.2].into_iter();
        let next = || {
            runs.next()
                .map(|cpu| seconds(0.01, cpu))
                .ok_or("too often".into())
        };
        assert_eq!(
            fastest(seconds(0.1, 0.9), next).unwrap(),
            seconds(0.01, 0.1)
        );
        // One second is enough.
        let mut count = 0;
        let next = || {
            count += 1;
            Ok(seconds(0.6, 0.5))
        };
        assert_eq!(fastest(seconds(0.6, 0.4), next).unwrap().cpu, 0.4);
        assert_eq!(count, 2);
        let never = || Err("a long one was run again".into());
        assert_eq!(fastest(seconds(3.0, 2.9), never).unwrap().cpu, 2.9);
    }
}
