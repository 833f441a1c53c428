//! Parameters there and back.

use proptest::prelude::*;

use super::*;

fn write_parameters() -> impl Strategy<Value = WriteParameters> {
    let criterion = prop_oneof![
        any::<f64>().prop_map(|number| Criterion::from(ErrorBound::Absolute(number))),
        any::<f64>().prop_map(|number| Criterion::from(ErrorBound::RangeRelative(number))),
        any::<f64>().prop_map(|number| Criterion::from(ErrorBound::PointwiseRelative(number))),
        any::<f64>().prop_map(|number| Criterion::from(Target::Psnr(number))),
        any::<f64>().prop_map(|number| Criterion::from(Target::Ratio(number))),
        Just(ErrorBound::Lossless.into()),
    ];
    let effort = prop_oneof![
        Just(Effort::Fast),
        Just(Effort::Balanced),
        Just(Effort::Best)
    ];
    let codec = prop::sample::select(&CodecChoice::ALL[..]);
    let base = prop::sample::select(&BaseChoice::ALL[..]);
    let fill = prop::option::of(prop_oneof![
        (-1e30_f64..1e30).prop_map(Scalar::from),
        any::<i64>().prop_map(Scalar::from),
        any::<u64>().prop_map(Scalar::from),
    ]);
    (criterion, effort, base, codec, fill).prop_map(|(criterion, effort, base, codec, fill)| {
        WriteParameters {
            criterion,
            effort,
            base,
            // Without a video, nothing is said of its codec.
            codec: match base {
                BaseChoice::Prediction => CodecChoice::Any,
                _ => codec,
            },
            fill,
        }
    })
}

proptest! {
    #[test]
    fn parameters_come_back(
        write in write_parameters(),
        dtype in prop::sample::select(Dtype::ALL.to_vec()),
        is_big_endian: bool,
        dimensions in prop::collection::vec(1_usize..13, 1..9),
    ) {
        let chunk_type = ChunkType { dtype, is_big_endian };
        let parameters = Parameters { write, chunk_type, dimensions };
        let values = parameters.to_values().unwrap();
        prop_assert!(Parameters::is_stored_form(&values));
        prop_assert_eq!(Parameters::parse(&values).unwrap(), parameters);
        let fill = write.fill.map(|fill| Scalar::Float(fill.to_f64()));
        let given = WriteParameters { fill, ..write };
        prop_assert_eq!(WriteParameters::parse(&write.to_values()).unwrap(), given);
    }

    #[test]
    fn any_numbers_are_parameters_or_an_error(values in prop::collection::vec(any::<u32>(), 0..23)) {
        let _ = WriteParameters::parse(&values);
        let _ = Parameters::parse(&values);
        let mut values = values;
        if let Some(first) = values.first_mut() {
            *first = WHOLE;
        }
        values.resize(COUNT, 3);
        let _ = Parameters::parse(&values);
    }
}

#[test]
fn a_double_of_nccopy_is_a_bound() {
    // 0.01 as two numbers, the lower half first.
    let values = [0, 0x47ae_147b, 0x3f84_7ae1];
    let parsed = WriteParameters::parse(&values).unwrap();
    assert_eq!(parsed.criterion, ErrorBound::Absolute(0.01).into());
    assert_eq!(parsed.effort, Effort::Balanced);
    assert_eq!(
        (parsed.base, parsed.codec),
        (BaseChoice::Auto, CodecChoice::Any)
    );
    assert_eq!(
        WriteParameters::parse(&[5]).unwrap().criterion,
        ErrorBound::Lossless.into()
    );
}

#[test]
fn what_a_user_gives_ends_after_the_base_or_the_fill_value() {
    let parsed = WriteParameters::parse(&[5, 0, 0, 2, 3]).unwrap();
    assert_eq!(parsed.effort, Effort::Best);
    assert_eq!((parsed.base, parsed.fill), (BaseChoice::Prediction, None));
    // −99.9, as nccopy writes it.
    let parsed = WriteParameters::parse(&[5, 0, 0, 1, 0, 0x9999_999a, 0xc058_f999]).unwrap();
    assert_eq!(parsed.fill, Some(Scalar::Float(-99.9)));
    for wrong in [
        &[][..],
        &[0],
        &[0, 1],
        &[6, 0, 0],
        &[5, 0, 0, 3],
        &[5, 0, 0, 1, 7],
        &[5, 0, 0, 1, 0, 0],
        &[5, 0, 0, 1, 0, 0, 0, 0],
    ] {
        assert!(WriteParameters::parse(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn chunks_that_hdf5_cannot_have_are_refused() {
    let of = |dimensions: &[usize]| Parameters {
        write: WriteParameters::parse(&[5]).unwrap(),
        chunk_type: ChunkType {
            dtype: Dtype::F32,
            is_big_endian: false,
        },
        dimensions: dimensions.to_vec(),
    };
    assert_eq!(of(&[3, 1, 2, 5, 7]).shape().unwrap(), [6, 5, 7]);
    assert_eq!(of(&[5, 7]).shape().unwrap(), [1, 5, 7]);
    assert_eq!(of(&[7]).shape().unwrap(), [1, 1, 7]);
    for wrong in [
        &[][..],
        &[1; 9],
        &[4, 0, 4],
        &[0, usize::MAX, usize::MAX],
        &[1 << 15, 1 << 15],
        &[usize::MAX, usize::MAX],
    ] {
        assert!(
            matches!(of(wrong).shape(), Err(FilterError::Dataset { .. })),
            "{wrong:?}"
        );
    }
    assert!(of(&[(1 << 15) - 1, 1 << 15]).shape().is_ok());
}
