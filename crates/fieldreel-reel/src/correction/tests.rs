use ndarray::Array3;
use proptest::prelude::*;

use super::*;

/// Corrections of any spread: mostly 0, noise, or the whole range; with or without what else is known.
#[derive(Debug, Clone)]
struct Case {
    k: Array3<i64>,
    classes: Option<Array3<u8>>,
    base: Option<Array3<u16>>,
}

impl Case {
    fn known(&self) -> Known<'_> {
        Known {
            classes: self.classes.as_ref().map(|classes| classes.view()),
            base: self.base.as_ref().map(|base| base.view()),
        }
    }

    /// All methods' bytes.
    fn encoded(&self) -> Vec<Vec<u8>> {
        let k = self.k.view();
        let mut all = vec![prefixed(CONTEXT, context::encode(k, self.known()))];
        for in_turn in [false, true] {
            let body = tokens::encode_so(k, self.known(), in_turn);
            all.push(prefixed(TOKENS, body));
        }
        all.extend([Effort::Quick, Effort::Best].map(|effort| encode(k, self.known(), effort)));
        all
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let shape = (0_usize..5, 0_usize..40, 0_usize..40);
    (
        shape,
        any::<u32>(),
        0_u32..65,
        1_u32..20,
        any::<(bool, bool)>(),
    )
        .prop_map(|(shape, seed, bits, rare, (masked, based))| {
            let mut state = u64::from(seed);
            let mut next = move || {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                state ^ state >> 29
            };
            let classes =
                masked.then(|| Array3::from_shape_fn(shape, |_| u8::from(next() % 3 == 0)));
            let base = based.then(|| Array3::from_shape_fn(shape, |_| next() as u16));
            let mut k = Array3::from_shape_fn(shape, |_| {
                let wide = (next() as i64).checked_shr(64 - bits).unwrap_or(0);
                if next() % u64::from(rare) == 0 {
                    wide
                } else {
                    0
                }
            });
            if let Some(classes) = &classes {
                k.zip_mut_with(classes, |k, &class| *k *= i64::from(class == 0));
            }
            Case { k, classes, base }
        })
}

proptest! {
    #[test]
    fn corrections_come_back(case in cases()) {
        for bytes in case.encoded() {
            prop_assert_eq!(decode_all(&bytes, case.k.dim(), case.known()), Ok(case.k.clone()));
        }
    }

    #[test]
    fn damage_does_not_panic(case in cases(), at in any::<prop::sample::Index>(), bit in 0_u32..8) {
        for mut bytes in case.encoded() {
            for end in 0..bytes.len().min(40) {
                let _ = decode_all(&bytes[..end], case.k.dim(), case.known());
            }
            let at = at.index(bytes.len());
            bytes[at] ^= 1_u8 << bit;
            let _ = decode_all(&bytes, case.k.dim(), case.known());
        }
    }

    #[test]
    fn any_bytes_do_not_panic(mut bytes in prop::collection::vec(any::<u8>(), 1..200), method in 0_u8..3, case in cases()) {
        bytes[0] = method;
        let _ = decode_all(&bytes, case.k.dim(), case.known());
    }
}

fn wave() -> Case {
    let k = Array3::from_shape_fn((4, 19, 23), |(t, y, x)| {
        ((y as f64 * 0.9).sin() * (x as f64 * 0.7 + t as f64).cos() * 9.0) as i64
    });
    let base = k.mapv(|k| (2000 - k) as u16);
    Case {
        k,
        classes: None,
        base: Some(base),
    }
}

/// Values enough for weights and lanes.
fn many_values() -> Case {
    let k = Array3::from_shape_fn((9, 50, 61), |(t, y, x)| {
        let noise = ((t * 3050 + y * 61 + x) as i64 * 2_654_435_761) >> 9 & 63;
        let wave = (x as i64 % 16 - 8) * (y as i64 % 9 - 4) / 4 + t as i64;
        if x > 40 {
            wave * 40 + noise
        } else {
            wave + noise / 16
        }
    });
    let base = k.mapv(|k| (3000 - 3 * k) as u16);
    Case {
        k,
        classes: None,
        base: Some(base),
    }
}

#[test]
fn every_prefix_and_flipped_byte_is_survived() {
    let case = wave();
    for bytes in case.encoded() {
        for at in 0..bytes.len() {
            let _ = decode_all(&bytes[..at], case.k.dim(), case.known());
            for flip in [1, 2, 4, 8, 16, 32, 64, 128, 255] {
                let mut bytes = bytes.clone();
                bytes[at] ^= flip;
                let _ = decode_all(&bytes, case.k.dim(), case.known());
            }
        }
    }
}

#[test]
fn extremes_come_back() {
    let values = [
        i64::MIN,
        i64::MAX,
        i64::MIN + 1,
        -1,
        0,
        1,
        4095,
        4096,
        -4096,
        1 << 62,
    ];
    let k = Array3::from_shape_fn((2, 5, 7), |(t, y, x)| {
        values[(t * 35 + y * 7 + x) % values.len()]
    });
    let case = Case {
        k,
        classes: None,
        base: None,
    };
    for bytes in case.encoded() {
        assert_eq!(
            decode_all(&bytes, case.k.dim(), case.known()).as_ref(),
            Ok(&case.k)
        );
    }
}

#[test]
fn places_without_a_correction_are_0() {
    let k = Array3::from_elem((2, 9, 9), 7);
    let classes = Array3::from_shape_fn((2, 9, 9), |(_, y, _)| (y % 2) as u8);
    let expected = Array3::from_shape_fn((2, 9, 9), |(_, y, _)| if y % 2 == 0 { 7 } else { 0 });
    let case = Case {
        k,
        classes: Some(classes),
        base: None,
    };
    for bytes in case.encoded() {
        assert_eq!(
            decode_all(&bytes, case.k.dim(), case.known()).as_ref(),
            Ok(&expected)
        );
    }
}

