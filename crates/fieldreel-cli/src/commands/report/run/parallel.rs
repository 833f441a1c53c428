//! Work on several items at the same time.

use std::sync::Mutex;
use std::thread;

use crate::error::{Result, one_line};

/// Returns the results of a function for each item, in order, with up to `jobs` items at the same
/// time.
///
/// # Errors
/// Fails with the first error in the order of the items. No item is started after an error.
pub(super) fn map<T: Sync, R: Send>(
    items: &[T],
    jobs: usize,
    function: impl Fn(&T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let queue = Mutex::new(items.iter().enumerate());
    let results = Mutex::new(Vec::new());
    let work = || {
        loop {
            let next = queue.lock().ok().and_then(|mut queue| queue.next());
            let Some((number, item)) = next else { break };
            let result = function(item).map_err(|error| one_line(error.as_ref()));
            if result.is_err()
                && let Ok(mut queue) = queue.lock()
            {
                queue.by_ref().for_each(drop);
            }
            if let Ok(mut results) = results.lock() {
                results.push((number, result));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..jobs.min(items.len()) {
            scope.spawn(work);
        }
        work();
    });
    let mut results = results.into_inner().unwrap_or_default();
    results.sort_by_key(|&(number, _)| number);
    let results = results.into_iter().map(|(_, result)| Ok(result?));
    results.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_order_and_the_first_error_is_returned() {
        for jobs in [1, 2, 9] {
            let squares = map(&[1, 2, 3, 4], jobs, |n| Ok(n * n)).unwrap();
            assert_eq!(squares, [1, 4, 9, 16]);
            let failed = map(&[1, 2, 3], jobs, |n| match n {
                2 => Err("two".into()),
                n => Ok(*n),
            });
            assert_eq!(failed.unwrap_err().to_string(), "two");
        }
        assert!(map(&[0; 0], 3, |n: &i32| Ok(*n)).unwrap().is_empty());
    }
}
