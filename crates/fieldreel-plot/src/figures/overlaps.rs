//! A test helper that checks the placement of texts.

use crate::picture::{Picture, Rect, Shape};

/// Panics unless all texts are inside the picture and no two texts overlap.
pub(super) fn assert_no_texts_overlap(picture: &Picture) {
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
            "{text:?} is not inside the picture of {} × {}: {a:?}",
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