/// Values enough for lanes, on which the places between that are left out are not counted.
#[test]
fn many_values_with_coasts_come_back() {
    let mut case = many_values();
    let classes = Array3::from_shape_fn(case.k.dim(), |(t, y, x)| {
        u8::from((y * y + x * x + 40 * (t / 3)) / 90 % 5 == 0)
    });
    case.k
        .zip_mut_with(&classes, |k, &class| *k *= i64::from(class == 0));
    case.classes = Some(classes);
    for bytes in case.encoded() {
        let back = decode_all(&bytes, case.k.dim(), case.known());
        assert_eq!(back, Ok(case.k.clone()));
    }
}

#[test]
fn no_correction_takes_next_to_no_bytes() {
    let k = Array3::zeros((50, 40, 40));
    for (effort, length) in [(Effort::Best, 1), (Effort::Quick, 2)] {
        assert_eq!(encode(k.view(), Known::default(), effort).len(), length);
    }
}

#[test]
fn nothing_is_said_of_nothing() {
    for shape in [(0, 0, 0), (0, 5, 5), (5, 0, 5), (5, 5, 0)] {
        let k = Array3::zeros(shape);
        for effort in [Effort::Quick, Effort::Best] {
            let bytes = encode(k.view(), Known::default(), effort);
            assert_eq!(decode_all(&bytes, shape, Known::default()), Ok(k.clone()));
        }
    }
}

#[test]
fn an_unknown_method_is_an_error() {
    assert_eq!(decode_all(&[2], (1, 1, 1), Known::default()), Err(Corrupt));
    assert_eq!(decode_all(&[], (1, 1, 1), Known::default()), Err(Corrupt));
}

/// What a stream means must never change.
#[test]
fn the_format_is_frozen() {
    let k = Array3::from_shape_fn((3, 9, 11), |(t, y, x)| {
        let k = ((t * 50 + y * 11 + x) as i64 * 2_654_435_761) >> 8 & 1023;
        if x + y < 9 {
            0
        } else {
            (k - 511) / (1 + x as i64 * 9)
        }
    });
    let base = Array3::from_shape_fn((3, 9, 11), |(t, y, x)| (t * 90 + y * y * 7 + x * 31) as u16);
    let classes = Array3::from_shape_fn((3, 9, 11), |(_, y, _)| u8::from(y == 8));
    let known = Known {
        classes: Some(classes.view()),
        base: Some(base.view()),
    };
    assert_eq!(context::encode(k.view(), known), FROZEN);
    assert_eq!(tokens::encode(k.view(), known), FROZEN_TOKENS);
}

const FROZEN: &[u8] = &[
    214, 136, 164, 26, 36, 202, 103, 185, 29, 38, 43, 217, 225, 248, 249, 123, 137, 131, 204, 15,
    47, 101, 201, 220, 79, 17, 56, 27, 164, 220, 103, 230, 130, 66, 71, 158, 71, 112, 93, 16, 220,
    212, 71, 236, 5, 167, 121, 255, 247, 152, 219, 215, 89, 6, 50, 175, 190, 85, 220, 156, 190,
    239, 235, 41, 16, 11, 89, 184, 65, 139, 60, 176, 9, 191, 22, 131, 104, 57, 22, 110, 251, 243,
    36, 13,
];

const FROZEN_TOKENS: &[u8] = &[
    17, 30, 146, 164, 29, 169, 24, 82, 172, 195, 215, 185, 252, 108, 122, 128, 233, 35, 11, 16,
    148, 80, 64, 176, 41, 145, 10, 19, 33, 0, 175, 126, 124, 0, 249, 255, 240, 60, 165, 75, 112,
    12, 171, 200, 84, 76, 26, 10, 9, 226, 132, 112, 128, 88, 205, 178, 5, 0, 236, 177, 113, 24,
    239, 175, 178, 62, 4, 222, 215, 223, 25, 84, 107, 82, 115, 152, 160, 242, 182, 151, 233, 79,
    136, 12, 166, 9, 93, 10, 186, 106, 236, 86, 142, 29, 40, 48, 22, 193, 135, 149, 143, 26, 237,
    187, 108, 207,
];

#[test]
fn the_format_of_many_values_is_frozen() {
    let case = many_values();
    for (in_turn, expected) in [(false, 6103620766362641184), (true, 17152619364955097623)] {
        let bytes = tokens::encode_so(case.k.view(), case.known(), in_turn);
        let found = twox_hash::XxHash64::oneshot(0, &bytes);
        assert_eq!((found, in_turn), (expected, in_turn), "{}", bytes.len());
    }
}

#[test]
fn more_time_is_taken_by_best_alone() {
    let case = many_values();
    let coded = |known, in_turn| prefixed(TOKENS, tokens::encode_so(case.k.view(), known, in_turn));
    let encode = |effort| encode(case.k.view(), case.known(), effort);
    let in_turn = coded(case.known(), true);
    assert!(in_turn.len() < coded(case.known(), false).len());
    assert!(encode(Effort::Best).len() <= in_turn.len());
    // A reader need not look at the base.
    let without_base = Known {
        base: None,
        ..case.known()
    };
    assert_eq!(encode(Effort::Quick), coded(without_base, false));
    let decoded = decode_all(&encode(Effort::Quick), case.k.dim(), without_base);
    assert!(decoded == Ok(case.k));
}
