//! Colors of the figures.

/// An sRGB color.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rgb(pub(crate) u8, pub(crate) u8, pub(crate) u8);

/// The colors of all elements except the maps.
///
/// The colors of the series are from the palette of Okabe and Ito ("Color Universal Design",
/// 2008), which is distinguishable with any color vision.
pub(crate) mod palette {
    use super::Rgb;

    pub(crate) const INK: Rgb = Rgb(0x22, 0x22, 0x22);
    pub(crate) const SOFT_INK: Rgb = Rgb(0x66, 0x66, 0x66);
    pub(crate) const GRID: Rgb = Rgb(0xE4, 0xE4, 0xE4);
    pub(crate) const PAPER: Rgb = Rgb(0xFF, 0xFF, 0xFF);
    pub(crate) const MISSING: Rgb = Rgb(0xA8, 0xA8, 0xA8);

    pub(crate) const BLUE: Rgb = Rgb(0x00, 0x72, 0xB2);
    pub(crate) const VERMILION: Rgb = Rgb(0xD5, 0x5E, 0x00);
    pub(crate) const GREEN: Rgb = Rgb(0x00, 0x9E, 0x73);
    pub(crate) const BAR: Rgb = Rgb(0x7F, 0xA8, 0xC9);
    pub(crate) const BASELINE_BAR: Rgb = Rgb(0xB9, 0xBE, 0xC4);
}
