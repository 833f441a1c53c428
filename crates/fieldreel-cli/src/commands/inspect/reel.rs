//! The description of a reel.

use fieldreel::Limits;
use fieldreel::reel::{ReelError, SegmentInfo};
use serde_json::{Value, json};

use super::{Inspect, export, header, table};
use crate::error::Result;
use crate::input::{InputReader, check_distinct, open_reel};

impl Inspect {
    pub(super) fn inspect_reel(&self) -> Result {
        let path = &self.file;
        if let Some(video) = &self.export {
            check_distinct(path, video)?;
        }
        let (mut reader, bytes) = open_reel(path, Limits::default())?;
        let numbers = 0..reader.segments().len();
        let segments: Vec<_> = numbers.map(|number| reader.inspect(number)).collect();
        if let Some(video) = &self.export {
            export::export(&mut reader, self.segment, video)?;
        }
        let description = describe(&reader, &segments, bytes);
        self.printing.print(None, &description, |_| {
            let mut text = format!("{}: {bytes} bytes\n", path.display());
            text += &header::header(&reader);
            text += &table::segment_table(&reader, &segments, bytes);
            if let Some(video) = &self.export {
                let (segment, video) = (self.segment, video.display());
                text += &format!("video of segment {segment}: {video}\n");
            }
            text
        })?;
        if let Some(number) = segments.iter().position(|segment| segment.is_err()) {
            let path = path.display();
            return Err(format!("{path}: segment {number} is damaged").into());
        }
        check_complete(self, &reader)
    }
}

fn check_complete(arguments: &Inspect, reader: &InputReader) -> Result {
    match reader.integrity().is_complete() {
        true => Ok(()),
        false => Err(fieldreel::Error::IncompleteReel {
            path: Some(arguments.file.clone()),
            frames: reader.shape()[0],
            integrity: reader.integrity().clone(),
        }
        .into()),
    }
}

/// Returns the description of a reel as JSON.
fn describe(
    reader: &InputReader,
    segments: &[std::result::Result<SegmentInfo, ReelError>],
    bytes: u64,
) -> Value {
    let entries = reader.segments().iter().zip(segments);
    let segments: Vec<Value> = entries
        .map(|(entry, segment)| {
            let mut object = json!({
                "frames": [entry.frames.start, entry.frames.end],
                "rows": [entry.rows.start, entry.rows.end],
                "columns": [entry.columns.start, entry.columns.end],
                "bytes": entry.length,
            });
            match segment {
                Ok(info) => {
                    object["bound"] = info.criterion.to_string().into();
                    object["certificate"] = json!(info.certificate);
                    object["sizes"] = json!(info.sizes);
                    object["plan"] = json!(info.plan.as_ref().map(ToString::to_string));
                }
                Err(error) => object["error"] = error.to_string().into(),
            }
            object
        })
        .collect();
    json!({
        "format": "reel",
        "bytes": bytes,
        "type": reader.dtype().to_string(),
        "shape": reader.shape(),
        "tile": reader.tile(),
        "metadata": reader.metadata(),
        "is_complete": reader.integrity().is_complete(),
        "segments": segments,
    })
}
