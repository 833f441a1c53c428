//! Fields that are not floats on a grid: integers, packed data, cells without a grid, stations.
//!
//! | stage | module |
//! |---|---|
//! | the fields | `fields` |
//! | a row for each coder, checked and timed | `measure` |
//! | the table | `table` |

mod fields;
mod measure;
mod table;

use fieldreel_core::files;

use crate::Outcome;
use crate::arguments::Arguments;
use crate::report::{Run, splice};

/// The lines of a document between which the table is written.
const MARKS: [&str; 2] = ["<!-- integers: begin -->", "<!-- integers: end -->"];

/// Measures all fields, prints the table, and writes it into `DIR/integers.md` and into the document that was asked for.
pub(crate) fn run(arguments: &Arguments) -> Outcome<()> {
    let efforts = arguments.efforts()?;
    let run = Run::this()?;
    let mut rows = Vec::new();
    for field in fields::all()? {
        let measured = field.rows(&efforts)?;
        print!("{}", table::lines(&measured));
        rows.extend(measured);
    }
    let text = format!("{}\n\n{}", run.text(), table::table(&rows));
    let path = arguments.out.join("integers.md");
    let place = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    std::fs::create_dir_all(&arguments.out).map_err(|error| place(&error))?;
    files::write(&path, text.as_bytes()).map_err(|error| place(&error))?;
    match &arguments.docs {
        Some(document) => splice(document, MARKS, &text),
        None => Ok(()),
    }
}
