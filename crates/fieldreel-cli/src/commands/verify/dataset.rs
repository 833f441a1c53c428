//! Verification of a whole file.

use super::Verify;
use crate::error::Result;

#[cfg(not(feature = "dataset"))]
impl Verify {
    pub(super) fn verify_dataset(&self) -> Result {
        let path = self.file.display().to_string();
        Err(crate::error::missing_feature(&path, "dataset"))
    }
}

#[cfg(feature = "dataset")]
impl Verify {
    pub(super) fn verify_dataset(&self) -> Result {
        use super::outcome::Outcome;
        use super::variables::{Originals, verify_variable};
        use crate::input::DatasetFile;
        use crate::output::progress;

        let file = DatasetFile::open(&self.file)?;
        let original = self.against.as_deref().map(DatasetFile::open).transpose()?;
        let originals = original
            .as_ref()
            .map(|file| Originals::new(file, &self.bounds));
        let schema = file.schema();
        let bar = progress::steps(schema.variables.len(), "variables", &self.printing)?;
        let mut outcomes = Vec::new();
        for number in 0..schema.variables.len() {
            bar.set_message(schema.full_name(&schema.variables[number]));
            outcomes.push(verify_variable(&file, number, originals.as_ref())?);
            bar.inc(1);
        }
        bar.finish_and_clear();
        Outcome::new(original.is_some(), outcomes).report(&self.file, &self.printing)
    }
}
