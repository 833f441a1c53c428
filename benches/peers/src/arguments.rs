//! The command line.

use std::path::PathBuf;

use clap::Parser;
use fieldreel::Effort;

use crate::Outcome;
use crate::fields::Source;
use crate::jobs::{LOSSLESS, Target};
use crate::peers::{self, Peer};

/// Compresses fields with fieldreel and with other compressors, and compares.
#[derive(Parser)]
pub(crate) struct Arguments {
    /// Which fields, by name and separated by commas [default: all whose files are there]
    #[arg(long, value_name = "a,b,…", value_delimiter = ',')]
    fields: Vec<String>,
    /// Which error bounds, as parts of the range; `lossless` for none, `modes` for the largest errors of
    /// the nine modes
    #[arg(
        long,
        value_name = "1e-1,…",
        value_delimiter = ',',
        default_value = "1e-1,3e-2,1e-2,1e-3,1e-4,lossless,modes"
    )]
    bounds: Vec<String>,
    /// Which peers, by name and separated by commas; `none` for fieldreel alone [default: all]
    #[arg(long, value_name = "x,y,…", value_delimiter = ',')]
    peers: Vec<String>,
    /// Which efforts of fieldreel; `none` for the peers alone
    #[arg(
        long,
        value_name = "fast,…",
        value_delimiter = ',',
        default_value = "fast,balanced,best"
    )]
    efforts: Vec<String>,
    /// Where the tables and the figures go
    #[arg(long, value_name = "DIR", default_value = "docs/benchmarks")]
    pub(crate) out: PathBuf,
    /// Keep the rows of DIR/peers.json that were measured with the same versions
    #[arg(long)]
    pub(crate) resume: bool,
    /// Write the tables also into this document, between its `peers` marks
    #[arg(long, value_name = "FILE")]
    pub(crate) docs: Option<PathBuf>,
    /// Instead, compress integers, packed data, cells and stations, and write the table into DIR/integers.md, and into the document of
    /// --docs between its `integers` marks
    #[arg(long)]
    pub(crate) integers: bool,
    /// Instead, print how long fieldreel takes beside libavcodec and x265 for its base layers, in one thread
    #[arg(long)]
    pub(crate) beside_base: bool,
    /// Instead, write each field into DIR as NAME.T.Y.X.f32: little-endian single precision, axis order
    /// (time, y, x), NaN where a value is missing
    #[arg(long, value_name = "DIR", conflicts_with_all = ["beside_base", "integers"])]
    pub(crate) dump: Option<PathBuf>,
}

impl Arguments {
    /// The fields that were asked for.
    pub(crate) fn sources(&self) -> Outcome<Vec<Source>> {
        pick("field", &self.fields, Source::all(), |source| source.name())
    }

    /// The bounds that were asked for.
    pub(crate) fn targets(&self) -> Outcome<Vec<Target>> {
        let mut targets = Vec::new();
        for text in &self.bounds {
            match text.parse::<f64>() {
                _ if text == "modes" => targets.extend(Target::modes()),
                _ if text == LOSSLESS => targets.push(Target::Lossless),
                Ok(part) if part > 0.0 && part < 1.0 => targets.push(Target::Relative(part)),
                _ => {
                    return Err(format!("{text:?} is no part of a range between 0 and 1").into());
                }
            }
        }
        Ok(targets)
    }

    /// The efforts that were asked for.
    pub(crate) fn efforts(&self) -> Outcome<Vec<Effort>> {
        let efforts = [Effort::Fast, Effort::Balanced, Effort::Best];
        pick("effort", &self.efforts, efforts.into(), |effort| {
            effort.to_string().to_lowercase()
        })
    }

    /// fieldreel at each effort that was asked for, and the peers.
    pub(crate) fn peers(&self) -> Outcome<Vec<Box<dyn Peer>>> {
        let efforts = self.efforts()?;
        let is_left_out = |name| peers::FEATURES.contains(&(name, false));
        if let Some(name) = self.peers.iter().find(|name| is_left_out(name.as_str())) {
            return Err(format!(
                "{name} is not built in: it needs the feature {name:?} of fieldreel-peers"
            )
            .into());
        }
        let mut all = peers::fieldreel(&efforts);
        all.extend(pick("peer", &self.peers, peers::others(), |peer| {
            peer.name()
        })?);
        Ok(all)
    }
}

/// Those of `all` whose names were given, in the order of `all`; all of them if no name was.
fn pick<T>(
    what: &str,
    names: &[String],
    all: Vec<T>,
    name: impl Fn(&T) -> String,
) -> Outcome<Vec<T>> {
    if names.is_empty() {
        return Ok(all);
    }
    if names == ["none"] {
        return Ok(Vec::new());
    }
    let known: Vec<String> = all.iter().map(&name).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        let known = known.join(", ");
        return Err(format!("there is no {what} {unknown:?}: there are {known}").into());
    }
    Ok(all
        .into_iter()
        .filter(|one| names.contains(&name(one)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peers(names: &str) -> Outcome<Vec<String>> {
        let arguments = ["fieldreel-peers", "--efforts", "none", "--peers", names];
        let peers = Arguments::try_parse_from(arguments)?.peers()?;
        Ok(peers.iter().map(|peer| peer.name()).collect())
    }

    #[test]
    fn a_peer_is_there_or_its_feature_is_named() {
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
        assert!(error.starts_with("there is no peer \"gzip\": there are "));
    }

    #[test]
    fn bounds_are_parts_of_a_range_or_names() {
        let targets = |bounds| {
            let arguments = ["fieldreel-peers", "--bounds", bounds];
            Arguments::try_parse_from(arguments).unwrap().targets()
        };
        let found = targets("1e-2,lossless,modes").unwrap();
        assert_eq!(found[..2], [Target::Relative(1e-2), Target::Lossless]);
        assert_eq!(found.len(), 11);
        assert!(targets("2").is_err() && targets("0").is_err() && targets("x").is_err());
    }
}
