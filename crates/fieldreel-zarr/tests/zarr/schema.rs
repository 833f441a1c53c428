//! The JSON schema describes the configuration that the codec reads.

use std::collections::BTreeSet;

use fieldreel_reel::ErrorBound;
use fieldreel_zarr::{FieldreelCodec, FieldreelCodecConfiguration};
use serde_json::{Value, json};

/// Returns the schema of the configuration.
fn schema() -> Value {
    let schema: Value = serde_json::from_str(include_str!("../../schema.json")).unwrap();
    assert_eq!(schema["properties"]["name"]["const"], FieldreelCodec::NAME);
    schema["properties"]["configuration"].clone()
}

/// Reads a configuration with one member besides the bound.
fn with_member(
    name: &str,
    value: &Value,
) -> Result<FieldreelCodecConfiguration, serde_json::Error> {
    let mut configuration = json!({ "bound": "abs:1e0" });
    configuration[name] = value.clone();
    serde_json::from_value(configuration)
}

#[test]
fn the_members_are_those_of_the_configuration() {
    let configuration = FieldreelCodecConfiguration::new(ErrorBound::Absolute(1.0))
        .with_fill_value(-999)
        .with_range(2.0);
    let members = |value: &Value| -> BTreeSet<String> {
        value.as_object().unwrap().keys().cloned().collect()
    };
    let schema = schema();
    let serialized = serde_json::to_value(&configuration).unwrap();
    assert_eq!(members(&schema["properties"]), members(&serialized));
    assert_eq!(schema["required"], json!(["bound"]));
}

#[test]
fn all_values_and_defaults_can_be_read() {
    let schema = schema();
    let plain = with_member("bound", &json!("abs:1e0")).unwrap();
    for (name, member) in schema["properties"].as_object().unwrap() {
        if let Some(default) = member.get("default") {
            assert_eq!(with_member(name, default).unwrap(), plain, "{name}");
        }
        for value in member
            .get("enum")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let read = serde_json::to_value(with_member(name, value).unwrap()).unwrap();
            assert_eq!(&read[name], value, "{name}");
        }
    }
}
