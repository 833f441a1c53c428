//! Packed variables (CF 1.12, section 8.1).

use fieldreel_core::Dtype;
use fieldreel_formats::dataset::VariableSchema;
use fieldreel_reel::{Criterion, ErrorBound};

/// The packing of a variable: an unpacked value is `stored · scale + offset`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ScaleOffset {
    pub(super) scale: f64,
    pub(super) offset: f64,
    /// True if stored values are integers.
    pub(super) is_integer: bool,
}

impl ScaleOffset {
    /// Returns the packing that the attributes of a variable describe; `None` if it has no
    /// `scale_factor`, or if the scale or the offset is unusable.
    pub(super) fn from_variable(variable: &VariableSchema) -> Option<Self> {
        let scale = variable.attributes.number("scale_factor")?;
        let offset = match variable.attributes.get("add_offset") {
            Some(offset) => offset.as_number()?,
            None => 0.0,
        };
        let is_valid = scale.is_normal() && offset.is_finite();
        let is_integer = !variable.kind.is_float();
        is_valid.then_some(Self {
            scale,
            offset,
            is_integer,
        })
    }

    /// Returns the criterion for stored values that satisfies a criterion for unpacked values. An
    /// absolute bound of stored integers is an integer.
    ///
    /// Returns `None` for a pointwise-relative bound if the packing has an offset.
    pub(super) fn to_stored(self, criterion: Criterion) -> Option<Criterion> {
        match criterion {
            Criterion::Bound(ErrorBound::Absolute(epsilon)) => {
                let scale = self.scale.abs();
                let stored = match self.is_integer {
                    true => (epsilon / scale).floor(),
                    false => epsilon / scale,
                };
                // The quotient may be rounded up.
                let is_too_large = stored * scale > epsilon;
                Some(Criterion::from(ErrorBound::Absolute(
                    match (is_too_large, self.is_integer) {
                        (false, _) => stored,
                        (true, true) => stored - 1.0,
                        (true, false) => stored.next_down(),
                    },
                )))
            }
            Criterion::Bound(ErrorBound::PointwiseRelative(_)) if self.offset != 0.0 => None,
            // Scaling does not change the other criteria.
            _ => Some(criterion),
        }
    }

    /// Returns the limits of stored values for limits of unpacked values, smallest first.
    pub(super) fn to_stored_limits(self, [min, max]: [f64; 2]) -> [f64; 2] {
        let stored = |limit: f64| (limit - self.offset) / self.scale;
        match self.scale > 0.0 {
            true => [stored(min), stored(max)],
            false => [stored(max), stored(min)],
        }
    }
}

/// Returns the element type of a variable; `None` if it is not numeric. Signed integers are
/// unsigned if the attribute `_Unsigned` is true (NetCDF Users Guide, appendix A).
pub(super) fn logical_dtype(variable: &VariableSchema) -> Option<Dtype> {
    let is_unsigned = variable.attributes.text("_Unsigned");
    let is_unsigned = is_unsigned.is_some_and(|text| text.eq_ignore_ascii_case("true"));
    variable.kind.dtype().map(|dtype| match dtype {
        Dtype::I8 if is_unsigned => Dtype::U8,
        Dtype::I16 if is_unsigned => Dtype::U16,
        Dtype::I32 if is_unsigned => Dtype::U32,
        Dtype::I64 if is_unsigned => Dtype::U64,
        dtype => dtype,
    })
}

#[cfg(test)]
mod tests {
    use fieldreel_formats::Attributes;
    use fieldreel_formats::dataset::VariableType;

    use super::*;

    fn variable(kind: VariableType, attributes: Attributes) -> VariableSchema {
        VariableSchema::new("v", kind, &[]).with_attributes(attributes)
    }

    #[test]
    fn bounds_and_limits_are_converted_to_stored_values() {
        let mut attributes = Attributes::new();
        assert_eq!(
            ScaleOffset::from_variable(&variable(VariableType::I16, attributes.clone())),
            None
        );
        attributes.insert("scale_factor", -0.5_f32);
        attributes.insert("add_offset", 100.0);
        let packing =
            ScaleOffset::from_variable(&variable(VariableType::I16, attributes.clone())).unwrap();
        assert_eq!(
            packing.to_stored(ErrorBound::Absolute(2.2).into()),
            Some(ErrorBound::Absolute(4.0).into())
        );
        assert_eq!(
            packing.to_stored(ErrorBound::RangeRelative(0.1).into()),
            Some(ErrorBound::RangeRelative(0.1).into())
        );
        assert_eq!(
            packing.to_stored(ErrorBound::PointwiseRelative(0.1).into()),
            None
        );
        assert_eq!(packing.to_stored_limits([90.0, 110.0]), [-20.0, 20.0]);
        attributes.insert("scale_factor", 0.0);
        assert_eq!(
            ScaleOffset::from_variable(&variable(VariableType::I16, attributes)),
            None
        );
    }

    #[test]
    fn an_attribute_marks_integers_as_unsigned() {
        let mut attributes = Attributes::new();
        assert_eq!(
            logical_dtype(&variable(VariableType::I8, attributes.clone())),
            Some(Dtype::I8)
        );
        attributes.insert("_Unsigned", "true");
        assert_eq!(
            logical_dtype(&variable(VariableType::I8, attributes.clone())),
            Some(Dtype::U8)
        );
        assert_eq!(
            logical_dtype(&variable(VariableType::F32, attributes.clone())),
            Some(Dtype::F32)
        );
        assert_eq!(
            logical_dtype(&variable(VariableType::Text, attributes)),
            None
        );
    }
}
