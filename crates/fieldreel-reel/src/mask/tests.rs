use ndarray::Array3;
use proptest::prelude::*;

use super::*;

/// Returns masks whose frames repeat, change a little, or are noise.
fn masks() -> impl Strategy<Value = Array3<u8>> {
    let shape = (0_usize..7, 0_usize..13, 0_usize..13);
    (shape, any::<u32>(), 1_u8..9, 1_usize..4).prop_map(|(shape, seed, classes, period)| {
        let mut state = seed;
        let mut next = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        let mut mask = Array3::from_shape_fn(shape, |(_, y, x)| {
            if (y + x) % 7 < 3 {
                0
            } else {
                next() as u8 % classes
            }
        });
        for t in period..shape.0 {
            let before = mask.index_axis(Axis(0), t - period).to_owned();
            mask.index_axis_mut(Axis(0), t).assign(&before);
            if let (0, Some(first)) = (next() % 3, mask.index_axis_mut(Axis(0), t).first_mut()) {
                *first ^= 1;
            }
        }
        mask.mapv(|class| class.min(MAX_CLASS))
    })
}

/// Returns a bit for each class that occurs, and the bit of class 0 in any case.
fn class_set(classes: &Array3<u8>) -> u8 {
    classes.fold(1, |all, &class| all | 1 << class)
}

proptest! {
    #[test]
    fn decoding_inverts_encoding(mask in masks()) {
        let bytes = encode(mask.view());
        let class_set = class_set(&mask);
        let classes = mask.clone();
        prop_assert_eq!(decode(&bytes, mask.dim()), Ok(DecodedMask { classes, class_set }));
    }

    #[test]
    fn decoding_damaged_bytes_does_not_panic(mask in masks(), at in any::<prop::sample::Index>(), bit in 0_u32..8) {
        let mut bytes = encode(mask.view());
        for end in 0..bytes.len() {
            let _ = decode(&bytes[..end], mask.dim());
        }
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] ^= 1_u8 << bit;
            let _ = decode(&bytes, mask.dim());
        }
    }

    #[test]
    fn decoding_any_bytes_does_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), t in 0_usize..6, y in 0_usize..9, x in 0_usize..9) {
        if let Ok(mask) = decode(&bytes, (t, y, x)) {
            prop_assert_eq!(mask.class_set, class_set(&mask.classes));
            prop_assert!(mask.classes.iter().all(|&class| class <= MAX_CLASS));
        }
    }
}

#[test]
fn decoding_with_any_byte_changed_does_not_panic() {
    let mask = Array3::from_shape_fn((9, 20, 21), |(t, y, x)| {
        u8::from((y * y + x * x) / 9 % 5 < 2) * (1 + (t / 3) as u8)
    });
    let bytes = encode(mask.view());
    for at in 0..bytes.len() {
        for flip in 1..=255 {
            let mut bytes = bytes.clone();
            bytes[at] ^= flip;
            let _ = decode(&bytes, mask.dim());
        }
    }
}

#[test]
fn a_constant_mask_costs_as_much_as_one_frame() {
    let frame = |y: usize, x: usize| u8::from(((y * y + x * 3) / 50).is_multiple_of(3));
    let one = Array3::from_shape_fn((1, 60, 60), |(_, y, x)| frame(y, x));
    let many = Array3::from_shape_fn((1000, 60, 60), |(_, y, x)| frame(y, x));
    let (one, many) = (encode(one.view()), encode(many.view()));
    assert!(many.len() <= one.len() + 6, "{} {}", one.len(), many.len());
}

#[test]
fn a_periodic_mask_costs_as_much_as_one_period() {
    let frame =
        |t: usize, y: usize, x: usize| u8::from(((y * y + x * 3 + t * 17) / 50).is_multiple_of(3));
    let one = Array3::from_shape_fn((7, 60, 60), |(t, y, x)| frame(t, y, x));
    let many = Array3::from_shape_fn((700, 60, 60), |(t, y, x)| frame(t % 7, y, x));
    let (one, many) = (encode(one.view()), encode(many.view()));
    assert!(many.len() <= one.len() + 8, "{} {}", one.len(), many.len());
}

/// This test would take hours if each run were scanned to its end.
#[test]
fn wide_rows_of_short_runs_decode_in_linear_time() {
    let mask = Array3::from_shape_fn((2, 1, 1 << 22), |(t, _, x)| {
        u8::from(t == 0 && x.is_multiple_of(3))
    });
    let bytes = encode(mask.view());
    let back = decode(&bytes, mask.dim()).unwrap();
    assert!(back.classes == mask);
}

#[test]
fn a_mask_of_valid_values_takes_no_bytes() {
    assert!(encode(Array3::zeros((500, 40, 40)).view()).is_empty());
}

/// The format must never change.
#[test]
fn the_format_is_frozen() {
    let mask = Array3::from_shape_fn((5, 7, 9), |(t, y, x)| {
        u8::from((y * y + x * x + t / 2 * 9) / 9 % 3 == 0) * (1 + (x / 5) as u8)
    });
    assert_eq!(encode(mask.view()), FROZEN);
}

const FROZEN: &[u8] = &[
    168, 34, 92, 22, 188, 169, 165, 42, 150, 117, 139, 24, 243, 49, 190, 157, 37, 97, 111, 81, 67,
    12, 125, 45, 34, 58, 202, 175, 241, 147, 216, 123, 22,
];
