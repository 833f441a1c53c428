//! SZ3: prediction by interpolation or from neighbors, and entropy coding.

use ndarray::{Array3, ArrayView3};
use sz3::{CompressionAlgorithm, Config, DimensionedData, ErrorBound};

use super::axis_permutation::AxisPermutation;
use super::{Peer, PeerCodec};
use crate::Result;
use crate::fields::FieldData;

/// SZ3 (Liang et al., "SZ3: A Modular Framework for Composing Prediction-Based Error-Bounded Lossy
/// Compressors", IEEE Trans. Big Data 9, 2023) with an absolute bound.
pub(super) struct Sz3;

impl Peer for Sz3 {
    fn name(&self) -> String {
        "sz3".to_owned()
    }

    fn version(&self) -> String {
        env!("VERSION_SZ3").to_owned()
    }

    fn candidates(&self, field: &FieldData, _: f64) -> Result<Vec<Box<dyn PeerCodec>>> {
        let [frames, height, width] = field.shape();
        let mut all: Vec<Box<dyn PeerCodec>> = Vec::new();
        for algorithm in [
            Sz3Algorithm::InterpolationLorenzo,
            Sz3Algorithm::Interpolation,
            Sz3Algorithm::LorenzoRegression,
            Sz3Algorithm::AllLorenzoRegression,
        ] {
            for order in AxisPermutation::ALL {
                all.push(Box::new(Sz3Setting {
                    algorithm,
                    order,
                    dims: Sz3Dimensions::Three,
                }));
            }
            for dims in [
                Sz3Dimensions::Two([frames, height * width]),
                Sz3Dimensions::Two([frames * height, width]),
            ] {
                all.push(Box::new(Sz3Setting {
                    algorithm,
                    order: AxisPermutation::NATURAL,
                    dims,
                }));
            }
        }
        Ok(all)
    }
}

/// The predictor.
#[derive(Clone, Copy)]
enum Sz3Algorithm {
    /// The default of SZ3.
    InterpolationLorenzo,
    Interpolation,
    LorenzoRegression,
    /// Lorenzo predictors of first and second order, and regression.
    AllLorenzoRegression,
}

/// The dimensions of the array that is passed to SZ3.
#[derive(Clone, Copy)]
enum Sz3Dimensions {
    Three,
    /// Two dimensions: frames as rows, or the rows of all frames. Encoding uses only the second
    /// length.
    Two([usize; 2]),
}

/// A predictor with an axis order and dimensions.
struct Sz3Setting {
    algorithm: Sz3Algorithm,
    order: AxisPermutation,
    dims: Sz3Dimensions,
}

impl PeerCodec for Sz3Setting {
    fn setting(&self) -> String {
        let algorithm = match self.algorithm {
            Sz3Algorithm::InterpolationLorenzo => "interpolation + Lorenzo",
            Sz3Algorithm::Interpolation => "interpolation",
            Sz3Algorithm::LorenzoRegression => "Lorenzo + regression",
            Sz3Algorithm::AllLorenzoRegression => "Lorenzo 1, 2 + regression",
        };
        match self.dims {
            Sz3Dimensions::Three => format!("{algorithm}, {}", self.order.name()),
            Sz3Dimensions::Two([rows, columns]) => format!("{algorithm}, {rows}×{columns}"),
        }
    }

    fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Result<Vec<u8>> {
        let lengths = match self.dims {
            Sz3Dimensions::Three => self.order.shape(values.dim().into()).to_vec(),
            Sz3Dimensions::Two([_, columns]) => vec![values.len() / columns, columns],
        };
        let values = self.order.apply(values);
        let mut data = DimensionedData::<f32, _>::build(&values);
        for length in lengths {
            data = data.dim(length)?;
        }
        let algorithm = match self.algorithm {
            Sz3Algorithm::InterpolationLorenzo => CompressionAlgorithm::interpolation_lorenzo(),
            Sz3Algorithm::Interpolation => CompressionAlgorithm::interpolation(),
            Sz3Algorithm::LorenzoRegression => CompressionAlgorithm::lorenzo_regression(),
            Sz3Algorithm::AllLorenzoRegression => {
                CompressionAlgorithm::lorenzo_regression_custom(Some(true), Some(true), Some(true))
            }
        };
        let config = Config::new(ErrorBound::Absolute(request)).compression_algorithm(algorithm);
        Ok(sz3::compress_with_config(&data.finish()?, &config)?)
    }

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Result<Array3<f32>> {
        let (_, data) = sz3::decompress::<f32, _>(bytes)?;
        self.order.undo(data.into_data(), shape)
    }
}
