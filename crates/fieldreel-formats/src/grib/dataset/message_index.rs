//! Message index: the keys that assign messages to variables, and their coordinates.

use std::path::Path;

use super::super::framing::MessageLocation;
use super::super::header::MessageHeader;
use super::super::library::GribMessage;
use super::super::message::MessageKeys;
use crate::{FormatError, Result};

/// The keys that all messages of a variable have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct VariableKey {
    pub(super) param_id: i64,
    /// GRIB 2's discipline, category and number, which distinguish parameters unknown to ecCodes.
    pub(super) parameter: [i64; 3],
    pub(super) short_name: String,
    pub(super) cf_name: String,
    pub(super) units: String,
    pub(super) type_of_level: String,
    pub(super) step_type: String,
    /// The key `dataType`, except that a control forecast (`cf`) counts as a perturbed one (`pf`).
    pub(super) data_type: String,
    /// The digest of the grid section.
    pub(super) grid_digest: String,
    pub(super) grid_type: String,
    pub(super) center: String,
    pub(super) sub_center: i64,
}

/// Keys that separate messages only if the messages would otherwise have the same coordinates.
pub(super) const DISCRIMINATORS: [&str; 5] = [
    "startStep",
    "bottomLevel",
    "percentileValue",
    "directionNumber",
    "frequencyNumber",
];

/// The coordinates of a message in its variable, and its location in the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MessageEntry {
    /// The index of the message in the file, from 0.
    pub(super) index: usize,
    pub(super) location: MessageLocation,
    /// The ensemble member, if the message has one.
    pub(super) member: Option<i64>,
    /// The reference time, in seconds since 1970.
    pub(super) time: i64,
    /// Seconds from the reference time to the valid time.
    pub(super) step: i64,
    pub(super) level: f64,
    /// Hours from the reference time to the start of the period that the values describe.
    pub(super) step_start: i64,
    /// The values of [`DISCRIMINATORS`].
    pub(super) discriminators: [i64; DISCRIMINATORS.len()],
    pub(super) is_double: bool,
}

/// Returns the variable key and the entry of a message.
pub(super) fn index_message(
    message: &GribMessage<'_>,
    index: usize,
    location: MessageLocation,
    path: &Path,
) -> Result<(VariableKey, MessageEntry)> {
    let header = MessageHeader::from_message(message, index);
    let text = |key| message.text(key).unwrap_or_default();
    let long = |key| message.long(key).unwrap_or(0);
    let (time, valid) = header.times.ok_or_else(|| FormatError::Damaged {
        path: path.to_path_buf(),
        problem: "a message has an invalid date or time",
    })?;
    let data_type = match text(c"dataType") {
        data_type if data_type == "cf" => "pf".to_owned(),
        data_type => data_type,
    };
    let entry = MessageEntry {
        index,
        location,
        member: message.long(c"number"),
        time,
        step: valid - time,
        // Levels are compared, so NaN and negative zero are replaced by zero.
        level: Some(header.level)
            .filter(|level| level.is_finite())
            .map_or(0.0, |level| level + 0.0),
        step_start: header.start_step,
        discriminators: [
            // Sums since the reference time and sums since the previous step are separate
            // variables.
            i64::from(header.start_step != 0),
            long(c"bottomLevel"),
            long(c"percentileValue"),
            long(c"directionNumber"),
            long(c"frequencyNumber"),
        ],
        is_double: header.bits_per_value > super::super::decode::MAX_F32_BITS,
    };
    let key = VariableKey {
        param_id: header.param_id,
        parameter: [
            long(c"discipline"),
            long(c"parameterCategory"),
            long(c"parameterNumber"),
        ],
        short_name: header.short_name,
        cf_name: header.cf_name,
        units: text(c"units"),
        type_of_level: header.type_of_level,
        step_type: header.step_type,
        data_type,
        grid_digest: header.grid_digest,
        grid_type: text(c"gridType"),
        center: text(c"centre"),
        sub_center: long(c"subCentre"),
    };
    Ok((key, entry))
}
