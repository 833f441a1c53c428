//! Segments encoded on several threads, and given back in their order; plans that they share.

mod job;
mod worker_pools;

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use ndarray::Array3;
use rayon::ThreadPool;

use crate::plan::SearchResult;
use crate::segment::Segment;
use crate::{ReelElement, ReelError, SegmentOptions, WriterOptions};
use job::SegmentJob;
use worker_pools::WorkerPools;

type SegmentResult = Result<Segment, ReelError>;

/// A message of a thread.
enum WorkerMessage {
    /// The plan of a group: `None` to find one for each segment.
    Planned {
        group: usize,
        plan: Option<SearchResult>,
    },
    /// A segment, or the panic in its place.
    Done {
        number: usize,
        outcome: Result<SegmentResult, Box<dyn Any + Send>>,
    },
}

/// A plan that segments share, and those that it was chosen from.
#[derive(Clone, Debug)]
pub struct SharedPlan(SearchResult);

/// Encodes segments on several threads, and gives them back in the order in which they were submitted.
///
/// The first of each group of [`WriterOptions::replan_interval`] segments finds a plan by trial, and the others of the group wait
/// for it. The first of a later group keeps the plan of the group before for as long as it is good: until a few others, tried
/// on that segment, turn out smaller. So what a segment is encoded with does not depend on threads.
///
/// ```
/// use fieldreel_reel::{ErrorBound, SegmentOptions, Scheduler, WriterOptions};
/// use ndarray::Array3;
///
/// # fn main() -> Result<(), fieldreel_reel::ReelError> {
/// let mut scheduler = Scheduler::new(&WriterOptions::new(SegmentOptions::new(ErrorBound::Absolute(0.1))));
/// let mut sizes = Vec::new();
/// for day in 0..3 {
///     while scheduler.is_full() {
///         scheduler.wait()?;
///         while let Some(segment) = scheduler.next_done() {
///             sizes.push(segment?.bytes.len());
///         }
///     }
///     scheduler.submit(Array3::from_elem((24, 4, 6), 273.0 + day as f32))?;
/// }
/// while !scheduler.is_idle() {
///     scheduler.wait()?;
///     while let Some(segment) = scheduler.next_done() {
///         sizes.push(segment?.bytes.len());
///     }
/// }
/// assert_eq!(sizes.len(), 3);
/// # Ok(())
/// # }
/// ```
pub struct Scheduler<T> {
    workers: WorkerPools,
    options: Arc<SegmentOptions>,
    group_length: usize,
    max_running: usize,
    sender: Sender<WorkerMessage>,
    receiver: Receiver<WorkerMessage>,
    canceled: Arc<AtomicBool>,
    submitted: usize,
    /// The threads of segments that are being encoded, by the segment's number.
    running: BTreeMap<usize, ThreadPool>,
    /// Segments that wait for a plan.
    waiting: Vec<(usize, Array3<T>)>,
    /// The plan of segments before the first.
    previous_plan: Option<SearchResult>,
    /// By group.
    plans: BTreeMap<usize, Option<SearchResult>>,
    /// Segments of which an earlier one is not done.
    done: BTreeMap<usize, SegmentResult>,
    returned: usize,
}

impl<T: ReelElement> Scheduler<T> {
    /// Makes a scheduler that encodes with these options, on as many threads as they say.
    #[must_use]
    pub fn new(options: &WriterOptions) -> Self {
        let (sender, receiver) = channel();
        Self {
            workers: WorkerPools::default(),
            options: Arc::new(options.segment.clone()),
            group_length: options.replan_interval.max(1),
            max_running: options.thread_count(),
            sender,
            receiver,
            canceled: Arc::default(),
            submitted: 0,
            running: BTreeMap::new(),
            waiting: Vec::new(),
            previous_plan: None,
            plans: BTreeMap::new(),
            done: BTreeMap::new(),
            returned: 0,
        }
    }

    /// Starts from the plan of other segments, of the same type or another: the first segment keeps it if it is as good for it as for
    /// those.
    #[must_use]
    pub fn with_plan(mut self, plan: Option<SharedPlan>) -> Self {
        self.previous_plan = plan.map(|SharedPlan(found)| found);
        self
    }

    /// Returns the last plan that segments share, for segments of another scheduler that may be like them.
    #[must_use]
    pub fn plan(&self) -> Option<SharedPlan> {
        let last = self.plans.values().flatten().next_back();
        last.or(self.previous_plan.as_ref())
            .cloned()
            .map(SharedPlan)
    }

    /// Returns whether no segment should be submitted before [`wait`](Self::wait): there are as many as threads.
    #[must_use]
    pub fn is_full(&self) -> bool {
        let values_held = self.running.len() + self.waiting.len();
        values_held >= self.max_running || values_held + self.done.len() >= 2 * self.max_running
    }

