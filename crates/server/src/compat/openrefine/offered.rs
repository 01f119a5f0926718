//! What a service of reconciliation offers: kinds of party, and properties.

/// The kinds of party that are offered, with their names for people.
pub(super) const TYPES: [(&str, &str, &str); 9] = [
    ("Person", "People", "A natural person."),
    ("Organization", "Organizations", "A body of any legal form."),
    ("Company", "Companies", "A company."),
    ("PublicBody", "Public bodies", "A ministry, an agency, a state body."),
    ("LegalEntity", "Legal entities", "A person or a body, where it is not known which."),
    ("Vessel", "Vessels", "A ship."),
    ("Airplane", "Airplanes", "An aircraft."),
    ("Vehicle", "Vehicles", "A ship or an aircraft."),
    ("Asset", "Assets", "A security, a wallet, a vehicle."),
];

/// The properties that are compared or shown: name, the schema that has it, its name for people.
pub(super) const PROPERTIES: [(&str, &str, &str); 24] = [
    ("name", "Thing", "Name"),
    ("alias", "Thing", "Other name"),
    ("previousName", "Thing", "Previous name"),
    ("weakAlias", "Thing", "Weak alias"),
    ("country", "Thing", "Country"),
    ("nationality", "Person", "Nationality"),
    ("jurisdiction", "LegalEntity", "Jurisdiction"),
    ("birthDate", "Person", "Date of birth"),
    ("gender", "Person", "Gender"),
    ("idNumber", "LegalEntity", "ID Number"),
    ("registrationNumber", "LegalEntity", "Registration number"),
    ("passportNumber", "Person", "Passport number"),
    ("imoNumber", "Vessel", "IMO Number"),
    ("address", "Thing", "Address"),
    ("topics", "Thing", "Topics"),
    ("program", "Thing", "Program"),
    ("innCode", "LegalEntity", "INN"),
    ("ogrnCode", "LegalEntity", "OGRN"),
    ("taxNumber", "LegalEntity", "Tax Number"),
    ("birthPlace", "Person", "Place of birth"),
    ("website", "LegalEntity", "Website"),
    ("sourceUrl", "Thing", "Source link"),
    ("description", "Thing", "Description"),
    ("notes", "Thing", "Notes"),
];

/// A kind by its id.
pub(super) fn kind(id: &str) -> Option<(&'static str, &'static str, &'static str)> {
    TYPES.into_iter().find(|(word, ..)| *word == id)
}

/// A property by its id, with or without the schema before it (`LegalEntity:country`).
pub(super) fn property(id: &str) -> &str {
    id.rsplit(':').next().unwrap_or(id)
}
