//! Grid mappings: CF's names and parameters of projections.

use std::ffi::CStr;

use crate::Attributes;
use crate::grib::library::GribMessage;
use crate::grib::message::MessageKeys;

/// Returns the attributes, including `grid_mapping_name`, of the `grid_mapping` variable for a
/// message's grid, or `None` if CF defines no such mapping.
pub(super) fn grid_mapping_attributes(
    message: &GribMessage<'_>,
    grid_type: &str,
) -> Option<Attributes> {
    let degrees = |key: &CStr| message.double(key).filter(|number| number.is_finite());
    let mut mapping = Attributes::new();
    match grid_type {
        "lambert" => {
            let parallels = [degrees(c"Latin1InDegrees")?, degrees(c"Latin2InDegrees")?];
            let parallels = if parallels[0] == parallels[1] {
                vec![parallels[0]]
            } else {
                parallels.to_vec()
            };
            mapping.insert("grid_mapping_name", "lambert_conformal_conic");
            mapping.insert("standard_parallel", parallels);
            mapping.insert("longitude_of_central_meridian", degrees(c"LoVInDegrees")?);
            mapping.insert("latitude_of_projection_origin", degrees(c"LaDInDegrees")?);
        }
        "polar_stereographic" => {
            let is_south = message
                .long(c"projectionCentreFlag")
                .is_some_and(|flags| flags & 0x80 != 0);
            let sign = if is_south { -1.0 } else { 1.0 };
            let parallel = degrees(c"LaDInDegrees")?.abs() * sign;
            mapping.insert("grid_mapping_name", "polar_stereographic");
            mapping.insert(
                "straight_vertical_longitude_from_pole",
                degrees(c"orientationOfTheGridInDegrees")?,
            );
            mapping.insert("latitude_of_projection_origin", 90.0 * sign);
            mapping.insert("standard_parallel", parallel);
        }
        "rotated_ll" | "rotated_gg" => {
            let longitude = degrees(c"longitudeOfSouthernPoleInDegrees")?;
            mapping.insert("grid_mapping_name", "rotated_latitude_longitude");
            mapping.insert(
                "grid_north_pole_latitude",
                -degrees(c"latitudeOfSouthernPoleInDegrees")?,
            );
            // Normalized to the range −180 to 180.
            mapping.insert(
                "grid_north_pole_longitude",
                longitude.rem_euclid(360.0) - 180.0,
            );
            mapping.insert(
                "north_pole_grid_longitude",
                degrees(c"angleOfRotationInDegrees").unwrap_or(0.0),
            );
        }
        "mercator" => {
            mapping.insert("grid_mapping_name", "mercator");
            mapping.insert("standard_parallel", degrees(c"LaDInDegrees")?);
            mapping.insert("longitude_of_projection_origin", 0.0);
        }
        _ => return None,
    }
    match (
        degrees(c"earthMajorAxisInMetres"),
        degrees(c"earthMinorAxisInMetres"),
    ) {
        (Some(major), Some(minor)) if major > 0.0 && minor > 0.0 && major != minor => {
            mapping.insert("semi_major_axis", major);
            mapping.insert("semi_minor_axis", minor);
        }
        _ => {
            if let Some(radius) = degrees(c"radius").filter(|radius| *radius > 0.0) {
                mapping.insert("earth_radius", radius);
            }
        }
    }
    Some(mapping)
}
