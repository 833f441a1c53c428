//! Rules: the bound of each variable of many files, in a TOML file.

mod matcher;
mod resolve;
mod settings;
mod size;
mod texts;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::Path;

use fieldreel::{Criterion, Effort, ErrorBound};
use serde::Deserialize;
use toml::Spanned;

use crate::{ArchiveError, Result};
use matcher::Matcher;
pub use settings::{OutputFormat, Settings, VariableBound};
use size::ByteSize;
use texts::Texts;

/// The largest size of a file of rules in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// The rules by which files are compressed: the bound of each variable, the effort, and the form
/// of the outputs.
///
/// Rules are written in TOML:
///
/// ```toml
/// default = "rel:1e-3"     # data variables that no rule matches; "lossless" if absent
/// effort = "fast"          # "fast" (default), "balanced" or "best"
/// chunks = { latitude = 256, longitude = 256 }
///
/// [[rules]]
/// units = ["K", "degC"]
/// bound = "abs:0.01"
///
/// [[rules]]
/// standard_name = "precipitation_flux"
/// bound = "pointwise:1e-2"
///
/// [[rules]]
/// variable = "station_*"
/// bound = "lossless"
/// ```
///
/// | key | value | default |
/// |---|---|---|
/// | `default` | the bound of data variables that no rule matches | `"lossless"` |
/// | `effort` | `"fast"`, `"balanced"` or `"best"` | `"fast"` |
/// | `format` | the format of outputs: `"netcdf"`, or `"zarr"` for Zarr stores of version 3 (feature `zarr`) | `"netcdf"` |
/// | `idempotent` | decoded values encode to themselves | `false` |
/// | `portable` | lossless variables are readable without a plugin | `false` |
/// | `lossless_packed` | the default bound does not apply to packed variables | `false` |
/// | `chunks` | a table: the length of chunks along dimensions of these names | none |
/// | `split_above` | a size such as `"4 GB"`: variables of more bytes that have a bound become several units of at most this size; needs the format `"zarr"` | none |
/// | `rules` | an array of tables: the rules, in order | none |
///
/// A rule has a `bound` and one or more conditions, all of which a variable has to meet. A
/// condition is a text, or an array of texts of which one has to match:
///
/// | condition | a variable meets it if |
/// |---|---|
/// | `variable` | the name or the pattern matches its name, `/group/name` in a group |
/// | `standard_name` | the name or the pattern matches its attribute `standard_name` |
/// | `units` | its attribute `units` is this text, apart from spaces at its ends |
///
/// Patterns have `*`, `?` and `[…]`; `*` matches `/` as well. If several rules match a variable,
/// the last one applies. Bounds are those of [`Criterion`]: `abs:E`, `rel:R`, `pointwise:R`,
/// `lossless`, `psnr:DB` or `ratio:X`.
///
/// Only variables that are data get a bound; coordinates, flags and texts stay lossless. If a rule
/// names a variable in full, however, its bound has to apply: an integer variable without a scale
/// factor also gets it, and the plan or the run fails if the variable cannot have it.
///
/// ```
/// use fieldreel_archive::Rules;
///
/// let rules = Rules::parse("default = 'rel:1e-3'\n[[rules]]\nunits = 'K'\nbound = 'abs:0.01'", "bounds.toml")?;
/// # let _ = rules;
/// # Ok::<(), fieldreel_archive::ArchiveError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Rules {
    file: RulesFile,
    text: String,
}

/// The content of a file of rules.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    #[serde(default = "lossless")]
    default: Criterion,
    #[serde(default = "fast")]
    effort: Effort,
    #[serde(default, deserialize_with = "OutputFormat::deserialize_writable")]
    format: OutputFormat,
    #[serde(default)]
    idempotent: bool,
    #[serde(default)]
    portable: bool,
    #[serde(default)]
    lossless_packed: bool,
    #[serde(default)]
    chunks: BTreeMap<String, NonZeroUsize>,
    split_above: Option<Spanned<ByteSize>>,
    #[serde(default)]
    rules: Vec<Spanned<Rule>>,
}

