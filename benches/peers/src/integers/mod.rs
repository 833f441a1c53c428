//! The benchmark of integers, packed data, cells without a grid, and stations.
//!
//! | module | content |
//! |---|---|
//! | `fields` | the fields |
//! | `measure` | the rows: each coder on each field, checked and timed |
//! | `table` | the table |

mod fields;
mod measure;
mod table;

use fieldreel_core::files;

use crate::Result;
use crate::arguments::Arguments;
use crate::report::{RunInfo, splice};

/// The lines that enclose the table in a document.
const MARKS: [&str; 2] = ["<!-- integers: begin -->", "<!-- integers: end -->"];

/// Measures all fields, prints the rows, and writes the table into `DIR/integers.md` and the
/// document of `--docs`.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let efforts = arguments.efforts()?;
    let run = RunInfo::current()?;
    let mut rows = Vec::new();
    for field in fields::all()? {
        let measured = field.rows(&efforts)?;
        print!("{}", table::lines(&measured));
        rows.extend(measured);
    }
    let text = format!("{}\n\n{}", run.text(), table::table(&rows));
    let path = arguments.out.join("integers.md");
    let with_path = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    std::fs::create_dir_all(&arguments.out).map_err(|error| with_path(&error))?;
    files::write(&path, text.as_bytes()).map_err(|error| with_path(&error))?;
    match &arguments.docs {
        Some(document) => splice(document, MARKS, &text),
        None => Ok(()),
    }
}
