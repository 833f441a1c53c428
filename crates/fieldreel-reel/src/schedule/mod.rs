//! The parallel encoding of segments that share plans, with results in the order of submission.

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

/// A message from a worker thread.
enum WorkerMessage {
    /// The plan of a group is known; `None` if each segment of the group finds one for itself.
    Planned {
        group: usize,
        plan: Option<SearchResult>,
    },
    /// A segment is encoded, or its encoder panicked.
    Done {
        number: usize,
        outcome: Result<SegmentResult, Box<dyn Any + Send>>,
    },
}

/// A plan that segments share, with the alternatives that the search compared it with.
///
/// See the example of [`Scheduler::with_plan`].
#[derive(Clone, Debug)]
pub struct SharedPlan(SearchResult);

/// An encoder of segments on several threads, which returns them in the order of submission.
///
/// The first segment of each group of [`WriterOptions::replan_interval`] segments finds a plan by
/// trials, and the rest of the group waits for that plan. The first segment of a later group keeps
/// the plan of the previous group as long as no alternative is smaller on that segment. Plans
/// therefore do not depend on the number or the timing of threads.
///
/// ```
/// use fieldreel_reel::{ErrorBound, SegmentOptions, Scheduler, WriterOptions};
/// use ndarray::Array3;
///
/// # fn main() -> Result<(), fieldreel_reel::ReelError> {
/// let options = WriterOptions::new(SegmentOptions::new(ErrorBound::Absolute(0.1)));
/// let mut scheduler = Scheduler::new(&options);
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
    /// The worker threads of the segments that are being encoded, by the number of the segment.
    running: BTreeMap<usize, ThreadPool>,
    /// Segments that wait for a plan, with their numbers.
    waiting: Vec<(usize, Array3<T>)>,
    /// The plan of other segments from which the first group starts.
    previous_plan: Option<SearchResult>,
    /// The plans by the number of their group.
    plans: BTreeMap<usize, Option<SearchResult>>,
    /// Encoded segments that wait for an earlier one, by their number.
    done: BTreeMap<usize, SegmentResult>,
    returned: usize,
}

impl<T: ReelElement> Scheduler<T> {
    /// Creates a scheduler that encodes with these options, on [`WriterOptions::threads`] threads.
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

    /// Starts from the plan of other segments, whatever their element type. The first segment
    /// keeps that plan if it is good for the segment.
    ///
    /// ```
    /// use fieldreel_reel::{ErrorBound, SegmentOptions, Scheduler, WriterOptions};
    /// use ndarray::Array3;
    ///
    /// # fn main() -> Result<(), fieldreel_reel::ReelError> {
    /// let options = WriterOptions::new(SegmentOptions::new(ErrorBound::Absolute(0.1)));
    /// let mut first = Scheduler::new(&options);
    /// first.submit(Array3::from_shape_fn((4, 8, 8), |(t, y, x)| (t + x * y) as f32))?;
    /// while !first.is_idle() {
    ///     first.wait()?;
    ///     while let Some(segment) = first.next_done() {
    ///         segment?;
    ///     }
    /// }
    /// let second = Scheduler::<f64>::new(&options).with_plan(first.plan());
    /// assert!(second.is_idle());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_plan(mut self, plan: Option<SharedPlan>) -> Self {
        self.previous_plan = plan.map(|SharedPlan(found)| found);
        self
    }

    /// Returns the last shared plan, for another scheduler whose segments may be similar.
    #[must_use]
    pub fn plan(&self) -> Option<SharedPlan> {
        let last = self.plans.values().flatten().next_back();
        last.or(self.previous_plan.as_ref())
            .cloned()
            .map(SharedPlan)
    }

    /// Returns true if as many segments are in memory as threads can encode: call
    /// [`wait`](Self::wait) before submitting more.
    #[must_use]
    pub fn is_full(&self) -> bool {
        let values_held = self.running.len() + self.waiting.len();
        values_held >= self.max_running || values_held + self.done.len() >= 2 * self.max_running
    }

    /// Returns true if every submitted segment has been returned.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        self.returned == self.submitted
    }

    /// Submits a segment, axis order `(time, y, x)`.
    ///
    /// # Errors
    /// [`ReelError::Io`] if a thread cannot be started.
    pub fn submit(&mut self, values: Array3<T>) -> Result<(), ReelError> {
        let number = self.submitted;
        self.submitted += 1;
        self.start(number, values)
    }

    /// Returns the next segment in the order of submission, if it is encoded, or the error of its
    /// encoder.
    pub fn next_done(&mut self) -> Option<Result<Segment, ReelError>> {
        let next = self.done.remove(&self.returned);
        self.returned += usize::from(next.is_some());
        next
    }

    /// Waits until a plan is known or a segment is encoded.
    ///
    /// # Errors
    /// [`ReelError::WriterPoisoned`] if no segment is being encoded; [`ReelError::Io`] if a thread
    /// cannot be started.
    pub fn wait(&mut self) -> Result<(), ReelError> {
        if self.running.is_empty() {
            return Err(ReelError::WriterPoisoned);
        }
        let message = self
            .receiver
            .recv()
            .map_err(|_| ReelError::WriterPoisoned)?;
        self.receive(message)
    }

    /// Processes the messages of worker threads without waiting.
    ///
    /// # Errors
    /// [`ReelError::Io`] if a thread cannot be started.
    pub fn poll(&mut self) -> Result<(), ReelError> {
        while let Ok(message) = self.receiver.try_recv() {
            self.receive(message)?;
        }
        Ok(())
    }

    /// Cancels the segments that are not being encoded yet. No segment may be submitted or awaited
    /// afterwards.
    pub(crate) fn cancel(&mut self) {
        self.canceled.store(true, Ordering::Relaxed);
        self.waiting.clear();
    }

    fn receive(&mut self, message: WorkerMessage) -> Result<(), ReelError> {
        match message {
            WorkerMessage::Planned { group, plan } => {
                self.plans.insert(group, plan);
                // These are the rest of the group, and perhaps the first segment of the next
                // group.
                for (number, values) in std::mem::take(&mut self.waiting) {
                    self.start(number, values)?;
                }
            }
            WorkerMessage::Done { number, outcome } => {
                if let Some(worker) = self.running.remove(&number) {
                    self.workers.release(worker);
                }
                // A panic of an encoder continues in the thread that waits for the segment.
                let outcome = outcome.unwrap_or_else(|panic| resume_unwind(panic));
                self.done.insert(number, outcome);
            }
        }
        Ok(())
    }

    /// Starts to encode a segment, or lets it wait for a plan.
    fn start(&mut self, number: usize, values: Array3<T>) -> Result<(), ReelError> {
        if self.options.plan.is_some() {
            return self.run(number, SegmentJob::with_given_plan(values));
        }
        let group = number / self.group_length;
        let is_leader = number.is_multiple_of(self.group_length);
        let plan = match (is_leader, group.checked_sub(1)) {
            (true, None) => Some(self.previous_plan.clone()),
            (true, Some(before)) => self.plans.get(&before).cloned(),
            (false, _) => self.plans.get(&group).cloned(),
        };
        match plan {
            None => {
                self.waiting.push((number, values));
                Ok(())
            }
            Some(before) if is_leader => {
                // All segments of the previous group have started, so the plans of earlier groups
                // are not needed.
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
            // Sending fails if the scheduler was dropped, and then nobody needs the message.
            let send = |message| drop(sender.send(message));
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
