//! Parties in the shape of watchman's `Entity`.

use countersign_model::{Entity, EntitySchema};
use serde_json::{Map, Value, json};

/// The types of watchman that a search may name.
pub(super) const TYPES: [(&str, EntitySchema); 5] = [
    ("person", EntitySchema::Person),
    ("business", EntitySchema::Company),
    ("organization", EntitySchema::Organization),
    ("aircraft", EntitySchema::Airplane),
    ("vessel", EntitySchema::Vessel),
];

/// watchman's word for a kind of party. A body whose form is not told is a business, as watchman has it.
pub(super) fn word(schema: EntitySchema) -> &'static str {
    match schema {
        EntitySchema::Person => "person",
        EntitySchema::Organization | EntitySchema::PublicBody => "organization",
        EntitySchema::Company | EntitySchema::LegalEntity | EntitySchema::Asset | EntitySchema::Vehicle => {
            "business"
        }
        EntitySchema::Vessel => "vessel",
        EntitySchema::Airplane => "aircraft",
    }
}

/// All members of an entity, none of them told.
pub(super) fn blank(name: &str, kind: &str, list: &str, id: &str) -> Map<String, Value> {
    let value = json!({
        "name": name, "entityType": kind, "sourceList": list, "sourceID": id,
        "person": null, "business": null, "organization": null, "aircraft": null, "vessel": null,
        "contact": {"emailAddresses": null, "phoneNumbers": null, "faxNumbers": null, "websites": null},
        "addresses": null, "cryptoAddresses": null, "affiliations": null, "sanctionsInfo": null,
        "historicalInfo": null, "sourceData": null,
    });
    value.as_object().cloned().unwrap_or_default()
}

fn some(values: Vec<String>) -> Value {
    if values.is_empty() { Value::Null } else { json!(values) }
}

fn other_names(entity: &Entity) -> Value {
    some(entity.names().filter(|n| n.text != entity.caption()).map(|n| n.text.to_owned()).collect())
}

/// Numbers of papers that governments give, with watchman's words for them.
pub(super) const PAPERS: [(&str, &str); 4] = [
    ("passportNumber", "passport"),
    ("idNumber", "national-id"),
    ("taxNumber", "tax-id"),
    ("registrationNumber", "business-registration"),
];

fn numbers(entity: &Entity) -> Value {
    let country = entity.values("country").first().map(|c| c.to_uppercase()).unwrap_or_default();
    let ids: Vec<Value> = PAPERS
        .iter()
        .flat_map(|(property, kind)| entity.values(property).iter().map(move |id| (*kind, id)))
        .map(|(kind, id)| json!({"type": kind, "country": country, "identifier": id}))
        .collect();
    if ids.is_empty() { Value::Null } else { Value::Array(ids) }
}

fn date(entity: &Entity, property: &str) -> Value {
    let day = entity.values(property).iter().find(|v| v.len() == 10);
    day.map_or(Value::Null, |day| json!(format!("{day}T00:00:00Z")))
}

/// The part that belongs to the kind of party.
fn particular(entity: &Entity) -> Value {
    let first = |property: &str| entity.values(property).first().cloned().unwrap_or_default();
    // `99,144` is a number of tons; a ship of which none is told has 0, as in watchman
    let tons = |property: &str| -> u64 {
        let digits: String = first(property).chars().filter(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    };
    match entity.schema {
        EntitySchema::Person => json!({
            "name": entity.caption(), "altNames": other_names(entity), "gender": first("gender"),
            "birthDate": date(entity, "birthDate"), "placeOfBirth": first("birthPlace"), "deathDate": null,
            "titles": some(entity.values("title").to_vec()), "governmentIDs": numbers(entity),
        }),
        EntitySchema::Vessel => json!({
            "name": entity.caption(), "altNames": other_names(entity), "imoNumber": first("imoNumber"),
            "type": first("type"), "flag": first("flag").to_uppercase(), "built": null, "model": first("model"), "tonnage": tons("tonnage"),
            "mmsi": first("mmsi"), "callSign": first("callSign"), "grossRegisteredTonnage": tons("grossRegisteredTonnage"),
            "owner": first("owner"),
        }),
        EntitySchema::Airplane => json!({
            "name": entity.caption(), "altNames": other_names(entity), "type": first("type"),
            "flag": first("flag").to_uppercase(), "built": null, "icaoCode": first("icaoCode"), "model": first("model"),
            "serialNumber": first("serialNumber"),
        }),
        _ => json!({
            "name": entity.caption(), "altNames": other_names(entity), "created": date(entity, "incorporationDate"),
            "dissolved": date(entity, "dissolutionDate"), "governmentIDs": numbers(entity),
        }),
    }
}

/// A listed entity.
pub(super) fn listed(entity: &Entity) -> Map<String, Value> {
    let kind = word(entity.schema);
    let id = entity.listings.iter().find_map(|l| l.id.clone());
    let id = id.unwrap_or_else(|| entity.id.rsplit(':').next().unwrap_or(&entity.id).to_owned());
    let mut out = blank(entity.caption(), kind, entity.source.as_str(), &id);
    out.insert(kind.to_owned(), particular(entity));
    let country = entity.values("country").first().map(|c| c.to_uppercase()).unwrap_or_default();
    let addresses: Vec<Value> = entity
        .values("address")
        .iter()
        .map(|line| {
            json!({"line1": line, "line2": "", "city": "", "postalCode": "", "state": "", "country": country,
                   "latitude": 0, "longitude": 0})
        })
        .collect();
    if !addresses.is_empty() {
        out.insert("addresses".to_owned(), Value::Array(addresses));
    }
    if !entity.listings.is_empty() {
        let mut programs: Vec<String> = entity.listings.iter().flat_map(|l| l.programmes.clone()).collect();
        if programs.is_empty() {
            programs = entity.listings.iter().map(|l| l.list.as_str().to_owned()).collect();
        }
        programs.sort();
        programs.dedup();
        let notes = entity.values("notes").join("; ");
        // OFAC's own words for who risks sanctions by dealing with the party, outside of its jurisdiction too
        let secondary = ["notes", "program", "summary"]
            .iter()
            .flat_map(|property| entity.values(property))
            .any(|text| text.to_lowercase().contains("secondary sanctions"));
        out.insert(
            "sanctionsInfo".to_owned(),
            json!({"programs": programs, "secondary": secondary, "description": notes}),
        );
    }
    out.insert(
        "sourceData".to_owned(),
        json!({"properties": entity.properties, "listings": entity.listings}),
    );
    out
}

#[cfg(test)]
mod tests {
    use countersign_model::SourceId;

    use super::*;

    #[test]
    fn tons_and_secondary_sanctions_are_told_as_the_list_tells_them() {
        let mut entity = Entity {
            id: "x:1".to_owned(),
            schema: EntitySchema::Vessel,
            source: SourceId::new("x").unwrap(),
            properties: std::collections::BTreeMap::new(),
            listings: vec![countersign_model::Listing::bare(
                countersign_model::ListCode::Sdn,
                countersign_model::Scope::Blocking,
            )],
        };
        entity.add("name", "Example Star");
        entity.add("tonnage", "99,144");
        entity.add("notes", "Additional Sanctions Information - Subject to Secondary Sanctions");
        let told = listed(&entity);
        assert_eq!(
            (&told["vessel"]["tonnage"], &told["vessel"]["grossRegisteredTonnage"]),
            (&json!(99_144), &json!(0))
        );
        assert_eq!(told["sanctionsInfo"]["secondary"], true);
        entity.properties.remove("notes");
        assert_eq!(listed(&entity)["sanctionsInfo"]["secondary"], false);
    }
}
