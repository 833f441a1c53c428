//! The description of a NetCDF or GRIB file or a Zarr store.

use super::Inspect;
use crate::error::Result;

#[cfg(not(feature = "dataset"))]
impl Inspect {
    pub(super) fn inspect_dataset(&self) -> Result {
        let path = self.file.display().to_string();
        Err(crate::error::missing_feature(&path, "dataset"))
    }
}

#[cfg(feature = "dataset")]
impl Inspect {
    pub(super) fn inspect_dataset(&self) -> Result {
        use serde_json::json;

        use crate::error::with_path;
        use crate::input::DatasetFile;

        let file = DatasetFile::open(&self.file)?;
        let bytes = fieldreel_core::files::stored_bytes(&self.file);
        let bytes = bytes.map_err(with_path(&self.file))?;
        let variables = file.variables();
        let result = json!({
            "format": file.format(),
            "bytes": bytes,
            "variables": variables,
        });
        self.printing.print(None, &result, |_| {
            let path = self.file.display();
            format!("{path}: {bytes} bytes\n\n{}", variable_table(&variables))
        })
    }
}

/// Returns a table of variables.
#[cfg(feature = "dataset")]
fn variable_table(variables: &[crate::input::VariableDescription]) -> String {
    use crate::output::shape::shape_text;
    use crate::output::table::{Align, table};

    let header = ["variable", "type", "shape", "bound", "error", "stored"].map(str::to_owned);
    let rows = variables.iter().map(|variable| {
        let exact = || format!("exact: {}", variable.role);
        [
            variable.name.clone(),
            variable.kind.clone(),
            shape_text(&variable.shape),
            variable.bound.clone().unwrap_or_else(exact),
            variable
                .max_abs_error
                .map_or_else(String::new, |error| format!("{error:.3e}")),
            variable.stored.to_owned(),
        ]
    });
    let rows: Vec<_> = std::iter::once(header).chain(rows).collect();
    use Align::{Left, Right};
    table(&rows, [Left, Left, Right, Left, Right, Left])
}
