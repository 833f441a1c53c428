//! Tests of parsing and writing parameters.

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
    let fill_value = prop::option::of(prop_oneof![
        (-1e30_f64..1e30).prop_map(Scalar::from),
        any::<i64>().prop_map(Scalar::from),
        any::<u64>().prop_map(Scalar::from),
    ]);
    (criterion, effort, base, codec, fill_value).prop_map(
        |(criterion, effort, base, codec, fill_value)| {
            WriteParameters {
                criterion,
                effort,
                base,
                // Parameters for a prediction do not state a codec.
                codec: match base {
                    BaseChoice::Prediction => CodecChoice::Any,
                    _ => codec,
                },
                fill_value,
            }
        },
    )
}

proptest! {
    #[test]
    fn parameters_round_trip(
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
        let fill_value = write.fill_value.map(|fill| Scalar::Float(fill.to_f64()));
        let expected = WriteParameters { fill_value, ..write };
        prop_assert_eq!(WriteParameters::parse(&write.to_values()).unwrap(), expected);
    }

    #[test]
    fn parsing_any_numbers_does_not_panic(values in prop::collection::vec(any::<u32>(), 0..23)) {
        let _ = WriteParameters::parse(&values);
        let _ = Parameters::parse(&values);
        let mut values = values;
        if let Some(first) = values.first_mut() {
            *first = STORED_FORM_MARKER;
        }
        values.resize(STORED_COUNT, 3);
        let _ = Parameters::parse(&values);
    }
}

#[test]
fn the_double_that_nccopy_writes_is_the_number_of_the_bound() {
    // 0.01 as two numbers, with the lower half first.
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
fn write_parameters_end_after_the_base_layer_or_the_fill_value() {
    let parsed = WriteParameters::parse(&[5, 0, 0, 2, 3]).unwrap();
    assert_eq!(parsed.effort, Effort::Best);
    assert_eq!(
        (parsed.base, parsed.fill_value),
        (BaseChoice::Prediction, None)
    );
    // −99.9, as nccopy writes it.
    let parsed = WriteParameters::parse(&[5, 0, 0, 1, 0, 0x9999_999a, 0xc058_f999]).unwrap();
    assert_eq!(parsed.fill_value, Some(Scalar::Float(-99.9)));
    for invalid in [
        &[][..],
        &[0],
        &[0, 1],
        &[6, 0, 0],
        &[5, 0, 0, 3],
        &[5, 0, 0, 1, 7],
        &[5, 0, 0, 1, 0, 0],
        &[5, 0, 0, 1, 0, 0, 0, 0],
    ] {
        assert!(WriteParameters::parse(invalid).is_err(), "{invalid:?}");
    }
}

#[test]
fn invalid_chunk_dimensions_are_errors() {
    let with_dimensions = |dimensions: &[usize]| Parameters {
        write: WriteParameters::parse(&[5]).unwrap(),
        chunk_type: ChunkType {
            dtype: Dtype::F32,
            is_big_endian: false,
        },
        dimensions: dimensions.to_vec(),
    };
    assert_eq!(
        with_dimensions(&[3, 1, 2, 5, 7]).shape().unwrap(),
        [6, 5, 7]
    );
    assert_eq!(with_dimensions(&[5, 7]).shape().unwrap(), [1, 5, 7]);
    assert_eq!(with_dimensions(&[7]).shape().unwrap(), [1, 1, 7]);
    for invalid in [
        &[][..],
        &[1; 9],
        &[4, 0, 4],
        &[0, usize::MAX, usize::MAX],
        &[1 << 15, 1 << 15],
        &[usize::MAX, usize::MAX],
    ] {
        assert!(
            matches!(
                with_dimensions(invalid).shape(),
                Err(FilterError::Dataset { .. })
            ),
            "{invalid:?}"
        );
    }
    assert!(with_dimensions(&[(1 << 15) - 1, 1 << 15]).shape().is_ok());
}