/// A rule: the bound of the variables that meet all conditions.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "RuleEntry")]
struct Rule {
    matcher: Matcher,
    bound: Criterion,
}

/// A rule as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleEntry {
    variable: Option<Texts>,
    standard_name: Option<Texts>,
    units: Option<Texts>,
    bound: Criterion,
}

impl TryFrom<RuleEntry> for Rule {
    type Error = String;

    fn try_from(entry: RuleEntry) -> Result<Self, String> {
        Ok(Self {
            matcher: Matcher::new(entry.variable, entry.standard_name, entry.units)?,
            bound: entry.bound,
        })
    }
}

const fn lossless() -> Criterion {
    Criterion::Bound(ErrorBound::Lossless)
}

const fn fast() -> Effort {
    Effort::Fast
}

impl Rules {
    /// Reads rules from a file.
    ///
    /// # Errors
    /// - [`ArchiveError::Io`] if the file cannot be read, or is not UTF-8.
    /// - [`ArchiveError::TooLarge`] if the file has more than 1 MiB.
    /// - The errors of [`parse`](Self::parse).
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let file = File::open(path).map_err(ArchiveError::io(path))?;
        let mut text = String::new();
        let read = file.take(MAX_BYTES + 1).read_to_string(&mut text);
        let bytes = read.map_err(ArchiveError::io(path))?;
        if bytes as u64 > MAX_BYTES {
            return Err(ArchiveError::TooLarge {
                path: path.to_owned(),
                limit: MAX_BYTES,
            });
        }
        Self::parse(&text, path)
    }

    /// Reads rules from a text. `path` is the name of its file in messages.
    ///
    /// # Errors
    /// [`ArchiveError::InvalidRules`] if the text is not TOML, has an unknown key, an invalid
    /// bound or pattern, or a rule without a condition, if variables are to be split in a format
    /// that is not Zarr, or if this build lacks the feature of the format of the outputs.
    pub fn parse(text: &str, path: impl AsRef<Path>) -> Result<Self> {
        let file: RulesFile = toml::from_str(text).map_err(|error: toml::de::Error| {
            let words: Vec<&str> = error.message().split_whitespace().collect();
            ArchiveError::InvalidRules {
                path: path.as_ref().to_owned(),
                line: line_at(text, error.span().map_or(0, |span| span.start)),
                problem: words.join(" "),
            }
        })?;
        match &file.split_above {
            Some(size) if file.format != OutputFormat::Zarr => Err(ArchiveError::InvalidRules {
                path: path.as_ref().to_owned(),
                line: line_at(text, size.span().start),
                problem:
                    "`split_above` needs `format = \"zarr\"`: only a Zarr store is written by \
                          several processes"
                        .to_owned(),
            }),
            _ => Ok(Self {
                file,
                text: text.to_owned(),
            }),
        }
    }

    /// Returns the number of bytes above which variables are split; `None` if they are not.
    pub(crate) fn split_above(&self) -> Option<u64> {
        let size = self.file.split_above.as_ref()?;
        Some(size.get_ref().0)
    }

    /// Returns the line of each rule in the file; the first line is 1.
    pub(crate) fn lines(&self) -> Vec<usize> {
        let rules = self.file.rules.iter();
        rules
            .map(|rule| line_at(&self.text, rule.span().start))
            .collect()
    }

    /// Returns the format of the outputs.
    #[must_use]
    pub const fn format(&self) -> OutputFormat {
        self.file.format
    }

    /// Returns the text from which the rules were read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Returns the number of the line that contains a byte; the first line is 1.
fn line_at(text: &str, byte: usize) -> usize {
    let before = text.as_bytes().iter().take(byte);
    1 + before.filter(|&&byte| byte == b'\n').count()
}
