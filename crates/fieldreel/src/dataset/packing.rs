//! Variables whose stored numbers stand for others (CF 1.12, section 8.1).

use fieldreel_core::Dtype;
use fieldreel_formats::dataset::VariableSchema;
use fieldreel_reel::{Criterion, ErrorBound};

/// The numbers that stored ones stand for: `stored · scale + offset`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Packing {
    pub(super) scale: f64,
    pub(super) offset: f64,
    /// True if stored numbers are integers.
    pub(super) is_integer: bool,
}

impl Packing {
    /// Returns the packing that a variable's attributes state; `None` if it has no `scale_factor`, or one that is no factor.
    pub(super) fn of(variable: &VariableSchema) -> Option<Self> {
        let scale = variable.attributes.number("scale_factor")?;
        let offset = match variable.attributes.get("add_offset") {
            Some(offset) => offset.as_number()?,
            None => 0.0,
        };
        let is_factor = scale.is_normal() && offset.is_finite();
        let is_integer = !variable.kind.is_float();
        is_factor.then_some(Self {
            scale,
            offset,
            is_integer,
        })
    }

    /// Returns a bound of unpacked numbers for stored ones: of integers a whole one. `None` if there is none: a part of a magnitude
    /// that an offset has a share of.
    pub(super) fn stored(&self, criterion: Criterion) -> Option<Criterion> {
        match criterion {
            Criterion::Bound(ErrorBound::Absolute(epsilon)) => {
                let scale = self.scale.abs();
                let stored = match self.is_integer {
                    true => (epsilon / scale).floor(),
                    false => epsilon / scale,
                };
                // The quotient may have been rounded up.
                let is_over = stored * scale > epsilon;
                Some(Criterion::from(ErrorBound::Absolute(
                    match (is_over, self.is_integer) {
                        (false, _) => stored,
                        (true, true) => stored - 1.0,
                        (true, false) => stored.next_down(),
                    },
                )))
            }
            Criterion::Bound(ErrorBound::PointwiseRelative(_)) if self.offset != 0.0 => None,
            // A factor and an offset change nothing of these.
            _ => Some(criterion),
        }
    }

    /// Returns the unpacked numbers of two limits of stored ones, or the other way around.
    pub(super) fn stored_limits(&self, [min, max]: [f64; 2]) -> [f64; 2] {
        let stored = |limit: f64| (limit - self.offset) / self.scale;
        match self.scale > 0.0 {
            true => [stored(min), stored(max)],
            false => [stored(max), stored(min)],
        }
    }
}

/// Returns the type of a variable's numbers as they are meant; `None` if it has none. The attribute `_Unsigned` says of signed
/// integers that they are not (NetCDF Users Guide, appendix A).
pub(super) fn meant_type(variable: &VariableSchema) -> Option<Dtype> {
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
        VariableSchema {
            name: "v".to_owned(),
            group: 0,
            kind,
            is_big_endian: false,
            dimensions: Vec::new(),
            attributes,
        }
    }

    #[test]
    fn bounds_and_limits_are_those_of_stored_numbers() {
        let mut attributes = Attributes::new();
        assert_eq!(
            Packing::of(&variable(VariableType::I16, attributes.clone())),
            None
        );
        attributes.insert("scale_factor", -0.5_f32);
        attributes.insert("add_offset", 100.0);
        let packing = Packing::of(&variable(VariableType::I16, attributes.clone())).unwrap();
        assert_eq!(
            packing.stored(ErrorBound::Absolute(2.2).into()),
            Some(ErrorBound::Absolute(4.0).into())
        );
        assert_eq!(
            packing.stored(ErrorBound::RangeRelative(0.1).into()),
            Some(ErrorBound::RangeRelative(0.1).into())
        );
        assert_eq!(
            packing.stored(ErrorBound::PointwiseRelative(0.1).into()),
            None
        );
        assert_eq!(packing.stored_limits([90.0, 110.0]), [-20.0, 20.0]);
        attributes.insert("scale_factor", 0.0);
        assert_eq!(Packing::of(&variable(VariableType::I16, attributes)), None);
    }

    #[test]
    fn unsigned_numbers_are_told_by_an_attribute() {
        let mut attributes = Attributes::new();
        assert_eq!(
            meant_type(&variable(VariableType::I8, attributes.clone())),
            Some(Dtype::I8)
        );
        attributes.insert("_Unsigned", "true");
        assert_eq!(
            meant_type(&variable(VariableType::I8, attributes.clone())),
            Some(Dtype::U8)
        );
        assert_eq!(
            meant_type(&variable(VariableType::F32, attributes.clone())),
            Some(Dtype::F32)
        );
        assert_eq!(meant_type(&variable(VariableType::Text, attributes)), None);
    }
}
