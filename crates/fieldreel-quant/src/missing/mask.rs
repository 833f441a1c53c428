use ndarray::{Array3, ArrayView3, ArrayViewMut3};

use super::{Class, class_values, restore_class_values};
use crate::bytes::same_shape;
use crate::{Float, QuantError, traverse};

const VALID: u8 = Class::Valid as u8;
const FILL: u8 = Class::Fill as u8;

/// The [`Class`] of every value of a field, axis order (time, y, x).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    classes: Array3<u8>,
}

impl Mask {
    /// The classes of a field's values, or `None` if all of them are valid: then nothing was allocated.
    ///
    /// A value is the fill value if it has the same bits: a fill of 0.0 does not catch −0.0. A fill that is NaN or infinite
    /// makes no difference, as every NaN is [`Class::Nan`] and every infinity [`Class::PosInf`] or [`Class::NegInf`].
    #[must_use]
    pub fn of<T: Float>(values: ArrayView3<'_, T>, fill: Option<T>) -> Option<Self> {
        // NaN equals nothing, so the loops need not ask whether there is a fill value.
        let fill = fill.filter(|fill| fill.is_finite()).unwrap_or(T::NAN);
        let some_missing = traverse::fold(
            values.view(),
            false,
            &|values: &[T]| values.iter().fold(false, |any, &x| any | missing(x, fill)),
            &|a, b| a | b,
        );
        if !some_missing {
            return None;
        }
        let mut classes = Array3::zeros(values.raw_dim());
        let classify = |values: &[T], classes: &mut [u8]| {
            for (&x, class) in values.iter().zip(classes) {
                *class = classify(x, fill);
            }
        };
        traverse::fill(values, classes.view_mut(), (), &classify, &|(), ()| ());
        Some(Self { classes })
    }

    /// A mask read from a file.
    ///
    /// # Errors
    ///
    /// [`QuantError::Class`] if a number is no [`Class`].
    pub fn new(classes: Array3<u8>) -> Result<Self, QuantError> {
        let largest = |classes: &[u8]| classes.iter().fold(VALID, |a, &b| a.max(b));
        let class = traverse::fold(classes.view(), VALID, &largest, &u8::max);
        Class::try_from(class)?;
        Ok(Self { classes })
    }

    /// The classes as numbers, axis order (time, y, x).
    #[must_use]
    pub fn classes(&self) -> ArrayView3<'_, u8> {
        self.classes.view()
    }

    /// The classes as numbers, without a copy.
    #[must_use]
    pub fn into_classes(self) -> Array3<u8> {
        self.classes
    }

    /// Whether the value at `[time, y, x]` is valid; false outside the field.
    #[must_use]
    pub fn is_valid(&self, at: [usize; 3]) -> bool {
        self.classes.get(at) == Some(&VALID)
    }

    /// The number of valid values.
    #[must_use]
    pub fn count_valid(&self) -> usize {
        let count = |classes: &[u8]| classes.iter().filter(|class| **class == VALID).count();
        traverse::fold(self.classes(), 0, &count, &|a, b| a + b)
    }

    /// Writes what was missing back into `values`: the quiet NaN of positive sign and no payload, ±∞ and `fill`. Valid
    /// places are left as they are.
    ///
    /// # Errors
    ///
    /// - [`QuantError::Shape`] if `values` has not the shape of the mask;
    /// - [`QuantError::NoFill`] if the mask has places of [`Class::Fill`], and `fill` is `None`.
    pub fn restore<T: Float>(
        &self,
        values: ArrayViewMut3<'_, T>,
        fill: Option<T>,
    ) -> Result<(), QuantError> {
        same_shape(self.classes.shape(), values.shape())?;
        let kinds = |classes: &[u8]| classes.iter().fold(0_u8, |all, &class| all | 1 << class);
        let kinds = traverse::fold(self.classes(), 0, &kinds, &|a, b| a | b);
        let specials = class_values(kinds, fill)?;
        let restore =
            |classes: &[u8], values: &mut [T]| restore_class_values(classes, values, &specials);
        traverse::fill(self.classes(), values, (), &restore, &|(), ()| ());
        Ok(())
    }
}

/// Whether `x` is not valid; `fill` is finite, or NaN for none.
#[inline]
fn missing<T: Float>(x: T, fill: T) -> bool {
    !x.is_finite() | is_fill(x, fill)
}

/// The class of `x` as a number: a sum of conditions that exclude each other, as branches would not vectorize.
#[inline]
fn classify<T: Float>(x: T, fill: T) -> u8 {
    u8::from(x.partial_cmp(&x).is_none()) * Class::Nan as u8
        + u8::from(x == T::INFINITY) * Class::PosInf as u8
        + u8::from(x == T::NEG_INFINITY) * Class::NegInf as u8
        + u8::from(is_fill(x, fill)) * FILL
}

/// Whether `x` has the bits of `fill`, which is finite, or NaN for none.
#[inline]
fn is_fill<T: Float>(x: T, fill: T) -> bool {
    (x == fill) & (x.is_sign_negative() == fill.is_sign_negative())
}
