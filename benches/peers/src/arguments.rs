//! The command line.

use std::path::PathBuf;

use clap::Parser;
use fieldreel::Effort;

use crate::Result;
use crate::fields::FieldSource;
use crate::jobs::{LOSSLESS, RowTarget};
use crate::peers::{self, Peer};

/// Compares fieldreel with other compressors on the same fields at the same error bounds
#[derive(Parser)]
pub(crate) struct Arguments {
    /// The fields, by name, separated by commas [default: all fields whose files exist]
    #[arg(long, value_name = "a,b,…", value_delimiter = ',')]
    fields: Vec<String>,
    /// The error bounds, as parts of the range; `lossless` for identical bits, `modes` for the
    /// largest errors of the nine modes
    #[arg(
        long,
        value_name = "1e-1,…",
        value_delimiter = ',',
        default_value = "1e-1,3e-2,1e-2,1e-3,1e-4,lossless,modes"
    )]
    bounds: Vec<String>,
    /// The peers, by name, separated by commas; `none` for fieldreel alone [default: all]
    #[arg(long, value_name = "x,y,…", value_delimiter = ',')]
    peers: Vec<String>,
    /// The efforts of fieldreel; `none` for the peers alone
    #[arg(
        long,
        value_name = "fast,…",
        value_delimiter = ',',
        default_value = "fast,balanced,best"
    )]
    efforts: Vec<String>,
    /// The folder for the tables and the figures
    #[arg(long, value_name = "DIR", default_value = "docs/benchmarks")]
    pub(crate) out: PathBuf,
    /// Keep the rows of DIR/peers.json that were measured with the same versions, and measure the
    /// others
    #[arg(long)]
    pub(crate) resume: bool,
    /// Write the tables into this document as well, between its `peers` marks
    #[arg(long, value_name = "FILE")]
    pub(crate) docs: Option<PathBuf>,
    /// Instead, compress integers, packed data, cells and stations, and write the table into
    /// DIR/integers.md and into the document of --docs, between its `integers` marks
    #[arg(long)]
    pub(crate) integers: bool,
    /// Instead, print the time of fieldreel relative to libavcodec and x265 for its base layers,
    /// in one thread
    #[arg(long)]
    pub(crate) beside_base: bool,
    /// Instead, write each field into DIR as NAME.T.Y.X.f32: little-endian single precision, axis
    /// order (time, y, x), with NaN for missing values
    #[arg(long, value_name = "DIR", conflicts_with_all = ["beside_base", "integers"])]
    pub(crate) dump: Option<PathBuf>,
}

impl Arguments {
    /// Returns the fields of `--fields`.
    pub(crate) fn sources(&self) -> Result<Vec<FieldSource>> {
        select("field", &self.fields, FieldSource::all(), |source| {
            source.name()
        })
    }

    /// Returns the targets of `--bounds`.
    pub(crate) fn targets(&self) -> Result<Vec<RowTarget>> {
        let mut targets = Vec::new();
        for text in &self.bounds {
            match text.parse::<f64>() {
                _ if text == "modes" => targets.extend(RowTarget::modes()),
                _ if text == LOSSLESS => targets.push(RowTarget::Lossless),
                Ok(part) if part > 0.0 && part < 1.0 => targets.push(RowTarget::Relative(part)),
                _ => {
                    return Err(format!(
                        "invalid bound {text:?}: use a number between 0 and 1, `lossless` or `modes`"
                    )
                    .into());
                }
            }
        }
        Ok(targets)
    }

    /// Returns the efforts of `--efforts`.
    pub(crate) fn efforts(&self) -> Result<Vec<Effort>> {
        let efforts = [Effort::Fast, Effort::Balanced, Effort::Best];
        select("effort", &self.efforts, efforts.into(), |effort| {
            effort.to_string().to_lowercase()
        })
    }

    /// Returns fieldreel at each effort of `--efforts`, followed by the peers of `--peers`.
    pub(crate) fn peers(&self) -> Result<Vec<Box<dyn Peer>>> {
        let efforts = self.efforts()?;
        let is_not_built = |name| peers::FEATURES.contains(&(name, false));
        if let Some(name) = self.peers.iter().find(|name| is_not_built(name.as_str())) {
            return Err(format!(
                "{name} is not built in: it needs the feature {name:?} of fieldreel-peers"
            )
            .into());
        }
        let mut all = peers::fieldreel_peers(&efforts);
        all.extend(select("peer", &self.peers, peers::other_peers(), |peer| {
            peer.name()
        })?);
        Ok(all)
    }
}

/// Returns the items whose names are in `names`, in the order of `all`.
///
/// Returns all items if `names` is empty, and none if it is `none`.
fn select<T>(
    kind: &str,
    names: &[String],
    all: Vec<T>,
    name: impl Fn(&T) -> String,
) -> Result<Vec<T>> {
    if names.is_empty() {
        return Ok(all);
    }
    if names == ["none"] {
        return Ok(Vec::new());
    }
    let known: Vec<String> = all.iter().map(&name).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        let known = known.join(", ");
        return Err(format!("unknown {kind} {unknown:?}: use one of {known}").into());
    }
    Ok(all
        .into_iter()
        .filter(|one| names.contains(&name(one)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peers(names: &str) -> Result<Vec<String>> {
        let arguments = ["fieldreel-peers", "--efforts", "none", "--peers", names];
        let peers = Arguments::try_parse_from(arguments)?.peers()?;
        Ok(peers.iter().map(|peer| peer.name()).collect())
    }

    #[test]
    fn a_peer_that_is_not_built_names_its_feature() {
        for (name, is_built) in peers::FEATURES {
            match peers(name) {
                Ok(names) => assert!(is_built && names == [name], "{names:?}"),
                Err(error) => {
                    let feature = format!("needs the feature {name:?}");
                    assert!(!is_built && error.to_string().contains(&feature), "{error}");
                }
            }
        }
        assert_eq!(peers("bitround-pco").unwrap(), ["bitround-pco"]);
        assert!(peers("none").unwrap().is_empty());
        let error = peers("gzip").unwrap_err().to_string();
        assert!(error.starts_with("unknown peer \"gzip\": use one of "));
    }

    #[test]
    fn bounds_are_parts_of_a_range_or_names() {
        let targets = |bounds| {
            let arguments = ["fieldreel-peers", "--bounds", bounds];
            Arguments::try_parse_from(arguments).unwrap().targets()
        };
        let found = targets("1e-2,lossless,modes").unwrap();
        assert_eq!(found[..2], [RowTarget::Relative(1e-2), RowTarget::Lossless]);
        assert_eq!(found.len(), 11);
        assert!(targets("2").is_err() && targets("0").is_err() && targets("x").is_err());
    }
}
