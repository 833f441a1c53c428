//! Segments encoded on threads of their own, and given back in their order.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use ndarray::Array3;
use rayon::ThreadPool;

use super::WriterOptions;
use super::job::{Encoded, Job};
use super::threads::Threads;
use crate::plan::Found;
use crate::{Options, ReelError, Value};

type Outcome = Result<Encoded, ReelError>;

/// What threads have to say.
enum Event {
    /// The plan of a group: `None` to find one for each segment.
    Planned { group: usize, plan: Option<Found> },
    /// A segment, or the panic in its place.
    Done {
        number: usize,
        outcome: Result<Outcome, Box<dyn Any + Send>>,
    },
}

/// Segments that are being encoded.
///
/// For the first of each group of [`WriterOptions::replan_every`] a plan is found by trial, and the others of the group
/// wait for it: what a segment is encoded with does not depend on threads. It may be looked for while the group before is
/// not done.
pub(super) struct Encoders<T> {
    threads: Threads,
    options: Options,
    group: usize,
    most: usize,
    sender: Sender<Event>,
    receiver: Receiver<Event>,
    cancelled: Arc<AtomicBool>,
    submitted: usize,
    /// The threads of segments that are being encoded, by the segment's number.
    running: BTreeMap<usize, ThreadPool>,
    /// Segments whose group has no plan yet.
    waiting: Vec<(usize, Array3<T>)>,
    /// By group.
    plans: BTreeMap<usize, Option<Found>>,
    /// Segments of which an earlier one is not done.
    done: BTreeMap<usize, Outcome>,
    given_back: usize,
}

impl<T: Value> Encoders<T> {
    pub(super) fn new(options: &WriterOptions) -> Self {
        let (sender, receiver) = channel();
        Self {
            threads: Threads::default(),
            options: options.options.clone(),
            group: options.replan_every.max(1),
            most: options.thread_count(),
            sender,
            receiver,
            cancelled: Arc::default(),
            submitted: 0,
            running: BTreeMap::new(),
            waiting: Vec::new(),
            plans: BTreeMap::new(),
            done: BTreeMap::new(),
            given_back: 0,
        }
    }

    /// Whether no segment should be added before [`wait`](Self::wait).
    pub(super) fn full(&self) -> bool {
        let values_held = self.running.len() + self.waiting.len();
        values_held >= self.most || values_held + self.done.len() >= 2 * self.most
    }

    /// Adds a segment.
    ///
    /// # Errors
    /// [`ReelError::Io`] if the system gives no threads.
    pub(super) fn submit(&mut self, values: Array3<T>) -> Result<(), ReelError> {
        let number = self.submitted;
        self.submitted += 1;
        if self.options.plan.is_some() {
            return self.run(number, Job::given(values));
        }
        if number.is_multiple_of(self.group) {
            let planners = self.threads.shared(self.most)?;
            return self.run(number, Job::first(values, planners));
        }
        match self.plans.get(&(number / self.group)).cloned() {
            Some(plan) => self.run(number, Job::planned(values, plan)),
            None => {
                self.waiting.push((number, values));
                Ok(())
            }
        }
    }

    /// The next segment in order, if it is done.
    pub(super) fn next(&mut self) -> Option<Outcome> {
        let next = self.done.remove(&self.given_back);
        self.given_back += usize::from(next.is_some());
        next
    }

    /// Waits until something is done.
    ///
    /// # Errors
    /// [`ReelError::Failed`] if none is being encoded, which must not be while some are not given back;
    /// [`ReelError::Io`] if the system gives no threads.
    pub(super) fn wait(&mut self) -> Result<(), ReelError> {
        if self.running.is_empty() {
            return Err(ReelError::Failed);
        }
        let event = self.receiver.recv().map_err(|_| ReelError::Failed)?;
        self.receive(event)
    }

    /// Takes what is done, without waiting.
    ///
    /// # Errors
    /// [`ReelError::Io`] if the system gives no threads.
    pub(super) fn poll(&mut self) -> Result<(), ReelError> {
        while let Ok(event) = self.receiver.try_recv() {
            self.receive(event)?;
        }
        Ok(())
    }

    /// Whether every segment was given back.
    pub(super) const fn is_idle(&self) -> bool {
        self.given_back == self.submitted
    }

    /// Does not start what is not yet being encoded. Nothing may be submitted or waited for after it.
    pub(super) fn cancel(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
        self.waiting.clear();
    }

    fn receive(&mut self, event: Event) -> Result<(), ReelError> {
        match event {
            Event::Planned { group, plan } => {
                for (number, values) in std::mem::take(&mut self.waiting) {
                    match number / self.group == group {
                        true => self.run(number, Job::planned(values, plan.clone()))?,
                        false => self.waiting.push((number, values)),
                    }
                }
                self.plans.insert(group, plan);
            }
            Event::Done { number, outcome } => {
                if let Some(thread) = self.running.remove(&number) {
                    self.threads.put(thread);
                }
                // A bug in an encoder is shown where it would be without threads.
                let outcome = outcome.unwrap_or_else(|panic| resume_unwind(panic));
                self.done.insert(number, outcome);
            }
        }
        Ok(())
    }

    fn run(&mut self, number: usize, job: Job<T>) -> Result<(), ReelError> {
        let thread = self.threads.take()?;
        let group = number / self.group;
        let options = self.options.clone();
        let sender = self.sender.clone();
        let cancelled = Arc::clone(&self.cancelled);
        thread.spawn(move || {
            if cancelled.load(Ordering::Relaxed) {
                return;
            }
            // Nobody listens if the writer was dropped.
            let send = |event| drop(sender.send(event));
            let planned = |plan| send(Event::Planned { group, plan });
            let outcome = catch_unwind(AssertUnwindSafe(|| job.encode(options, planned)));
            send(Event::Done { number, outcome });
        });
        self.running.insert(number, thread);
        Ok(())
    }
}

impl<T> Drop for Encoders<T> {
    fn drop(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}
