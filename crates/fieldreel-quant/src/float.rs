use std::fmt::{Debug, Display};

use crate::{Dtype, QuantError};

/// The values of a field: `f32` or `f64`, and no other type.
pub trait Float:
    sealed::Element + Default + PartialOrd + Debug + Display + Send + Sync + 'static
{
    /// The type's name in metadata.
    const DTYPE: Dtype;

    /// The same value as an `f64`; exact for both types.
    fn to_f64(self) -> f64;

    /// The shortest decimal text from which [`from_text`](Self::from_text) gives back the same bits: `273.15`, `-0.0`,
    /// `1e-45`. (NaN and infinities have a text too, which `from_text` refuses.)
    fn to_text(self) -> String {
        // `Debug` is `Display` (shortest round trip) with an exponent where digits would pile up.
        format!("{self:?}")
    }

    /// The value nearest to a decimal number, such as `-12`, `0.5` or `1e-05`.
    ///
    /// # Errors
    ///
    /// [`QuantError::Parse`] if `text` is no number, or stands for NaN, an infinity, or a number beyond the finite
    /// values of the type.
    fn from_text(text: &str) -> Result<Self, QuantError>;
}

/// Seals [`Float`], and holds the few operations in which the two types differ.
pub(crate) mod sealed {
    /// What loops and bounds need of an element type. Scaling is explained at
    /// [`Quantiser`](crate::Quantiser#arithmetic).
    pub trait Element: Copy {
        const INFINITY: Self;
        const NEG_INFINITY: Self;
        /// The quiet NaN of positive sign and no payload: `NAN` of the standard library does not promise its bits.
        const NAN: Self;

        fn is_finite(self) -> bool;
        fn is_sign_negative(self) -> bool;
        fn negated(self) -> Self;

        /// The gap to the next value of the type away from −∞: exact.
        fn gap_above(self) -> f64;
        /// The gap to the next value of the type towards −∞: exact.
        fn gap_below(self) -> f64;

        /// `self · scale` in `f64`.
        fn widen(self, scale: f64) -> f64;
        /// `level · unscale + post`, rounded to the type.
        fn narrow(level: f64, unscale: f64, post: f64) -> Self;
    }
}

/// What is the same text for both types.
macro_rules! common {
    ($type:ty) => {
        const INFINITY: Self = <$type>::INFINITY;
        const NEG_INFINITY: Self = <$type>::NEG_INFINITY;

        #[inline]
        fn is_finite(self) -> bool {
            self.is_finite()
        }

        #[inline]
        fn is_sign_negative(self) -> bool {
            self.is_sign_negative()
        }

        fn negated(self) -> Self {
            -self
        }

        fn gap_above(self) -> f64 {
            f64::from(self.next_up()) - f64::from(self)
        }

        fn gap_below(self) -> f64 {
            f64::from(self) - f64::from(self.next_down())
        }
    };
}

impl sealed::Element for f32 {
    common!(f32);

    const NAN: Self = Self::from_bits(0x7fc0_0000);

    // Every difference of two `f32` is far inside the range of `f64`: there is nothing to scale.
    #[inline]
    fn widen(self, _scale: f64) -> f64 {
        f64::from(self)
    }

    #[inline]
    fn narrow(level: f64, _unscale: f64, _post: f64) -> Self {
        level as f32
    }
}

impl sealed::Element for f64 {
    common!(f64);

    const NAN: Self = Self::from_bits(0x7ff8_0000_0000_0000);

    #[inline]
    fn widen(self, scale: f64) -> f64 {
        self * scale
    }

    #[inline]
    fn narrow(level: f64, unscale: f64, post: f64) -> Self {
        level * unscale + post
    }
}

impl Float for f32 {
    const DTYPE: Dtype = Dtype::F32;

    fn to_f64(self) -> f64 {
        f64::from(self)
    }

    fn from_text(text: &str) -> Result<Self, QuantError> {
        text.parse()
            .ok()
            .filter(|x: &Self| x.is_finite())
            .ok_or_else(|| QuantError::Parse {
                expected: "a finite f32",
                text: text.to_owned(),
            })
    }
}

impl Float for f64 {
    const DTYPE: Dtype = Dtype::F64;

    fn to_f64(self) -> f64 {
        self
    }

    fn from_text(text: &str) -> Result<Self, QuantError> {
        text.parse()
            .ok()
            .filter(|x: &Self| x.is_finite())
            .ok_or_else(|| QuantError::Parse {
                expected: "a finite f64",
                text: text.to_owned(),
            })
    }
}
