//! GRIB 2 with CCSDS packing: a message for each frame, in memory.

use std::ffi::{CStr, c_int};
use std::ptr::{NonNull, null, null_mut};
use std::sync::{Mutex, PoisonError};

use eccodes_sys as ec;
use ndarray::{Array3, ArrayView3, Axis};

use super::{Codec, Peer};
use crate::Outcome;
use crate::fields::FieldData;

/// ecCodes keeps global state.
static LOCK: Mutex<()> = Mutex::new(());
/// The most bits of a packed value.
const MOST_BITS: f64 = 32.0;
/// Powers of ten that are tried: with those of two they make steps 5 % apart.
const DECIMALS: i32 = 15;

/// `grid_ccsds` through ecCodes: integers of a step that is just under twice the bound, packed by
/// libaec. GRIB's own bitmap takes a bit a value: the field is filled in and the mask charged instead.
pub(super) struct GribCcsds;

impl Peer for GribCcsds {
    fn name(&self) -> String {
        "grib-ccsds".to_owned()
    }

    fn version(&self) -> String {
        // SAFETY: a constant of the library.
        let number = unsafe { ec::codes_get_api_version() };
        let (major, minor, micro) = (number / 10_000, number / 100 % 100, number % 100);
        format!("ecCodes {major}.{minor}.{micro}")
    }

    fn candidates(&self, _: &FieldData, _: f64) -> Outcome<Vec<Box<dyn Codec>>> {
        Ok(vec![Box::new(GribCcsds)])
    }
}

/// A step of 2^binary / 10^decimal.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    decimal: i32,
    binary: i32,
}

impl Step {
    /// The largest that is no more than twice the bound.
    fn within(bound: f64) -> Self {
        let of = |decimal: i32| Self {
            decimal,
            binary: (2.0 * bound * 10_f64.powi(decimal)).log2().floor() as i32,
        };
        let larger = |a: Self, b: Self| if b.size() > a.size() { b } else { a };
        (-DECIMALS..=DECIMALS).map(of).fold(of(0), larger)
    }

    /// In the unit of the field.
    fn size(self) -> f64 {
        f64::from(self.binary).exp2() / 10_f64.powi(self.decimal)
    }

    /// The bits with which ecCodes, which chooses the binary part by itself, arrives at this step.
    fn bits(self, range: f64) -> i64 {
        (range / self.size() + 1.0)
            .log2()
            .ceil()
            .clamp(0.0, MOST_BITS) as i64
    }
}

impl Codec for GribCcsds {
    fn setting(&self) -> String {
        "a message a frame".to_owned()
    }

    fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Outcome<Vec<u8>> {
        let _lock = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, height, width) = values.dim();
        let step = Step::within(request);
        let power = 10_f64.powi(step.decimal);
        let mut bytes = Vec::new();
        for frame in values.axis_iter(Axis(0)) {
            // ecCodes 2.28 obeys the decimal scale in decoding only: it is applied here, and said last.
            let frame: Vec<f64> = frame.iter().map(|&x| f64::from(x) * power).collect();
            let (min, max) = frame
                .iter()
                .fold((f64::MAX, f64::MIN), |(a, b), &x| (a.min(x), b.max(x)));
            let mut message = Message::grib2()?;
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

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Outcome<Array3<f32>> {
        let _lock = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
        let mut values = Vec::with_capacity(shape.iter().product());
        let mut rest = bytes;
        for _ in 0..shape[0] {
            let message = Message::first(rest)?;
            let frame = message.values(shape[1] * shape[2])?;
            values.extend(frame.into_iter().map(|x| x as f32));
            rest = &rest[message.bytes()?.len().min(rest.len())..];
        }
        Ok(Array3::from_shape_vec(shape, values)?)
    }
}

/// A message of ecCodes.
struct Message(NonNull<ec::codes_handle>);

impl Message {
    /// A new GRIB 2 message.
    fn grib2() -> Outcome<Self> {
        // SAFETY: a null context is the default one, and the name is NUL-terminated.
        let handle =
            unsafe { ec::codes_grib_handle_new_from_samples(null_mut(), c"GRIB2".as_ptr()) };
        Self::own(handle)
    }