    /// Returns whether every segment that was submitted was given back.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        self.returned == self.submitted
    }

    /// Adds a segment, axis order `(time, y, x)`.
    ///
    /// # Errors
    /// [`ReelError::Io`] if the system gives no threads.
    pub fn submit(&mut self, values: Array3<T>) -> Result<(), ReelError> {
        let number = self.submitted;
        self.submitted += 1;
        self.start(number, values)
    }

    /// Returns the next segment in order, if it is done.
    pub fn next_done(&mut self) -> Option<Result<Segment, ReelError>> {
        let next = self.done.remove(&self.returned);
        self.returned += usize::from(next.is_some());
        next
    }

    /// Waits until something is done.
    ///
    /// # Errors
    /// [`ReelError::WriterPoisoned`] if nothing is being encoded; [`ReelError::Io`] if the system gives no threads.
    pub fn wait(&mut self) -> Result<(), ReelError> {
        if self.running.is_empty() {
            return Err(ReelError::WriterPoisoned);
        }
        let event = self
            .receiver
            .recv()
            .map_err(|_| ReelError::WriterPoisoned)?;
        self.receive(event)
    }

    /// Takes what is done, without waiting.
    ///
    /// # Errors
    /// [`ReelError::Io`] if the system gives no threads.
    pub fn poll(&mut self) -> Result<(), ReelError> {
        while let Ok(event) = self.receiver.try_recv() {
            self.receive(event)?;
        }
        Ok(())
    }

    /// Does not start what is not yet being encoded. Nothing may be submitted or waited for after it.
    pub(crate) fn cancel(&mut self) {
        self.canceled.store(true, Ordering::Relaxed);
        self.waiting.clear();
    }

    fn receive(&mut self, event: WorkerMessage) -> Result<(), ReelError> {
        match event {
            WorkerMessage::Planned { group, plan } => {
                self.plans.insert(group, plan);
                // The others of the group, and the first of the next.
                for (number, values) in std::mem::take(&mut self.waiting) {
                    self.start(number, values)?;
                }
            }
            WorkerMessage::Done { number, outcome } => {
                if let Some(worker) = self.running.remove(&number) {
                    self.workers.release(worker);
                }
                // A bug in an encoder is shown where it would be without threads.
                let outcome = outcome.unwrap_or_else(|panic| resume_unwind(panic));
                self.done.insert(number, outcome);
            }
        }
        Ok(())
    }

    /// Encodes a segment, or lets it wait for a plan.
    fn start(&mut self, number: usize, values: Array3<T>) -> Result<(), ReelError> {
        if self.options.plan.is_some() {
            return self.run(number, SegmentJob::with_given_plan(values));
        }
        let group = number / self.group_length;
        let is_first = number.is_multiple_of(self.group_length);
        let plan = match (is_first, group.checked_sub(1)) {
            (true, None) => Some(self.previous_plan.clone()),
            (true, Some(before)) => self.plans.get(&before).cloned(),
            (false, _) => self.plans.get(&group).cloned(),
        };
        match plan {
            None => {
                self.waiting.push((number, values));
                Ok(())
            }
            Some(before) if is_first => {
                // All of the group before are being encoded.
                self.plans.retain(|&other, _| other + 1 >= group);
                let planners = self.workers.shared(self.max_running)?;
                self.run(number, SegmentJob::leader(values, planners, before))
            }
            Some(plan) => self.run(number, SegmentJob::follower(values, plan)),
        }
    }

    fn run(&mut self, number: usize, job: SegmentJob<T>) -> Result<(), ReelError> {
        let worker = self.workers.acquire()?;
        let group = number / self.group_length;
        let options = Arc::clone(&self.options);
        let sender = self.sender.clone();
        let canceled = Arc::clone(&self.canceled);
        worker.spawn(move || {
            if canceled.load(Ordering::Relaxed) {
                return;
            }
            // Nobody listens if the writer was dropped.
            let send = |event| drop(sender.send(event));
            let planned = |plan| send(WorkerMessage::Planned { group, plan });
            let outcome = catch_unwind(AssertUnwindSafe(|| job.encode(&options, planned)));
            send(WorkerMessage::Done { number, outcome });
        });
        self.running.insert(number, worker);
        Ok(())
    }
}

impl<T> Drop for Scheduler<T> {
    fn drop(&mut self) {
        self.canceled.store(true, Ordering::Relaxed);
    }
}

impl<T> fmt::Debug for Scheduler<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler")
            .field("submitted", &self.submitted)
            .field("returned", &self.returned)
            .finish_non_exhaustive()
    }
}
