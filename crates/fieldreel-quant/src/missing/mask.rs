use ndarray::{Array3, ArrayView3, ArrayViewMut3};

use super::{ValueClass, class_values, restore_class_values};
use crate::bytes::check_same_shape;
use crate::{Float, QuantError, traverse};

const VALID: u8 = ValueClass::Valid as u8;
const FILL: u8 = ValueClass::Fill as u8;

/// The [`ValueClass`] of every value of a field, in axis order (time, y, x).
///
/// ```
/// use fieldreel_quant::Mask;
/// use ndarray::array;
///
/// let values = array![[[1.5, f32::INFINITY, -999.0]]];
/// let mask = Mask::from_values(values.view(), Some(-999.0)).unwrap();
/// assert_eq!(mask.classes(), array![[[0_u8, 2, 4]]]);
///
/// let mut decoded = array![[[1.5, 0.0, 0.0]]];
/// mask.restore(decoded.view_mut(), Some(-999.0))?;
/// assert_eq!(decoded, values);
/// # Ok::<(), fieldreel_quant::QuantError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    classes: Array3<u8>,
}

impl Mask {
    /// Classifies the values of a field. Returns `None`, without allocating, if all are valid.
    ///
    /// A value is a fill value if it has the bits of `fill`: a fill value of 0.0 does not match
    /// −0.0. A fill value that is NaN or infinite has no effect, because every NaN is
    /// [`ValueClass::Nan`] and every infinity is [`ValueClass::PosInf`] or [`ValueClass::NegInf`].
    #[must_use]
    pub fn from_values<T: Float>(values: ArrayView3<'_, T>, fill: Option<T>) -> Option<Self> {
        // NaN compares unequal to every value, so the loops need not test if there is a fill
        // value.
        let fill = fill.filter(|fill| fill.is_finite()).unwrap_or(T::NAN);
        let any_missing = traverse::fold(
            values.view(),
            false,
            &|values: &[T]| {
                values
                    .iter()
                    .fold(false, |any, &x| any | is_missing(x, fill))
            },
            &|a, b| a | b,
        );
        if !any_missing {
            return None;
        }
        let mut classes = Array3::zeros(values.raw_dim());
        let classify_block = |values: &[T], classes: &mut [u8]| {
            for (&x, class) in values.iter().zip(classes) {
                *class = classify(x, fill);
            }
        };
        traverse::fill(
            values,
            classes.view_mut(),
            (),
            &classify_block,
            &|(), ()| (),
        );
        Some(Self { classes })
    }

    /// Creates a mask from the numbers of the classes, as read from a file.
    ///
    /// ```
    /// use fieldreel_quant::{Mask, QuantError};
    /// use ndarray::array;
    ///
    /// let mask = Mask::new(array![[[0, 3]]])?;
    /// assert!(mask.is_valid([0, 0, 0]) && !mask.is_valid([0, 0, 1]));
    /// assert_eq!(Mask::new(array![[[0, 9]]]), Err(QuantError::Class { class: 9 }));
    /// # Ok::<(), fieldreel_quant::QuantError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`QuantError::Class`] if a number is not the number of a [`ValueClass`].
    pub fn new(classes: Array3<u8>) -> Result<Self, QuantError> {
        let max_class = |classes: &[u8]| classes.iter().fold(VALID, |a, &b| a.max(b));
        let class = traverse::fold(classes.view(), VALID, &max_class, &u8::max);
        ValueClass::try_from(class)?;
        Ok(Self { classes })
    }

    /// Returns the classes as numbers, in axis order (time, y, x).
    #[must_use]
    pub fn classes(&self) -> ArrayView3<'_, u8> {
        self.classes.view()
    }

    /// Returns the classes as numbers, without a copy.
    #[must_use]
    pub fn into_classes(self) -> Array3<u8> {
        self.classes
    }

    /// Returns true if the value at `[time, y, x]` is valid, and false outside the field.
    #[must_use]
    pub fn is_valid(&self, position: [usize; 3]) -> bool {
        self.classes.get(position) == Some(&VALID)
    }

    /// Returns the number of valid values.
    #[must_use]
    pub fn count_valid(&self) -> usize {
        let count = |classes: &[u8]| classes.iter().filter(|class| **class == VALID).count();
        traverse::fold(self.classes(), 0, &count, &|a, b| a + b)
    }

    /// Writes the missing values back into `values`. Valid values are not changed.
    ///
    /// The missing values are the quiet NaN of positive sign and no payload, ±∞, and `fill`.
    ///
    /// # Errors
    ///
    /// - [`QuantError::Shape`] if the shape of `values` is not the shape of the mask;
    /// - [`QuantError::NoFill`] if the mask contains [`ValueClass::Fill`] and `fill` is `None`.
    pub fn restore<T: Float>(
        &self,
        values: ArrayViewMut3<'_, T>,
        fill: Option<T>,
    ) -> Result<(), QuantError> {
        check_same_shape(self.classes.shape(), values.shape())?;
        let class_bits =
            |classes: &[u8]| classes.iter().fold(0_u8, |bits, &class| bits | 1 << class);
        let class_bits = traverse::fold(self.classes(), 0, &class_bits, &|a, b| a | b);
        let class_values = class_values(class_bits, fill)?;
        let restore = |classes: &[u8], values: &mut [T]| {
            restore_class_values(classes, values, &class_values);
        };
        traverse::fill(self.classes(), values, (), &restore, &|(), ()| ());
        Ok(())
    }
}

/// Returns true if `x` is missing. `fill` is finite, or NaN if there is no fill value.
#[inline]
fn is_missing<T: Float>(x: T, fill: T) -> bool {
    !x.is_finite() | is_fill(x, fill)
}

/// Returns the number of the class of `x`.
///
/// The number is a sum over mutually exclusive conditions, because branches would not vectorize.
#[inline]
fn classify<T: Float>(x: T, fill: T) -> u8 {
    u8::from(x.partial_cmp(&x).is_none()) * ValueClass::Nan as u8
        + u8::from(x == T::INFINITY) * ValueClass::PosInf as u8
        + u8::from(x == T::NEG_INFINITY) * ValueClass::NegInf as u8
        + u8::from(is_fill(x, fill)) * FILL
}

/// Returns true if `x` has the bits of `fill`, which is finite, or NaN if there is no fill value.
#[inline]
fn is_fill<T: Float>(x: T, fill: T) -> bool {
    (x == fill) & (x.is_sign_negative() == fill.is_sign_negative())
}