    /// The first message of some bytes.
    fn first(bytes: &[u8]) -> Outcome<Self> {
        // SAFETY: a null context is the default one; ecCodes copies the bytes, no more than there are.
        let handle = unsafe {
            ec::codes_handle_new_from_message_copy(null_mut(), bytes.as_ptr().cast(), bytes.len())
        };
        Self::own(handle)
    }

    /// Takes a handle, which may be null.
    fn own(handle: *mut ec::codes_handle) -> Outcome<Self> {
        let handle = NonNull::new(handle).ok_or("ecCodes gives no message")?;
        Ok(Self(handle))
    }

    /// Sets a key to a number.
    fn set(&mut self, key: &CStr, value: i64) -> Outcome<()> {
        // SAFETY: the handle is live and the key NUL-terminated.
        check(key, unsafe {
            ec::codes_set_long(self.0.as_ptr(), key.as_ptr(), value)
        })
    }

    /// Sets how values are packed.
    fn set_packing(&mut self, packing: &CStr) -> Outcome<()> {
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

    /// Packs values.
    fn set_values(&mut self, values: &[f64]) -> Outcome<()> {
        let key = c"values";
        // SAFETY: the handle is live, the key NUL-terminated, and the slice as long as it says.
        check(key, unsafe {
            ec::codes_set_double_array(self.0.as_ptr(), key.as_ptr(), values.as_ptr(), values.len())
        })
    }

    /// As many values as are expected.
    fn values(&self, length: usize) -> Outcome<Vec<f64>> {
        let key = c"values";
        let mut values = vec![0.0; length];
        let mut found = length;
        // SAFETY: the handle is live, the key NUL-terminated, and the buffer as long as `found`
        // says, which ecCodes does not exceed.
        check(key, unsafe {
            ec::codes_get_double_array(
                self.0.as_ptr(),
                key.as_ptr(),
                values.as_mut_ptr(),
                &raw mut found,
            )
        })?;
        if found == length {
            Ok(values)
        } else {
            Err("a message of another size".into())
        }
    }

    /// The whole message.
    fn bytes(&self) -> Outcome<&[u8]> {
        let (mut data, mut length) = (null(), 0);
        // SAFETY: the handle is live and both places valid.
        check(c"message", unsafe {
            ec::codes_get_message(self.0.as_ptr(), &raw mut data, &raw mut length)
        })?;
        if data.is_null() {
            return Ok(&[]);
        }
        // SAFETY: ecCodes gives `length` bytes that live until the handle changes or dies, which
        // borrowing `self` excludes.
        Ok(unsafe { std::slice::from_raw_parts(data.cast(), length) })
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        // SAFETY: the handle is live and not used after this.
        unsafe { ec::codes_handle_delete(self.0.as_ptr()) };
    }
}

/// An error of ecCodes in words.
fn check(key: &CStr, code: c_int) -> Outcome<()> {
    if code == 0 {
        return Ok(());
    }
    // SAFETY: ecCodes gives a static NUL-terminated string for any code.
    let text = unsafe { CStr::from_ptr(ec::codes_get_error_message(code)) };
    let (key, text) = (key.to_string_lossy(), text.to_string_lossy());
    Err(format!("ecCodes, {key}: {text}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_just_under_twice_the_bound() {
        for bound in [3.3, 0.37, 0.0044, 1.7e-5, 250.0] {
            let share = Step::within(bound).size() / (2.0 * bound);
            assert!((0.95..=1.0).contains(&share), "{bound}: {share}");
        }
    }

    #[test]
    fn the_step_is_that_of_the_bits() {
        let values = Array3::from_shape_fn((2, 20, 30), |(t, y, x)| {
            280.0 + ((t + x) as f32 / 3.0).sin() * 9.0 + y as f32
        });
        let bytes = GribCcsds.encode(values.view(), 0.0037).unwrap();
        let back = GribCcsds.decode(&bytes, [2, 20, 30]).unwrap();
        let errors = values.iter().zip(&back).map(|(x, y)| (x - y).abs());
        let worst = f64::from(errors.fold(0.0, f32::max));
        let step = Step::within(0.0037).size();
        assert!(worst > 0.45 * step && worst < 0.51 * step, "{worst} {step}");
        assert!(GribCcsds.decode(&bytes[..100], [2, 20, 30]).is_err());
    }
}
