//! GRIB 2 with CCSDS packing, with one message for each frame, in memory.

use std::ffi::{CStr, c_int};
use std::ptr::{NonNull, null, null_mut};
use std::sync::{Mutex, PoisonError};

use eccodes_sys as ec;
use ndarray::{Array3, ArrayView3, Axis};

use super::{Peer, PeerCodec};
use crate::Result;
use crate::fields::FieldData;

/// The lock of ecCodes, which has global state.
static LOCK: Mutex<()> = Mutex::new(());
/// The maximum number of bits of a packed value.
const MAX_BITS: f64 = 32.0;
/// The maximum absolute decimal scale. With the binary scales, available steps are 5 % apart.
const MAX_DECIMAL_SCALE: i32 = 15;

/// The packing `grid_ccsds` of ecCodes: quantization with a step slightly less than twice the
/// bound, and libaec.
///
/// Missing values are filled in and the size of the mask is added, because GRIB's bitmap takes one
/// bit per value.
pub(super) struct GribCcsds;

impl Peer for GribCcsds {
    fn name(&self) -> String {
        "grib-ccsds".to_owned()
    }

    fn version(&self) -> String {
        // SAFETY: the function has no arguments and returns a constant.
        let number = unsafe { ec::codes_get_api_version() };
        let (major, minor, micro) = (number / 10_000, number / 100 % 100, number % 100);
        format!("ecCodes {major}.{minor}.{micro}")
    }

    fn candidates(&self, _: &FieldData, _: f64) -> Result<Vec<Box<dyn PeerCodec>>> {
        Ok(vec![Box::new(GribCcsds)])
    }
}

/// A quantization step of 2^binary / 10^decimal.
#[derive(Clone, Copy, Debug, PartialEq)]
struct GribStep {
    decimal: i32,
    binary: i32,
}

impl GribStep {
    /// Returns the largest step that is at most twice the bound.
    fn for_bound(bound: f64) -> Self {
        let of = |decimal: i32| Self {
            decimal,
            binary: (2.0 * bound * 10_f64.powi(decimal)).log2().floor() as i32,
        };
        let larger = |a: Self, b: Self| if b.size() > a.size() { b } else { a };
        (-MAX_DECIMAL_SCALE..=MAX_DECIMAL_SCALE)
            .map(of)
            .fold(of(0), larger)
    }

    /// Returns the step in the unit of the field.
    fn size(self) -> f64 {
        f64::from(self.binary).exp2() / 10_f64.powi(self.decimal)
    }

    /// Returns the bits per value for which ecCodes chooses the binary scale of this step.
    fn bits(self, range: f64) -> i64 {
        (range / self.size() + 1.0)
            .log2()
            .ceil()
            .clamp(0.0, MAX_BITS) as i64
    }
}

impl PeerCodec for GribCcsds {
    fn setting(&self) -> String {
        "1 message per frame".to_owned()
    }

    fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Result<Vec<u8>> {
        let _lock = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, height, width) = values.dim();
        let step = GribStep::for_bound(request);
        let power = 10_f64.powi(step.decimal);
        let mut bytes = Vec::new();
        for frame in values.axis_iter(Axis(0)) {
            // ecCodes 2.28 applies the decimal scale only in decoding. It is applied to the values
            // here, and set last.
            let frame: Vec<f64> = frame.iter().map(|&x| f64::from(x) * power).collect();
            let (min, max) = frame
                .iter()
                .fold((f64::MAX, f64::MIN), |(a, b), &x| (a.min(x), b.max(x)));
            let mut message = GribMessage::grib2()?;
            message.set(c"Ni", width as i64)?;
            message.set(c"Nj", height as i64)?;
            message.set_packing(c"grid_ccsds")?;
            message.set(c"bitsPerValue", step.bits((max - min) / power))?;
            message.set_values(&frame)?;
            message.set(c"decimalScaleFactor", step.decimal.into())?;
            bytes.extend_from_slice(message.bytes()?);
        }
        Ok(bytes)
    }

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Result<Array3<f32>> {
        let _lock = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
        let mut values = Vec::with_capacity(shape.iter().product());
        let mut rest = bytes;
        for _ in 0..shape[0] {
            let message = GribMessage::first(rest)?;
            let frame = message.values(shape[1] * shape[2])?;
            values.extend(frame.into_iter().map(|x| x as f32));
            rest = &rest[message.bytes()?.len().min(rest.len())..];
        }
        Ok(Array3::from_shape_vec(shape, values)?)
    }
}

/// A GRIB message of ecCodes.
struct GribMessage(NonNull<ec::codes_handle>);

impl GribMessage {
    /// Creates a GRIB 2 message.
    fn grib2() -> Result<Self> {
        // SAFETY: a null context is the default one, and the name is NUL-terminated.
        let handle =
            unsafe { ec::codes_grib_handle_new_from_samples(null_mut(), c"GRIB2".as_ptr()) };
        Self::from_handle(handle)
    }

