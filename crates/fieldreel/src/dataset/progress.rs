//! Progress of compressing or decompressing a file.

use fieldreel_formats::dataset::{DatasetSource, VariableSchema};

use super::{DatasetOptions, DatasetProgress};

/// A counter of the bytes that are done, which reports to the progress function of the caller.
pub(super) struct ProgressCounter<'a> {
    source: &'a dyn DatasetSource,
    names: Vec<String>,
    done: u64,
    total: u64,
    options: &'a DatasetOptions,
}

impl<'a> ProgressCounter<'a> {
    pub(super) fn new(source: &'a dyn DatasetSource, options: &'a DatasetOptions) -> Self {
        let schema = source.schema();
        let bytes = |variable: &VariableSchema| {
            let count = schema.shape(variable).iter().product::<usize>();
            (count * variable.kind.bytes()) as u64
        };
        let names = schema.variables.iter().map(|v| schema.full_name(v));
        Self {
            source,
            names: names.collect(),
            done: 0,
            total: schema.variables.iter().map(bytes).sum(),
            options,
        }
    }

    /// Adds a number of values of a variable.
    pub(super) fn add(&mut self, number: usize, values: usize) {
        let Some(variable) = self.source.schema().variables.get(number) else {
            return;
        };
        self.done += (values * variable.kind.bytes()) as u64;
        if let (Some(progress), Some(name)) = (&self.options.progress, self.names.get(number)) {
            progress(DatasetProgress {
                variable: name,
                done: self.done,
                total: self.total,
            });
        }
    }
}
