//! Resolution of rules for the variables and the dimensions of a file.

use fieldreel::formats::dataset::Schema;

use super::matcher::Match;
use super::{Rules, Settings, VariableBound};

impl Rules {
    /// Returns the settings for a file with this schema.
    ///
    /// ```
    /// use fieldreel::ErrorBound;
    /// use fieldreel::formats::Attributes;
    /// use fieldreel::formats::dataset::{GroupSchema, Schema, VariableSchema, VariableType};
    /// use fieldreel_archive::Rules;
    ///
    /// let mut schema = Schema::default();
    /// schema.groups.push(GroupSchema::default());
    /// schema.variables.push(
    ///     VariableSchema::new("t2m", VariableType::F32, &[])
    ///         .with_attributes(Attributes::from([("units", "K")])),
    /// );
    /// let rules = Rules::parse("[[rules]]\nunits = 'K'\nbound = 'abs:0.01'", "bounds.toml")?;
    /// let settings = rules.resolve(&schema);
    /// assert_eq!(settings.variables["t2m"].bound, ErrorBound::Absolute(0.01).into());
    /// # Ok::<(), fieldreel_archive::ArchiveError>(())
    /// ```
    #[must_use]
    pub fn resolve(&self, schema: &Schema) -> Settings {
        self.resolve_and_mark(schema, &mut [])
    }

    /// Returns the settings for a file with this schema, and marks the rules that match one of its
    /// variables.
    pub(crate) fn resolve_and_mark(&self, schema: &Schema, matched: &mut [bool]) -> Settings {
        let file = &self.file;
        let has_dimension = |name: &str| schema.dimensions.iter().any(|found| found.name == name);
        let chunks = file.chunks.iter();
        let chunks = chunks.filter(|(name, _)| has_dimension(name));
        let variables = schema.variables.iter().filter_map(|variable| {
            let name = schema.full_name(variable);
            let mut bound = None;
            for (number, rule) in file.rules.iter().enumerate() {
                let rule = rule.get_ref();
                if let Some(found) = rule.matcher.find(variable, &name) {
                    bound = Some(VariableBound::new(rule.bound, found == Match::ByName));
                    if let Some(mark) = matched.get_mut(number) {
                        *mark = true;
                    }
                }
            }
            Some((name, bound?))
        });
        Settings {
            format: file.format,
            default: file.default,
            effort: file.effort,
            idempotent: file.idempotent,
            portable: file.portable,
            lossless_packed: file.lossless_packed,
            chunks: chunks
                .map(|(name, length)| (name.clone(), length.get()))
                .collect(),
            variables: variables.collect(),
        }
    }
}
