//! Headers: the keys of a message other than its grid and values.

use std::ffi::CStr;

use super::calendar::DateTime;
use super::message::MessageKeys;

/// The keys by which messages are selected and placed on axes.
pub(super) struct MessageHeader {
    /// The index of the message in the file.
    pub(super) index: usize,
    pub(super) short_name: String,
    pub(super) param_id: i64,
    pub(super) cf_name: String,
    pub(super) grid_digest: String,
    pub(super) type_of_level: String,
    pub(super) level: f64,
    /// The ensemble member, 0 if there is none.
    pub(super) member: i64,
    pub(super) step_type: String,
    /// The reference time and the valid time in seconds since 1970, or `None` if either is not a
    /// valid date.
    pub(super) times: Option<(i64, i64)>,
    /// Hours from the reference time to the start of an accumulation or average.
    pub(super) start_step: i64,
    pub(super) bits_per_value: i64,
}

impl MessageHeader {
    pub(super) fn from_message(message: &dyn MessageKeys, index: usize) -> Self {
        let text = |key| message.text(key).unwrap_or_default();
        let long = |key| message.long(key).unwrap_or(0);
        let seconds = |date, time, second| {
            DateTime::from_grib(message.long(date)?, message.long(time)?, second)
                .map(DateTime::seconds)
        };
        let second = message
            .long(c"second")
            .filter(|s| (0..60).contains(s))
            .unwrap_or(0);
        let reference = seconds(c"dataDate", c"dataTime", second);
        let valid = has_bounded_time(message)
            .then(|| seconds(c"validityDate", c"validityTime", second))
            .flatten();
        Self {
            index,
            short_name: text(c"shortName"),
            param_id: long(c"paramId"),
            cf_name: text(c"cfVarName"),
            grid_digest: text(c"md5GridSection"),
            type_of_level: text(c"typeOfLevel"),
            level: message.double(c"level").unwrap_or(0.0),
            member: long(c"number"),
            step_type: text(c"stepType"),
            times: reference.zip(valid),
            start_step: long(c"startStep"),
            bits_per_value: long(c"bitsPerValue"),
        }
    }

    /// Returns true if `name` is the short name (`2t`), the CF name (`t2m`) or the number (`167`)
    /// of the parameter.
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.short_name == name
            || (self.cf_name == name && name != "unknown")
            || name.parse() == Ok(self.param_id)
    }
}

/// Returns true if the valid time is at most 10,000 years from the reference time. This must be
/// checked before the valid time is read, because ecCodes counts the days one by one.
fn has_bounded_time(message: &dyn MessageKeys) -> bool {
    const HOUR: i64 = 3600;
    const YEAR: i64 = 366 * 24 * HOUR;
    let are_bounded = |unit: &CStr, values: &[&CStr]| {
        let unit = match message.long(unit) {
            Some(unit) => unit,
            // Without a unit only zero is accepted.
            None => return values.iter().all(|key| message.long(key).unwrap_or(0) == 0),
        };
        // Units of code table 4.4. For other units ecCodes reads beyond the end of its table.
        let seconds = match unit {
            0 | 13 => 60,
            1 => HOUR,
            10..=12 | 14 => 12 * HOUR,
            2 => 24 * HOUR,
            3 => 31 * 24 * HOUR,
            4 => YEAR,
            5..=7 => 100 * YEAR,
            254 => 1,
            _ => return false,
        };
        values
            .iter()
            .filter_map(|key| message.long(key))
            .all(|value| value.saturating_abs() <= 10_000 * YEAR / seconds)
    };
    are_bounded(
        c"indicatorOfUnitOfTimeRange",
        &[c"forecastTime", c"P1", c"P2"],
    ) && are_bounded(c"indicatorOfUnitForTimeRange", &[c"lengthOfTimeRange"])
}
