//! The measurement of times on a single core.

use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

use crate::Result;

/// The duration, in seconds, from which a run is not repeated, because warm-up does not matter.
const LONG_RUN: f64 = 1.0;
/// The maximum number of repetitions of shorter runs.
const MAX_REPETITIONS: usize = 3;
/// The total duration, in seconds, after which repetitions end.
const MAX_REPETITION_SECONDS: f64 = 1.0;

/// The duration of a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Seconds {
    pub(crate) wall: f64,
    /// The CPU time of all threads of the process.
    pub(crate) cpu: f64,
}

/// Runs a closure and returns its result and duration.
pub(crate) fn timed<T>(run: impl FnOnce() -> Result<T>) -> Result<(T, Seconds)> {
    let (wall, cpu) = (Instant::now(), cpu_seconds());
    let done = run()?;
    let seconds = Seconds {
        cpu: cpu_seconds() - cpu,
        wall: wall.elapsed().as_secs_f64(),
    };
    Ok((done, seconds))
}

/// Returns the shortest duration of several runs, including the first. Only short runs are
/// repeated.
pub(crate) fn fastest(first: Seconds, mut run: impl FnMut() -> Result<Seconds>) -> Result<Seconds> {
    let (mut best, mut elapsed) = (first, 0.0);
    if first.wall >= LONG_RUN {
        return Ok(first);
    }
    for _ in 0..MAX_REPETITIONS {
        let seconds = run()?;
        if seconds.cpu < best.cpu {
            best = seconds;
        }
        elapsed += seconds.wall;
        if elapsed >= MAX_REPETITION_SECONDS {
            break;
        }
    }
    Ok(best)
}

/// Pins this thread, and the threads that it starts, to the last core that it may use.
///
/// Returns whether it is pinned, which is false on systems other than Linux.
#[cfg(target_os = "linux")]
pub(crate) fn pin_to_core() -> Result<bool> {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    let allowed = sched_getaffinity(None)?;
    let core = (0..CpuSet::MAX_CPU)
        .rev()
        .find(|&core| allowed.is_set(core))
        .ok_or("no core is available")?;
    let mut one = CpuSet::new();
    one.set(core);
    sched_setaffinity(None, &one)?;
    Ok(true)
}

/// Returns false, because pinning is implemented for Linux only.
#[cfg(not(target_os = "linux"))]
pub(crate) fn pin_to_core() -> Result<bool> {
    Ok(false)
}

/// Returns the CPU time of the process.
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
    fn sleep_is_measured_as_wall_time_and_work_as_cpu_time() {
        let wait = || {
            std::thread::sleep(std::time::Duration::from_millis(50));
            Ok(())
        };
        let ((), waited) = timed(wait).unwrap();
        // The CPU time is unknown, because other tests of the process run at the same time.
        assert!(waited.wall >= 0.05);
        let work = || Ok((0..20_000_000_u64).fold(1, |sum, x| std::hint::black_box(sum ^ x)));
        let (_, worked) = timed(work).unwrap();
        assert!(worked.cpu > 0.0);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_pinned_thread_has_one_core() {
        // Pin a new thread, because other tests run in this one.
        let cores = std::thread::spawn(|| {
            assert!(pin_to_core().unwrap());
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
        // Repetitions end after one second.
        let mut count = 0;
        let next = || {
            count += 1;
            Ok(seconds(0.6, 0.5))
        };
        assert_eq!(fastest(seconds(0.6, 0.4), next).unwrap().cpu, 0.4);
        assert_eq!(count, 2);
        let never = || Err("a long run was repeated".into());
        assert_eq!(fastest(seconds(3.0, 2.9), never).unwrap().cpu, 2.9);
    }
}
