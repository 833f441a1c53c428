//! SZ3: prediction by interpolation or from neighbors, then entropy coding.

use ndarray::{Array3, ArrayView3};
use sz3::{CompressionAlgorithm, Config, DimensionedData, ErrorBound};

use super::order::Order;
use super::{Codec, Peer};
use crate::Outcome;
use crate::fields::FieldData;

/// Liang et al., "SZ3: A Modular Framework for Composing Prediction-Based Error-Bounded Lossy
/// Compressors", IEEE Trans. Big Data 9 (2023). Absolute bound.
pub(super) struct Sz3;

impl Peer for Sz3 {
    fn name(&self) -> String {
        "sz3".to_owned()
    }

    fn version(&self) -> String {
        env!("VERSION_SZ3").to_owned()
    }

    fn candidates(&self, field: &FieldData, _: f64) -> Outcome<Vec<Box<dyn Codec>>> {
        let [frames, height, width] = field.shape();
        let mut all: Vec<Box<dyn Codec>> = Vec::new();
        for algorithm in [
            Algorithm::InterpolationLorenzo,
            Algorithm::Interpolation,
            Algorithm::LorenzoRegression,
            Algorithm::AllLorenzoRegression,
        ] {
            for order in Order::ALL {
                all.push(Box::new(Setting {
                    algorithm,
                    order,
                    dims: Dims::Three,
                }));
            }
            for dims in [
                Dims::Two([frames, height * width]),
                Dims::Two([frames * height, width]),
            ] {
                all.push(Box::new(Setting {
                    algorithm,
                    order: Order::NATURAL,
                    dims,
                }));
            }
        }
        Ok(all)
    }
}

/// The predictor of values.
#[derive(Clone, Copy)]
enum Algorithm {
    /// The default.
    InterpolationLorenzo,
    Interpolation,
    LorenzoRegression,
    /// With Lorenzo's second order too.
    AllLorenzoRegression,
}

/// Dimensions that SZ3 is told of.
#[derive(Clone, Copy)]
enum Dims {
    Three,
    /// Frames as rows, or rows of all frames below each other. The second length matters only in
    /// the name.
    Two([usize; 2]),
}

/// A prediction, in an order of the axes.
struct Setting {
    algorithm: Algorithm,
    order: Order,
    dims: Dims,
}

impl Codec for Setting {
    fn setting(&self) -> String {
        let algorithm = match self.algorithm {
            Algorithm::InterpolationLorenzo => "interpolation + Lorenzo",
            Algorithm::Interpolation => "interpolation",
            Algorithm::LorenzoRegression => "Lorenzo + regression",
            Algorithm::AllLorenzoRegression => "Lorenzo 1, 2 + regression",
        };
        match self.dims {
            Dims::Three => format!("{algorithm}, {}", self.order.name()),
            Dims::Two([rows, columns]) => format!("{algorithm}, {rows}×{columns}"),
        }
    }

    fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Outcome<Vec<u8>> {
        let lengths = match self.dims {
            Dims::Three => self.order.shape(values.dim().into()).to_vec(),
            Dims::Two([_, columns]) => vec![values.len() / columns, columns],
        };
        let values = self.order.apply(values);
        let mut data = DimensionedData::<f32, _>::build(&values);
        for length in lengths {
            data = data.dim(length)?;
        }
        let algorithm = match self.algorithm {
            Algorithm::InterpolationLorenzo => CompressionAlgorithm::interpolation_lorenzo(),
            Algorithm::Interpolation => CompressionAlgorithm::interpolation(),
            Algorithm::LorenzoRegression => CompressionAlgorithm::lorenzo_regression(),
            Algorithm::AllLorenzoRegression => {
                CompressionAlgorithm::lorenzo_regression_custom(Some(true), Some(true), Some(true))
            }
        };
        let config = Config::new(ErrorBound::Absolute(request)).compression_algorithm(algorithm);
        Ok(sz3::compress_with_config(&data.finish()?, &config)?)
    }

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Outcome<Array3<f32>> {
        let (_, data) = sz3::decompress::<f32, _>(bytes)?;
        self.order.undo(data.into_data(), shape)
    }
}
