//! The conditions of a rule.

use fieldreel::formats::dataset::VariableSchema;
use glob::Pattern;

use super::texts::Texts;

/// The conditions of a rule, all of which a variable has to meet.
#[derive(Debug, Clone)]
pub(super) struct Matcher {
    variable: Option<Vec<Pattern>>,
    standard_name: Option<Vec<Pattern>>,
    units: Option<Vec<String>>,
}

/// The match of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    /// The rule names the variable in full.
    ByName,
    /// A pattern or an attribute matches.
    ByProperty,
}

impl Matcher {
    /// Returns a matcher.
    ///
    /// # Errors
    /// A message if there is no condition, or a pattern is malformed.
    pub(super) fn new(
        variable: Option<Texts>,
        standard_name: Option<Texts>,
        units: Option<Texts>,
    ) -> Result<Self, String> {
        if variable.is_none() && standard_name.is_none() && units.is_none() {
            return Err(
                "a rule needs `variable`, `standard_name` or `units`; `default` is for all \
                 other variables"
                    .to_owned(),
            );
        }
        let trimmed = |texts: Texts| texts.0.iter().map(|text| text.trim().to_owned()).collect();
        Ok(Self {
            variable: variable.map(patterns).transpose()?,
            standard_name: standard_name.map(patterns).transpose()?,
            units: units.map(trimmed),
        })
    }

    /// Returns the match of a variable with its full name; `None` if it does not meet the
    /// conditions.
    pub(super) fn find(&self, variable: &VariableSchema, full_name: &str) -> Option<Match> {
        let attribute = |name: &str| variable.attributes.text(name).map(str::trim);
        if let Some(patterns) = &self.standard_name {
            let found = attribute("standard_name")?;
            patterns.iter().find(|pattern| pattern.matches(found))?;
        }
        if let Some(units) = &self.units {
            let found = attribute("units")?;
            units.iter().find(|text| *text == found)?;
        }
        let Some(patterns) = &self.variable else {
            return Some(Match::ByProperty);
        };
        let name = full_name.trim_start_matches('/');
        // A name with special characters cannot be told from a pattern.
        if patterns.iter().any(|pattern| pattern.as_str() == name) && Pattern::escape(name) == name
        {
            return Some(Match::ByName);
        }
        let mut patterns = patterns.iter();
        patterns
            .any(|pattern| pattern.matches(name))
            .then_some(Match::ByProperty)
    }
}

/// Parses names and patterns. The leading `/` of a name is optional.
fn patterns(texts: Texts) -> Result<Vec<Pattern>, String> {
    let parse = |text: &String| {
        let pattern = Pattern::new(text.trim_start_matches('/'));
        pattern.map_err(|error| format!("malformed pattern {text:?}: {error}"))
    };
    texts.0.iter().map(parse).collect()
}
