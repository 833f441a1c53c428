//! What every picture must satisfy.

use crate::picture::{Picture, Rect, Shape};

/// Panics unless all texts are inside the picture and none touches another.
pub(super) fn assert_texts_apart(picture: &Picture) {
    let texts: Vec<(&str, Rect)> = picture
        .shapes
        .iter()
        .filter_map(|shape| match shape {
            Shape::Text(text) => Some((text.content.as_str(), text.bounds(&picture.fonts))),
            _ => None,
        })
        .collect();
    for (i, (text, a)) in texts.iter().enumerate() {
        assert!(
            a.left >= 0.0 && a.top >= 0.0 && a.right <= picture.width && a.bottom <= picture.height,
            "{text:?} leaves the picture of {} × {}: {a:?}",
            picture.width,
            picture.height,
        );
        for (other, b) in &texts[i + 1..] {
            let apart =
                a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
            assert!(apart, "{text:?} and {other:?} overlap: {a:?}, {b:?}");
        }
    }
}