    /// Reads the first message of `bytes`.
    fn first(bytes: &[u8]) -> Result<Self> {
        // SAFETY: a null context is the default one; ecCodes copies at most the given number of
        // bytes.
        let handle = unsafe {
            ec::codes_handle_new_from_message_copy(null_mut(), bytes.as_ptr().cast(), bytes.len())
        };
        Self::from_handle(handle)
    }

    /// Takes ownership of a handle. Returns an error if it is null.
    fn from_handle(handle: *mut ec::codes_handle) -> Result<Self> {
        let handle = NonNull::new(handle).ok_or("ecCodes cannot create a message")?;
        Ok(Self(handle))
    }

    /// Sets a key to an integer.
    fn set(&mut self, key: &CStr, value: i64) -> Result<()> {
        // SAFETY: the handle is live and the key NUL-terminated.
        check(key, unsafe {
            ec::codes_set_long(self.0.as_ptr(), key.as_ptr(), value)
        })
    }

    /// Sets the packing of the values.
    fn set_packing(&mut self, packing: &CStr) -> Result<()> {
        let (key, mut length) = (c"packingType", packing.count_bytes());
        // SAFETY: the handle is live, and key and value are NUL-terminated.
        check(key, unsafe {
            ec::codes_set_string(
                self.0.as_ptr(),
                key.as_ptr(),
                packing.as_ptr(),
                &raw mut length,
            )
        })
    }

    /// Packs the values.
    fn set_values(&mut self, values: &[f64]) -> Result<()> {
        let key = c"values";
        // SAFETY: the handle is live, the key NUL-terminated, and the slice has the given length.
        check(key, unsafe {
            ec::codes_set_double_array(self.0.as_ptr(), key.as_ptr(), values.as_ptr(), values.len())
        })
    }

    /// Unpacks the values. Returns an error if their number is not `length`.
    fn values(&self, length: usize) -> Result<Vec<f64>> {
        let key = c"values";
        let mut values = vec![0.0; length];
        let mut count = length;
        // SAFETY: the handle is live, the key NUL-terminated, and the length of the buffer is
        // `count`, which ecCodes does not exceed.
        check(key, unsafe {
            ec::codes_get_double_array(
                self.0.as_ptr(),
                key.as_ptr(),
                values.as_mut_ptr(),
                &raw mut count,
            )
        })?;
        if count == length {
            Ok(values)
        } else {
            Err(format!("the message has {count} values instead of {length}").into())
        }
    }

    /// Returns the bytes of the message.
    fn bytes(&self) -> Result<&[u8]> {
        let (mut data, mut length) = (null(), 0);
        // SAFETY: the handle is live and both pointers are valid.
        check(c"message", unsafe {
            ec::codes_get_message(self.0.as_ptr(), &raw mut data, &raw mut length)
        })?;
        if data.is_null() {
            return Ok(&[]);
        }
        // SAFETY: ecCodes returns `length` bytes that are valid until the handle is modified or
        // deleted, which borrowing `self` excludes.
        Ok(unsafe { std::slice::from_raw_parts(data.cast(), length) })
    }
}

impl Drop for GribMessage {
    fn drop(&mut self) {
        // SAFETY: the handle is live and not used after this.
        unsafe { ec::codes_handle_delete(self.0.as_ptr()) };
    }
}

/// Converts an error code of ecCodes to a message.
fn check(key: &CStr, code: c_int) -> Result<()> {
    if code == 0 {
        return Ok(());
    }
    // SAFETY: ecCodes returns a static NUL-terminated string for any code.
    let text = unsafe { CStr::from_ptr(ec::codes_get_error_message(code)) };
    let (key, text) = (key.to_string_lossy(), text.to_string_lossy());
    Err(format!("ecCodes, {key}: {text}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_slightly_less_than_twice_the_bound() {
        for bound in [3.3, 0.37, 0.0044, 1.7e-5, 250.0] {
            let fraction = GribStep::for_bound(bound).size() / (2.0 * bound);
            assert!((0.95..=1.0).contains(&fraction), "{bound}: {fraction}");
        }
    }

    #[test]
    fn errors_are_at_most_half_the_step() {
        let values = Array3::from_shape_fn((2, 20, 30), |(t, y, x)| {
            280.0 + ((t + x) as f32 / 3.0).sin() * 9.0 + y as f32
        });
        let bytes = GribCcsds.encode(values.view(), 0.0037).unwrap();
        let back = GribCcsds.decode(&bytes, [2, 20, 30]).unwrap();
        let errors = values.iter().zip(&back).map(|(x, y)| (x - y).abs());
        let worst = f64::from(errors.fold(0.0, f32::max));
        let step = GribStep::for_bound(0.0037).size();
        assert!(worst > 0.45 * step && worst < 0.51 * step, "{worst} {step}");
        assert!(GribCcsds.decode(&bytes[..100], [2, 20, 30]).is_err());
    }
}
