//! The configuration of the codec in the metadata of an array.

use fieldreel_core::Scalar;
use fieldreel_reel::{BaseChoice, CodecChoice, Criterion, Effort, ReelError, SegmentOptions};
use serde::{Deserialize, Serialize};

/// The `configuration` of the codec in the metadata of an array.
///
/// Only `bound` is required. Reading an array does not use the configuration, because a segment
/// describes itself.
///
/// ```
/// use fieldreel_reel::{Effort, ErrorBound};
/// use fieldreel_zarr::FieldreelCodecConfiguration;
///
/// # fn main() -> Result<(), serde_json::Error> {
/// let json = r#"{ "bound": "abs:0.05", "effort": "fast", "fill_values": [-999] }"#;
/// let configuration: FieldreelCodecConfiguration = serde_json::from_str(json)?;
/// let same = FieldreelCodecConfiguration::new(ErrorBound::Absolute(0.05))
///     .with_effort(Effort::Fast)
///     .with_fill_value(-999);
/// assert_eq!(configuration, same);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FieldreelCodecConfiguration {
    /// The error bound, or the target for each chunk: `abs:E`, `rel:R`, `pointwise:R`, `lossless`,
    /// `psnr:DB` or `ratio:X`.
    ///
    /// A range-relative bound and a PSNR refer to [`range`](Self::range).
    pub bound: Criterion,
    /// The time that encoding may take: `fast`, `balanced` or `best`. Default: `balanced`.
    #[serde(default = "default_effort")]
    pub effort: Effort,
    /// The kind of base layer: `auto`, `prediction` or `video`. Default: `auto`.
    #[serde(default = "default_base")]
    pub base: BaseChoice,
    /// The codec of a video. Default: `any`.
    #[serde(default = "default_codec")]
    pub codec: CodecChoice,
    /// The numbers that mark missing values, in addition to the fill value of the array, NaN and
    /// infinities. Missing values come back exactly. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "numbers")]
    pub fill_values: Vec<Scalar>,
    /// The range, max − min, of the values of the whole array, greater than 0. Default: the range
    /// of the valid values of each chunk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<f64>,
}

const fn default_effort() -> Effort {
    Effort::Balanced
}

const fn default_base() -> BaseChoice {
    BaseChoice::Auto
}

const fn default_codec() -> CodecChoice {
    CodecChoice::Any
}

impl FieldreelCodecConfiguration {
    /// Creates a configuration with an error bound or a target, and the defaults of everything
    /// else.
    #[must_use]
    pub fn new(bound: impl Into<Criterion>) -> Self {
        Self {
            bound: bound.into(),
            effort: default_effort(),
            base: default_base(),
            codec: default_codec(),
            fill_values: Vec::new(),
            range: None,
        }
    }

    /// Sets [`effort`](Self::effort).
    #[must_use]
    pub const fn with_effort(mut self, effort: Effort) -> Self {
        self.effort = effort;
        self
    }

    /// Sets [`base`](Self::base).
    #[must_use]
    pub const fn with_base(mut self, base: BaseChoice) -> Self {
        self.base = base;
        self
    }

    /// Sets [`codec`](Self::codec).
    #[must_use]
    pub const fn with_codec(mut self, codec: CodecChoice) -> Self {
        self.codec = codec;
        self
    }

    /// Adds one of the [`fill_values`](Self::fill_values).
    #[must_use]
    pub fn with_fill_value(mut self, fill_value: impl Into<Scalar>) -> Self {
        self.fill_values.push(fill_value.into());
        self
    }

    /// Sets [`range`](Self::range).
    #[must_use]
    pub const fn with_range(mut self, range: f64) -> Self {
        self.range = Some(range);
        self
    }

    /// Returns the options by which chunks are encoded.
    ///
    /// # Errors
    /// [`ReelError::InvalidCriterion`] if the number of the bound is out of range.
    pub(crate) fn segment_options(&self) -> Result<SegmentOptions, ReelError> {
        self.bound.check()?;
        let mut options = SegmentOptions::new(self.bound)
            .with_effort(self.effort)
            .with_base(self.base)
            .with_codec(self.codec)
            // A program that writes a part of a chunk encodes the decoded values of the others
            // again, which must not change.
            .with_idempotent(true);
        options.fill_values.clone_from(&self.fill_values);
        options.range = self.range;
        Ok(options)
    }
}

/// Scalars as numbers of JSON.
mod numbers {
    use fieldreel_core::Scalar;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Number {
        Unsigned(u64),
        Signed(i64),
        Float(f64),
    }

    pub(super) fn serialize<S: Serializer>(
        numbers: &[Scalar],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let number = |scalar: &Scalar| match *scalar {
            Scalar::Integer(integer) => match (u64::try_from(integer), i64::try_from(integer)) {
                (Ok(number), _) => Number::Unsigned(number),
                (_, Ok(number)) => Number::Signed(number),
                // No element type can hold the number.
                _ => Number::Float(integer as f64),
            },
            Scalar::Float(number) => Number::Float(number),
        };
        serializer.collect_seq(numbers.iter().map(number))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Scalar>, D::Error> {
        let numbers = Vec::<Number>::deserialize(deserializer)?;
        let scalar = |number| match number {
            Number::Unsigned(number) => number.into(),
            Number::Signed(number) => number.into(),
            Number::Float(number) => number.into(),
        };
        Ok(numbers.into_iter().map(scalar).collect())
    }
}

#[cfg(test)]
mod tests {
    use fieldreel_reel::{ErrorBound, Target};
    use proptest::prelude::*;

    use super::*;

    fn parse(json: &str) -> Result<FieldreelCodecConfiguration, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn only_the_bound_is_required() {
        let parsed = parse(r#"{"bound": "psnr:60"}"#).unwrap();
        assert_eq!(parsed, FieldreelCodecConfiguration::new(Target::Psnr(60.0)));
        assert!(parse("{}").is_err());
    }

    #[test]
    fn unknown_members_and_invalid_values_are_errors() {
        for json in [
            r#"{"bound": "abs:-1"}"#,
            r#"{"bound": 0.05}"#,
            r#"{"bound": "abs:1", "level": 3}"#,
            r#"{"bound": "abs:1", "effort": "slow"}"#,
            r#"{"bound": "abs:1", "fill_values": ["x"]}"#,
            r#"{"bound": "abs:1", "range": "1"}"#,
        ] {
            assert!(parse(json).is_err(), "{json}");
        }
    }

    proptest! {
        #[test]
        fn parsing_inverts_serialization(
            integers in prop::collection::vec(any::<i64>(), 0..3),
            largest in any::<u64>(),
            float in -1e300..1e300_f64,
            range in prop::option::of(1e-300..1e300_f64),
        ) {
            let mut configuration = FieldreelCodecConfiguration::new(ErrorBound::Absolute(0.1))
                .with_fill_value(largest)
                .with_fill_value(float);
            configuration.fill_values.extend(integers.into_iter().map(Scalar::from));
            configuration.range = range;
            let json = serde_json::to_string(&configuration).unwrap();
            prop_assert_eq!(parse(&json).unwrap(), configuration);
        }

        #[test]
        fn parsing_never_panics(json in r#"\{"bound": "[a-z:0-9]{0,8}"(, "[a-z_]{0,8}": .{0,8})?\}"#) {
            let _ = parse(&json);
        }
    }
}
