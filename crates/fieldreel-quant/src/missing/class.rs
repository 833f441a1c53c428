use crate::QuantError;

/// The class of a value in a [`Mask`](crate::Mask): valid, or a kind of missing value.
///
/// The numbers of the classes are part of file formats and never change.
///
/// ```
/// use fieldreel_quant::ValueClass;
///
/// assert_eq!(ValueClass::Fill as u8, 4);
/// assert_eq!(ValueClass::try_from(2)?, ValueClass::PosInf);
/// # Ok::<(), fieldreel_quant::QuantError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ValueClass {
    /// A finite value other than the fill value.
    Valid = 0,
    /// NaN of any sign and payload.
    Nan = 1,
    /// +∞.
    PosInf = 2,
    /// −∞.
    NegInf = 3,
    /// The field's fill value.
    Fill = 4,
}

impl TryFrom<u8> for ValueClass {
    type Error = QuantError;

    /// Returns the class with a number. The inverse of `as u8`.
    ///
    /// # Errors
    ///
    /// [`QuantError::Class`] if `class` is above 4.
    fn try_from(class: u8) -> Result<Self, QuantError> {
        match class {
            0 => Ok(Self::Valid),
            1 => Ok(Self::Nan),
            2 => Ok(Self::PosInf),
            3 => Ok(Self::NegInf),
            4 => Ok(Self::Fill),
            _ => Err(QuantError::Class { class }),
        }
    }
}
