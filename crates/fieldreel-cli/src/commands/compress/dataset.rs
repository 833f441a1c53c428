//! Compression of a whole file into a NetCDF-4 file.

use super::Compress;
use crate::error::Result;

#[cfg(not(feature = "dataset"))]
impl Compress {
    pub(super) fn compress_dataset(&self) -> Result {
        let path = self.output.display().to_string();
        Err(crate::error::missing_feature(&path, "dataset"))
    }
}

#[cfg(feature = "dataset")]
impl Compress {
    pub(super) fn compress_dataset(&self) -> Result {
        use crate::error::about_file;
        use crate::output::{dataset_table, progress};

        let bar = progress::bytes(&self.printing)?;
        let options = self
            .dataset_options()?
            .with_progress(progress::dataset_updater(&bar));
        let summary = fieldreel::dataset::compress_dataset(&self.input, &self.output, &options);
        let summary = summary.map_err(|error| about_file(&self.input, &self.output, &error))?;
        bar.finish_and_clear();
        dataset_table::print(&self.printing, &summary)
    }

    fn dataset_options(&self) -> Result<fieldreel::dataset::DatasetOptions> {
        use fieldreel::Effort;
        use fieldreel::dataset::DatasetOptions;

        let (encoding, dataset) = (&self.encoding, &self.dataset);
        let all = self.bounds.iter().rfind(|bound| bound.variable.is_none());
        let mut options = all
            .map_or_else(DatasetOptions::lossless, |bound| {
                DatasetOptions::new(bound.criterion)
            })
            .with_effort(encoding.effort_or(Effort::Fast))
            .with_base(encoding.base)
            .with_codec(encoding.codec)
            .with_idempotent(encoding.idempotent)
            .with_packed(!dataset.lossless_packed)
            .with_portable(dataset.portable);
        for bound in &self.bounds {
            if let Some(pattern) = &bound.variable {
                options = options.with_bound(pattern, bound.criterion)?;
            }
        }
        for pattern in &dataset.lossless {
            options = options.with_lossless(pattern)?;
        }
        for (dimension, length) in &dataset.chunks {
            options = options.with_chunk(dimension, *length);
        }
        if let Some(threads) = encoding.threads {
            options = options.with_threads(threads);
        }
        Ok(options)
    }
}
