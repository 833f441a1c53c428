//! Decompression of a whole file.

use super::Decompress;
use crate::error::Result;
use crate::input::FileFormat;

#[cfg(not(feature = "dataset"))]
impl Decompress {
    pub(super) fn decompress_dataset(&self, _: FileFormat) -> Result {
        let path = self.input.display().to_string();
        Err(crate::error::missing_feature(&path, "dataset"))
    }
}

#[cfg(feature = "dataset")]
impl Decompress {
    pub(super) fn decompress_dataset(&self, output: FileFormat) -> Result {
        use fieldreel::dataset::{DatasetOptions, decompress_dataset};

        use crate::error::about_file;
        use crate::output::{dataset_table, progress};

        if output == FileFormat::Grib {
            return self.convert_to_grib();
        }
        let bar = progress::bytes(&self.printing)?;
        let options = DatasetOptions::lossless().with_progress(progress::dataset_updater(&bar));
        let summary = decompress_dataset(&self.input, &self.output, &options);
        let summary = summary.map_err(|error| about_file(&self.input, &self.output, &error))?;
        bar.finish_and_clear();
        dataset_table::print(&self.printing, &summary)
    }

    #[cfg(not(feature = "grib"))]
    fn convert_to_grib(&self) -> Result {
        let path = self.output.display().to_string();
        Err(crate::error::missing_feature(&path, "grib"))
    }

    #[cfg(feature = "grib")]
    fn convert_to_grib(&self) -> Result {
        use fieldreel::dataset::to_grib;
        use fieldreel::formats::GribOptions;

        #[derive(serde::Serialize)]
        struct Messages<'a> {
            messages: usize,
            written: &'a [String],
            left_out: &'a [String],
        }

        let options = GribOptions::default().with_bits_per_value(self.bits);
        let summary = to_grib(&self.input, &self.output, &options)?;
        let result = Messages {
            messages: summary.messages,
            written: &summary.written,
            left_out: &summary.left_out,
        };
        self.printing.print(None, &result, |result| {
            let mut text = format!(
                "{} messages of {}\n",
                result.messages,
                result.written.join(", ")
            );
            if !result.left_out.is_empty() {
                let names = result.left_out.join(", ");
                text += &format!("left out, because they are not on a grid: {names}\n");
            }
            text
        })
    }
}
