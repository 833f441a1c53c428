//! Tests of the roles of variables, on synthetic schemas.

use super::*;
use crate::dataset::{DatasetDimension, GroupSchema, VariableType};
use crate::{AttributeValue, Attributes};

/// The names of dimensions.
type Names<'a> = &'a [&'a str];
/// The names and values of attributes.
type Pairs<'a> = &'a [(&'a str, &'a str)];

/// Returns a schema of groups, given by name and parent, and of variables, given by group, name,
/// dimensions and attributes.
fn schema(
    groups: &[(&str, Option<usize>)],
    variables: &[(usize, &str, Names<'_>, Pairs<'_>)],
) -> Schema {
    let mut schema = Schema {
        groups: groups
            .iter()
            .map(|(name, parent)| GroupSchema {
                name: (*name).to_owned(),
                parent: *parent,
                ..GroupSchema::default()
            })
            .collect(),
        ..Schema::default()
    };
    for (group, name, dimensions, attributes) in variables {
        let dimensions = dimensions.iter().map(|name| {
            let known = schema.dimensions.iter().position(|d| d.name == *name);
            known.unwrap_or_else(|| {
                schema.dimensions.push(DatasetDimension {
                    name: (*name).to_owned(),
                    group: 0,
                    len: if *name == "nc2" || *name == "complex" {
                        2
                    } else {
                        40
                    },
                    is_unlimited: false,
                });
                schema.dimensions.len() - 1
            })
        });
        let dimensions = dimensions.collect();
        schema.variables.push(VariableSchema {
            name: (*name).to_owned(),
            group: *group,
            kind: VariableType::F32,
            is_big_endian: false,
            dimensions,
            attributes: attributes.iter().copied().collect(),
        });
    }
    schema
}

/// Returns the roles of variables of the root group.
fn roles(variables: &[(&str, Names<'_>, Pairs<'_>)]) -> Vec<String> {
    let variables: Vec<_> = variables.iter().map(|(n, d, a)| (0, *n, *d, *a)).collect();
    let roles = schema(&[("", None)], &variables).roles();
    roles.iter().map(VariableRole::to_string).collect()
}

const YX: &[&str] = &["y", "x"];

#[test]
fn variables_named_in_attributes_are_not_data() {
    let attributes = [
        ("coordinates", "w other"),
        ("coordinates", "other, w"),
        ("bounds", "w"),
        ("climatology", "w"),
        ("grid_mapping", "w: other"),
        ("grid_mapping", "other: w"),
        ("ancillary_variables", "other w"),
        ("cell_measures", "area: w"),
        ("cell_measures", "area: other volume: w"),
        ("cell_measures", "area:w"),
        ("formula_terms", "a: other b: w ps: ps"),
        ("geometry", "w"),
        ("node_coordinates", "w"),
        ("node_count", "w"),
        ("part_node_count", "w"),
        ("interior_ring", "w"),
        ("nodes", "w"),
        ("coordinate_interpolation", "w: other"),
        ("tie_point_mapping", "dim: w other"),
        ("bounds_tie_points", "w"),
        ("interpolation_parameters", "ce1: w"),
        ("aggregated_data", "location: w shape: other"),
        ("quantization", "w"),
        ("mesh", "w"),
        ("grid", "w"),
        ("location_index_set", "w"),
        ("edge_coordinates", "w"),
        ("face_coordinates", "w"),
        ("volume_coordinates", "w"),
        ("edge1_coordinates", "w"),
        ("edge_node_connectivity", "w"),
        ("face_node_connectivity", "w"),
        ("face_edge_connectivity", "w"),
        ("face_face_connectivity", "w"),
        ("edge_face_connectivity", "w"),
        ("boundary_node_connectivity", "w"),
        ("volume_node_connectivity", "w"),
        ("volume_face_connectivity", "w"),
        ("volume_shape_type", "w"),
        ("node_dimensions", "w other"),
        ("face_dimensions", "xc: other (padding: w)"),
    ];
    for (attribute, text) in attributes {
        let found = roles(&[
            ("v", YX, &[(attribute, text)]),
            ("w", YX, &[]),
            ("u", YX, &[]),
        ]);
        let named = format!("{attribute} of v");
        assert_eq!(
            found,
            ["data", named.as_str(), "data"],
            "{attribute} = {text}"
        );
    }
    // Terms, other attributes, and a variable's own name do not refer to other variables.
    for (attribute, text) in [
        ("formula_terms", "w: other"),
        ("cell_measures", "w: other"),
        ("long_name", "w"),
        ("cell_methods", "area: mean where w"),
        ("coordinates", "v"),
        ("coordinates", "/w/w"),
        ("coordinates", "g/w"),
    ] {
        let found = roles(&[("v", YX, &[(attribute, text)]), ("w", YX, &[])]);
        assert_eq!(found, ["data", "data"], "{attribute} = {text}");
    }
}

#[test]
fn roles_follow_from_names_dimensions_and_attributes() {
    let cases: &[(&str, Names<'_>, Pairs<'_>, &str)] = &[
        ("y", YX, &[], "coordinate"),
        ("p", YX, &[("units", "degrees_north")], "coordinate"),
        ("p", YX, &[("units", "degree_E")], "coordinate"),
        (
            "p",
            YX,
            &[("units", "hours since 2000-01-01")],
            "coordinate",
        ),
        ("p", YX, &[("calendar", "noleap")], "coordinate"),
        ("p", YX, &[("axis", "Z")], "coordinate"),
        ("p", YX, &[("standard_name", "grid_latitude")], "coordinate"),
        (
            "p",
            YX,
            &[("standard_name", "projection_x_coordinate")],
            "coordinate",
        ),
        (
            "p",
            YX,
            &[("standard_name", "ocean_s_coordinate")],
            "coordinate",
        ),
        (
            "p",
            YX,
            &[("standard_name", "forecast_period")],
            "coordinate",
        ),
        ("p", YX, &[("standard_name", "cell_area")], "coordinate"),
        ("grid_corner_lat", YX, &[("units", "radians")], "coordinate"),
        ("clon_vertices", YX, &[("units", "radian")], "coordinate"),
        (
            "crs",
            YX,
            &[("grid_mapping_name", "mercator")],
            "grid mapping",
        ),
        ("mesh2d", YX, &[("cf_role", "mesh_topology")], "topology"),
        ("links", YX, &[("start_index", "1")], "topology"),
        (
            "t",
            &["time", "values"],
            &[("GRIB_gridType", "sh")],
            "spectral",
        ),
        (
            "t",
            &["time", "values"],
            &[("GRIB_gridType", "lambert_bf")],
            "spectral",
        ),
        (
            "t",
            &["time", "values"],
            &[("CDI_grid_type", "spectral")],
            "spectral",
        ),
        ("t", &["time", "nsp", "nc2"], &[], "spectral"),
        ("t", &["time", "x", "complex"], &[], "spectral"),
        ("q", YX, &[("flag_values", "1 2")], "flags or classes"),
        ("q", YX, &[("flag_masks", "1 2")], "flags or classes"),
        ("q", YX, &[("flag_meanings", "a b")], "flags or classes"),
        (
            "q",
            YX,
            &[("standard_name", "air_temperature status_flag")],
            "flags or classes",
        ),
        (
            "q",
            YX,
            &[("standard_name", "land_binary_mask")],
            "flags or classes",
        ),
        ("q", YX, &[("standard_name", "region")], "flags or classes"),
        (
            "q",
            YX,
            &[("standard_name", "soil_type")],
            "flags or classes",
        ),
        (
            "ptype",
            YX,
            &[("units", "(Code table 4.201)")],
            "flags or classes",
        ),
        (
            "slt",
            YX,
            &[("units", "~"), ("long_name", "Soil type")],
            "flags or classes",
        ),
        (
            "tvh",
            YX,
            &[("units", "~"), ("long_name", "Type of high vegetation")],
            "flags or classes",
        ),
        ("tmask", YX, &[], "flags or classes"),
        ("basin", YX, &[("units", "1")], "flags or classes"),
        ("temp_qc", YX, &[], "flags or classes"),
        ("t", YX, &[("units", "K")], "data"),
        ("wind_dir", YX, &[("units", "degrees")], "data"),
        ("flat_plate", YX, &[("units", "degrees")], "data"),
        (
            "p",
            YX,
            &[("units", "1"), ("long_name", "probability of class")],
            "data",
        ),
        (
            "pft",
            YX,
            &[
                ("units", "1"),
                ("long_name", "Fraction of plant functional type"),
            ],
            "data",
        ),
        (
            "c",
            YX,
            &[("units", "%"), ("long_name", "Land cover category")],
            "data",
        ),
        (
            "rsdt",
            YX,
            &[("units", "W m-2"), ("positive", "down")],
            "data",
        ),
        (
            "lai",
            YX,
            &[("units", "1"), ("long_name", "Leaf area index")],
            "data",
        ),
        ("sst_mask_temp", YX, &[("units", "K")], "data"),
        (
            "wave",
            &["time", "direction", "frequency"],
            &[("GRIB_gridType", "regular_ll")],
            "data",
        ),
    ];
    for (name, dimensions, attributes, role) in cases {
        assert_eq!(
            roles(&[(name, dimensions, attributes)]),
            [*role],
            "{name} {attributes:?}"
        );
    }
}

#[test]
fn bounds_of_coordinates_are_recognized_by_name() {
    let found = roles(&[
        ("lat", &["lat"], &[]),
        ("lat_bnds", &["lat", "two"], &[]),
        ("lev", &["lev"], &[("formula_terms", "b: b")]),
        ("b", &["lev"], &[]),
        ("b_bnds", &["lev", "two"], &[]),
        ("t", YX, &[]),
        ("t_bounds", YX, &[]),
    ]);
    let expected = [
        "coordinate",
        "bounds of lat",
        "coordinate",
        "formula_terms of lev",
        "bounds of b",
        "data",
        "data",
    ];
    assert_eq!(found, expected);
}

#[test]
fn references_are_resolved_in_enclosing_groups_then_everywhere() {
    // The groups are /, /a, /a/b and /c.
    let groups = [("", None), ("a", Some(0)), ("b", Some(1)), ("c", Some(0))];
    let named = |group: usize, text: &str, present: &[usize]| -> Vec<usize> {
        let attributes = [("ancillary_variables", text)];
        let mut variables: Vec<(usize, &str, Names<'_>, Pairs<'_>)> =
            vec![(group, "v", YX, &attributes)];
        variables.extend(present.iter().map(|&group| (group, "e", YX, &[][..])));
        let roles = schema(&groups, &variables).roles();
        let pairs = roles.iter().skip(1).zip(present);
        pairs
            .filter(|(role, _)| **role != VariableRole::Data)
            .map(|(_, group)| *group)
            .collect()
    };
    let all = [0, 1, 2, 3];
    assert_eq!(named(2, "e", &all), [2]);
    assert_eq!(named(2, "e", &[0, 1, 3]), [1]);
    assert_eq!(named(2, "e", &[0, 3]), [0]);
    assert_eq!(named(2, "e", &[3]), [3]);
    assert_eq!(named(0, "e", &[1, 3]), [1, 3]);
    assert_eq!(named(2, "/e", &all), [0]);
    assert_eq!(named(2, "/a/e", &all), [1]);
    assert_eq!(named(2, "../e", &all), [1]);
    assert_eq!(named(2, "../../c/e", &all), [3]);
    assert_eq!(named(1, "b/e", &all), [2]);
    assert_eq!(named(1, "./b/e", &all), [2]);
    assert_eq!(named(1, "../../../e", &all), [0_usize; 0]);
    assert_eq!(named(3, "b/e", &all), [0_usize; 0]);
}

#[test]
fn group_attributes_and_text_lists_can_name_variables() {
    let mut of_file = schema(&[("", None)], &[(0, "w", YX, &[]), (0, "u", YX, &[])]);
    of_file.groups[0].attributes = Attributes::from_iter([("coordinates", "w")]);
    let roles: Vec<String> = of_file
        .roles()
        .iter()
        .map(VariableRole::to_string)
        .collect();
    assert_eq!(roles, ["coordinates of the file", "data"]);

    let mut texts = schema(&[("", None)], &[(0, "v", YX, &[]), (0, "w", YX, &[])]);
    let names = AttributeValue::Texts(vec!["x".to_owned(), "w".to_owned()]);
    texts.variables[0].attributes.insert("coordinates", names);
    assert!(matches!(texts.roles()[1], VariableRole::Named { .. }));
}
