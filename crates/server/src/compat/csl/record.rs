//! One record of the Consolidated Screening List: an entry as it stands on one list.

use countersign_model::{Entity, EntitySchema, ListCode, Listing, PolicyItems, ReviewPolicy, Scope};
use serde_json::{Value, json};

/// The publisher's word for a kind of party.
pub(super) fn word(schema: EntitySchema) -> Option<&'static str> {
    match schema {
        EntitySchema::Person => Some("Individual"),
        EntitySchema::Vessel => Some("Vessel"),
        EntitySchema::Airplane => Some("Aircraft"),
        EntitySchema::Organization
        | EntitySchema::Company
        | EntitySchema::PublicBody
        | EntitySchema::LegalEntity => Some("Entity"),
        EntitySchema::Vehicle | EntitySchema::Asset => None,
    }
}

fn first(entity: &Entity, property: &str) -> Value {
    entity.values(property).first().map_or(Value::Null, |v| json!(v))
}

fn joined(entity: &Entity, property: &str) -> Value {
    let values = entity.values(property);
    if values.is_empty() { Value::Null } else { json!(values.join("; ")) }
}

fn upper(entity: &Entity, property: &str) -> Vec<String> {
    entity.values(property).iter().map(|c| c.to_uppercase()).collect()
}

fn ids(entity: &Entity) -> Vec<Value> {
    let kinds = [
        ("passportNumber", "Passport"),
        ("idNumber", "National ID"),
        ("taxNumber", "Tax ID No."),
        ("registrationNumber", "Registration Number"),
        ("imoNumber", "Vessel Registration Identification"),
    ];
    kinds
        .iter()
        .flat_map(|(property, kind)| entity.values(property).iter().map(move |number| (*kind, number)))
        .map(|(kind, number)| {
            json!({"type": kind, "number": number, "country": null, "issue_date": null, "expiration_date": null})
        })
        .collect()
}

fn or_else(told: Value, known: impl FnOnce() -> Option<&'static str>) -> Value {
    if told.is_null() { json!(known()) } else { told }
}

/// What the Entity List says of the scope, where the copy that is loaded has lost the publisher's words.
fn requirement(listing: &Listing) -> Option<&'static str> {
    (listing.list == ListCode::El && listing.scope == Scope::AllItems)
        .then_some("For all items subject to the EAR. (See §744.11 of the EAR)")
}

/// The same of the review of applications, where it is one for all items.
fn policy(listing: &Listing) -> Option<&'static str> {
    match listing.review_policy.as_slice() {
        [one] if listing.list == ListCode::El && one.items == PolicyItems::All => match one.policy {
            ReviewPolicy::PresumptionOfDenial => Some("Presumption of denial"),
            ReviewPolicy::PolicyOfDenial => Some("Policy of denial"),
            ReviewPolicy::CaseByCase => Some("Case-by-case basis"),
            ReviewPolicy::PresumptionOfApproval => Some("Presumption of approval"),
        },
        _ => None,
    }
}

/// The record.
pub(super) fn record(entity: &Entity, listing: &Listing) -> Option<Value> {
    let (_, source) = super::source::source(listing.list)?;
    let country = upper(entity, "country").into_iter().next();
    let address = |line: Option<&String>| json!({"address": line, "city": null, "state": null, "postal_code": null, "country": country});
    let mut addresses: Vec<Value> = entity.values("address").iter().map(|line| address(Some(line))).collect();
    if addresses.is_empty() && country.is_some() {
        // the publisher writes the country of a party as an address of which nothing else is known
        addresses.push(address(None));
    }
    let name = listing.name.as_deref().unwrap_or_else(|| entity.caption());
    let alt: Vec<&str> = entity.names().map(|n| n.text).filter(|n| *n != name).collect();
    Some(json!({
        "id": entity.id,
        "source": source,
        "entity_number": listing.id,
        "type": word(entity.schema),
        "name": name,
        "alt_names": alt,
        "programs": listing.programmes,
        "title": first(entity, "title"),
        "addresses": addresses,
        "federal_register_notice": listing.notice,
        "start_date": listing.from.or(listing.listed).map(|d| d.to_string()),
        "end_date": listing.to.map(|d| d.to_string()),
        "standard_order": null,
        "license_requirement": or_else(joined(entity, "licenseRequirement"), || requirement(listing)),
        "license_policy": or_else(joined(entity, "licensePolicy"), || policy(listing)),
        "call_sign": first(entity, "callSign"),
        "vessel_type": first(entity, "type"),
        "gross_tonnage": null,
        "gross_registered_tonnage": null,
        "vessel_flag": first(entity, "flag"),
        "vessel_owner": first(entity, "owner"),
        "remarks": joined(entity, "remarks"),
        "source_list_url": first(entity, "sourceUrl"),
        "source_information_url": null,
        "citizenships": upper(entity, "citizenship"),
        "dates_of_birth": entity.values("birthDate"),
        "nationalities": upper(entity, "nationality"),
        "places_of_birth": entity.values("birthPlace"),
        "ids": ids(entity),
    }))
}
