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
        use super::variables::{Originals, verify_variables};
        use crate::input::DatasetFile;
        use crate::output::progress;

        let file = DatasetFile::open(&self.file)?;
        let original = self.against.as_deref().map(DatasetFile::open).transpose()?;
        let originals = original
            .as_ref()
            .map(|file| Originals::new(file, &self.bounds));
        let schema = file.schema();
        let bar = progress::steps(schema.variables.len(), "variables", &self.printing)?;
        let outcomes = verify_variables(&file, originals.as_ref(), &bar)?;
        bar.finish_and_clear();
        Outcome::new(original.is_some(), outcomes).report(&self.file, &self.printing)
    }
}

/// Compares all values of a compressed file with its original, and returns a description of the
/// first difference; `None` if every value is within the bound that the file records.
#[cfg(feature = "archive")]
pub(crate) fn find_difference(
    file: &std::path::Path,
    original: &std::path::Path,
) -> Result<Option<String>> {
    use super::outcome::VariableOutcome;
    use super::variables::{Originals, verify_variables};
    use crate::input::DatasetFile;

    let (file, original) = (DatasetFile::open(file)?, DatasetFile::open(original)?);
    let originals = Originals::new(&original, &[]);
    let hidden = indicatif::ProgressBar::hidden();
    let outcomes = verify_variables(&file, Some(&originals), &hidden)?;
    Ok(outcomes.iter().find_map(VariableOutcome::failure))
}
