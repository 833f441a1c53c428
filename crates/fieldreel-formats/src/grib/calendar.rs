//! Dates in the notations of GRIB and CF, as seconds since 1970-01-01 00:00:00 in the proleptic
//! Gregorian calendar.

/// A date and time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DateTime {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    /// Seconds after midnight.
    pub(super) second_of_day: i64,
}

const SECONDS_PER_DAY: i64 = 86_400;

impl DateTime {
    /// Converts `YYYYMMDD`, `HHMM` and seconds. Returns `None` if the date or time does not exist.
    pub(super) fn from_grib(date: i64, time: i64, second: i64) -> Option<Self> {
        let (hour, minute) = (time / 100, time % 100);
        let is_valid_time = (0..24).contains(&hour) && (0..60).contains(&minute);
        let date_time = Self {
            year: date / 10_000,
            month: date / 100 % 100,
            day: date % 100,
            second_of_day: hour * 3600 + minute * 60 + second,
        };
        (is_valid_time && (0..60).contains(&second) && date_time.is_valid()).then_some(date_time)
    }

    fn is_valid(self) -> bool {
        (0..=9999).contains(&self.year)
            && (1..=12).contains(&self.month)
            && self.day >= 1
            && Self::from_seconds(self.seconds()) == self
    }

    /// Returns the seconds since 1970-01-01 00:00:00, by Howard Hinnant's
    /// [`days_from_civil`](https://howardhinnant.github.io/date_algorithms.html#days_from_civil).
    pub(super) fn seconds(self) -> i64 {
        let year = if self.month <= 2 {
            self.year - 1
        } else {
            self.year
        };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((self.month + 9) % 12) + 2) / 5 + self.day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        (era * 146_097 + day_of_era - 719_468) * SECONDS_PER_DAY + self.second_of_day
    }

    /// Returns the date and time of `seconds` since 1970, the inverse of
    /// [`seconds`](Self::seconds), by Hinnant's `civil_from_days`.
    pub(super) fn from_seconds(seconds: i64) -> Self {
        let days = seconds.div_euclid(SECONDS_PER_DAY) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * shifted_month + 2) / 5 + 1,
            second_of_day: seconds.rem_euclid(SECONDS_PER_DAY),
        }
    }
}

/// Parses CF time units, `UNIT since DATE [TIME]`. Returns the unit in seconds and the origin in
/// seconds since 1970, or `None` for months, years and text of another form.
pub(super) fn parse_time_units(units: &str) -> Option<(f64, i64)> {
    let mut words = units.split_whitespace();
    let unit = words.next()?.to_ascii_lowercase();
    let scale = match unit.as_str() {
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600.0,
        "d" | "day" | "days" => SECONDS_PER_DAY as f64,
        _ => return None,
    };
    if !words.next()?.eq_ignore_ascii_case("since") {
        return None;
    }
    let rest = words.collect::<Vec<_>>().join(" ");
    let rest = rest.trim_end_matches("UTC").trim_end_matches('Z').trim();
    let (date, time) = rest.split_once([' ', 'T']).unwrap_or((rest, "0"));
    let mut components = date
        .split('-')
        .map(|component| component.parse::<i64>().ok());
    let (year, month, day) = (
        components.next()??,
        components.next()??,
        components.next()??,
    );
    let mut second_of_day = 0.0;
    for (component, weight) in time.split(':').zip([3600.0, 60.0, 1.0]) {
        second_of_day += component.trim().parse::<f64>().ok()? * weight;
    }
    let date_time = DateTime {
        year,
        month,
        day,
        second_of_day: 0,
    };
    if components.next().is_some()
        || !date_time.is_valid()
        || !(0.0..SECONDS_PER_DAY as f64).contains(&second_of_day)
    {
        return None;
    }
    Some((scale, date_time.seconds() + second_of_day as i64))
}

#[cfg(test)]
mod tests {
    use super::{DateTime, parse_time_units};

    #[test]
    fn dates_convert_to_seconds_and_back() {
        let date_time = DateTime::from_grib(19_700_101, 0, 0).unwrap();
        assert_eq!(date_time.seconds(), 0);
        assert_eq!(
            DateTime::from_grib(20_190_301, 1230, 5).unwrap().seconds(),
            1_551_443_405
        );
        assert_eq!(
            DateTime::from_grib(20_000_229, 0, 0).unwrap().seconds(),
            951_782_400
        );
        for (date, time) in [
            (20_190_229, 0),
            (20_190_001, 0),
            (0, 0),
            (20_190_101, 2400),
            (-1, 0),
        ] {
            assert_eq!(DateTime::from_grib(date, time, 0), None, "{date} {time}");
        }
        for seconds in (-62_000_000_000i64..250_000_000_000).step_by(86_400 * 777 + 1) {
            assert_eq!(DateTime::from_seconds(seconds).seconds(), seconds);
        }
    }

    #[test]
    fn time_units_are_parsed() {
        assert_eq!(
            parse_time_units("seconds since 1970-01-01T00:00:00Z"),
            Some((1.0, 0))
        );
        assert_eq!(
            parse_time_units("hour since 1980-01-14 14:00:00"),
            Some((3600.0, 316_706_400))
        );
        assert_eq!(
            parse_time_units("days since 2000-1-1"),
            Some((86_400.0, 946_684_800))
        );
        for text in [
            "K",
            "months since 2000-01-01",
            "days since 2000-13-01",
            "days since",
            "",
        ] {
            assert_eq!(parse_time_units(text), None, "{text}");
        }
    }
}
