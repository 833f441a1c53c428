//! Decompression of a reel, or of a part of it.

use std::ops::Range;

use fieldreel::{Limits, reel_region_to_field, reel_to_field};
use serde::Serialize;

use super::Decompress;
use crate::error::Result;
use crate::input::{FileFormat, InputReader, open_reel};
use crate::output::shape::shape_text;
use crate::output::write_field::write_field;

/// The field that was written, which `--json` prints in this form.
#[derive(Serialize)]
struct Written<'a> {
    variable: &'a str,
    shape: &'a [usize],
    #[serde(rename = "type")]
    dtype: String,
    input_bytes: u64,
    output_bytes: u64,
}

impl Decompress {
    pub(super) fn decompress_reel(&self, output: FileFormat) -> Result {
        let path = &self.input;
        let limits = Limits::new(self.reel.limit.saturating_mul(1 << 30));
        let (mut reader, input_bytes) = open_reel(path, limits)?;
        let frames = self.frames(&reader)?;
        let field = match &self.reel.region {
            None => reel_to_field(&mut reader, frames),
            Some([rows, columns]) => {
                reel_region_to_field(&mut reader, frames, rows.clone(), columns.clone())
            }
        };
        let field = field.map_err(|error| error.with_path(path))?;
        write_field(&self.output, output, &field, self.bits)?;
        let written = Written {
            variable: &field.name,
            shape: field.shape(),
            dtype: field.values.dtype().to_string(),
            input_bytes,
            // A device or a FIFO has no size.
            output_bytes: fieldreel_core::files::stored_bytes(&self.output).unwrap_or(0),
        };
        self.printing.print(None, &written, |written| {
            let (path, shape) = (self.output.display(), shape_text(written.shape));
            let (variable, dtype, bytes) = (written.variable, &written.dtype, written.output_bytes);
            format!("{path}: {variable}, {shape} values of {dtype}, {bytes} bytes\n")
        })
    }

    /// Returns the frames to decompress.
    fn frames(&self, reader: &InputReader) -> Result<Range<usize>> {
        let [frame_count, ..] = reader.shape();
        let path = self.input.display();
        match &self.reel.frames {
            Some(frames) => Ok(frames.clone()),
            None if reader.integrity().is_complete() => Ok(0..frame_count),
            None if frame_count == 0 => {
                Err(format!("{path}: incomplete reel without frames").into())
            }
            None => Err(format!(
                "{path}: incomplete reel, for which `fieldreel inspect` prints details; use \
                 --frames 0..{frame_count} to write the available frames"
            )
            .into()),
        }
    }
}
