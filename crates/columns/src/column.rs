//! Headers of columns.

use countersign_screening::IDENTIFIERS;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// What the file calls the party.
    Id,
    /// The name.
    Name,
    /// Other names.
    Alias,
    /// The given name.
    Given,
    /// Middle names and patronymics.
    Middle,
    /// The family name.
    Family,
    /// `name` beside a given name and without a family name: the family name, or the whole.
    FamilyOrWhole,
    /// The name of a row without one: the firm in a file of people and firms.
    Instead,
    /// What kind of party it is.
    Schema,
    /// Countries.
    Country,
    /// When a person was born.
    BirthDate,
    /// A person's gender.
    Gender,
    /// One address.
    Address,
    /// A part of one; those of a row are one address.
    AddressPart,
    /// An official number: the property of FollowTheMoney.
    Number(&'static str),
    /// Known, but not compared.
    Aside,
}

/// Columns that are read, each with the spellings that it may have. Case, blanks and signs do not count.
pub const KNOWN_COLUMNS: [(Column, &[&str]); 30] = [
    (
        Column::Id,
        &[
            "id",
            "customerid",
            "partyid",
            "clientid",
            "reference",
            "ref",
            "key",
            "kundennummer",
            "kundennr",
            "kundenid",
            "kdnr",
            "customernumber",
            "customerno",
            "clientnumber",
            "accountnumber",
            "código",
            "codigo",
            "códigocliente",
            "codigocliente",
            "numéroclient",
            "numeroclient",
            "номерклиента",
            "кодклиента",
        ],
    ),
    (
        Column::Name,
        &[
            "name",
            "fullname",
            "caption",
            "legalname",
            "entitylegalname",
            "partyname",
            "customername",
            "clientname",
            "nom",
            "nome",
            "nombre",
            "naam",
            "namn",
            "navn",
            "имя",
            "імя",
            "ad",
            "adı",
            "nombrecompleto",
            "nomcomplet",
            "nomecompleto",
            "фио",
            "піб",
            "наименование",
            "найменування",
            "название",
            "назва",
            "raisonsociale",
            "razonsocial",
            "razónsocial",
            "ragionesociale",
            "denominazione",
            "denominacion",
            "denominación",
            "姓名",
            "名称",
            "氏名",
            "성명",
            "이름",
            "الاسم",
        ],
    ),
    (
        Column::Alias,
        &[
            "alias",
            "aliases",
            "othernames",
            "othername",
            "previousname",
            "weakalias",
            "aka",
            "formername",
            "tradingname",
            "tradingas",
            "dba",
        ],
    ),
    (
        Column::Given,
        &[
            "firstname",
            "firstnames",
            "givenname",
            "givennames",
            "forename",
            "forenames",
            "vorname",
            "vornamen",
            "prénom",
            "prénoms",
            "prenom",
            "prenoms",
            "primernombre",
            "voornaam",
            "voornamen",
            "fornavn",
            "förnamn",
            "fornamn",
            "etunimi",
            "imię",
            "imie",
            "jméno",
            "jmeno",
            "keresztnév",
            "utónév",
            "名",
            "الاسمالأول",
            "ονομα",
            "όνομα",
        ],
    ),
    (
        Column::Middle,
        &[
            "middlename",
            "middlenames",
            "middleinitial",
            "secondname",
            "fathername",
            "patronymic",
            "отчество",
            "побатькові",
            "tussenvoegsel",
            "mellomnavn",
            "mellannamn",
            "segundonombre",
            "اسمالأب",
        ],
    ),
    (
        Column::Family,
        &[
            "lastname",
            "lastnames",
            "surname",
            "surnames",
            "familyname",
            "nachname",
            "familienname",
            "nomdefamille",
            "apellido",
            "apellidos",
            "primerapellido",
            "segundoapellido",
            "cognome",
            "sobrenome",
            "apelido",
            "achternaam",
            "etternavn",
            "efternavn",
            "efternamn",
            "sukunimi",
            "nazwisko",
            "příjmení",
            "prijmeni",
            "vezetéknév",
            "családnév",
            "soyad",
            "soyadı",
            "фамилия",
            "прізвище",
            "姓",
            "성",
            "اسمالعائلة",
            "επωνυμο",
            "επώνυμο",
        ],
    ),
    (Column::Schema, &["schema", "kind", "type", "partytype", "customertype", "clienttype", "entitytype"]),
    (
        Column::Country,
        &[
            "country",
            "countries",
            "nationality",
            "nationalities",
            "citizenship",
            "jurisdiction",
            "countrycode",
            "countryname",
            "countryofresidence",
            "residencecountry",
            "countryofincorporation",
            "countryofregistration",
            "maincountry",
            "flag",
            "iso2",
            "iso3",
            "land",
            "staatsangehörigkeit",
            "nationalität",
            "pays",
            "nationalité",
            "país",
            "pais",
            "nacionalidad",
            "paese",
            "nazionalità",
            "страна",
            "гражданство",
            "країна",
            "громадянство",
            "国家",
            "国籍",
        ],
    ),
    (
        Column::BirthDate,
        &[
            "birthdate",
            "dateofbirth",
            "dob",
            "born",
            "birthday",
            "birthdt",
            "yearofbirth",
            "birthyear",
            "geburtsdatum",
            "geburtstag",
            "geburtsjahr",
            "geboren",
            "datedenaissance",
            "fechadenacimiento",
            "fechanacimiento",
            "datadenascimento",
            "datanascimento",
            "datadinascita",
            "geboortedatum",
            "fødselsdato",
            "födelsedatum",
            "dataurodzenia",
            "doğumtarihi",
            "датарождения",
            "датанародження",
            "出生日期",
        ],
    ),
    (Column::Gender, &["gender", "sex", "geschlecht", "sexe", "sexo", "пол", "стать"]),
    (Column::Address, &["address", "addresses", "fulladdress", "adresse", "dirección", "адрес"]),
    (
        Column::AddressPart,
        &[
            "city",
            "town",
            "street",
            "postalcode",
            "postcode",
            "zip",
            "zipcode",
            "ort",
            "stadt",
            "strasse",
            "straße",
            "plz",
            "ville",
            "ciudad",
        ],
    ),
    (
        Column::Number("passportNumber"),
        &[
            "passport",
            "passportno",
            "passportnr",
            "passportnum",
            "reisepass",
            "passeport",
            "pasaporte",
            "паспорт",
            "номерпаспорта",
        ],
    ),
    (
        Column::Number("idNumber"),
        &[
            "nationalid",
            "nationalidnumber",
            "nationalidno",
            "idno",
            "idnr",
            "idcard",
            "idcardnumber",
            "identitycard",
            "identitynumber",
            "personalid",
            "personalnumber",
            "dni",
        ],
    ),
    (
        Column::Number("taxNumber"),
        &[
            "taxid",
            "taxidnumber",
            "taxno",
            "taxnr",
            "taxcode",
            "tin",
            "steuernummer",
            "steuerid",
            "nif",
            "nit",
            "cif",
            "rfc",
            "ein",
        ],
    ),
    (Column::Number("vatCode"), &["vat", "vatid", "vatno", "vatnumber", "ustid", "ustidnr", "numérotva"]),
    (
        Column::Number("registrationNumber"),
        &[
            "registrationno",
            "registrationnr",
            "regno",
            "regnumber",
            "companynumber",
            "companyno",
            "companyregistrationnumber",
            "companyregnumber",
            "registernumber",
            "handelsregisternummer",
            "hrb",
            "crnumber",
            "crno",
            "siren",
            "siret",
        ],
    ),
    (Column::Number("imoNumber"), &["imo", "imono", "imonr", "imoid"]),
    (Column::Number("mmsi"), &["mmsinumber", "mmsino"]),
    (Column::Number("leiCode"), &["lei", "leinumber", "leino"]),
    (Column::Number("innCode"), &["inn", "innnumber", "инн"]),
    (Column::Number("ogrnCode"), &["ogrn", "огрн"]),
    (Column::Number("kppCode"), &["kpp", "кпп"]),
    (Column::Number("okpoCode"), &["okpo", "окпо"]),
    (Column::Number("swiftBic"), &["swift", "swiftcode", "bic", "biccode", "bicswift"]),
    (Column::Number("dunsCode"), &["duns", "dunsnumber", "dunsno"]),
    (Column::Number("uscCode"), &["uscc", "usc", "unifiedsocialcreditcode", "统一社会信用代码"]),
    (Column::Number("socialSecurityNumber"), &["ssn"]),
    (Column::Number("email"), &["emailaddress", "mail", "emails"]),
    (Column::Aside, &["notes"]),
];

/// Words that mean the whole name where they stand alone, and the family name beside a column of given names.
const FAMILY_OR_WHOLE: [&str; 6] = ["name", "nom", "naam", "namn", "navn", "nome"];

/// Words that mean the whole name where they stand alone, and the given name beside a column of family names.
const GIVEN_OR_WHOLE: [&str; 7] = ["nombre", "nome", "имя", "імя", "ad", "adı", "이름"];

/// Whose columns parts of names and numbers may say to be: `Customer First Name`.
const OWNERS: [&str; 6] = ["customer", "client", "party", "person", "individual", "accountholder"];

/// Headers that name a party only where no other column does: beside `name` they say for whom a person works.
const NAMES_ELSE: [&str; 12] = [
    "company",
    "companyname",
    "customer",
    "supplier",
    "suppliername",
    "vendor",
    "vendorname",
    "accountname",
    "organisation",
    "organization",
    "firma",
    "firmenname",
];

/// Beginnings and ends of headers of columns that hold other parties than that of the row.
const OTHER_PARTIES: [&str; 30] = [
    "director",
    "owner",
    "beneficialowner",
    "ubo",
    "shareholder",
    "signatory",
    "beneficiary",
    "guarantor",
    "consignee",
    "notifyparty",
    "parentcompany",
    "holdingcompany",
    "spouse",
    "contactname",
    "contactperson",
    "geschäftsführer",
    "gesellschafter",
    "ansprechpartner",
    "inhaber",
    "wirtschaftlichberechtigter",
    "vorstand",
    "actionnaire",
    "bénéficiaireeffectif",
    "beneficiariofinal",
    "accionista",
    "владелец",
    "учредитель",
    "контактноелицо",
    "директор",
    "бенефициар",
];

pub(crate) fn folded(header: &str) -> String {
    if header.is_ascii() {
        let letters = header.bytes().filter(u8::is_ascii_alphanumeric);
        return letters.map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    }
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a header names the party where no other column does.
pub fn names_else(header: &str) -> bool {
    NAMES_ELSE.contains(&folded(header).as_str())
}

/// Whether a column that is not read holds the names of parties that are not compared: directors, owners, the firm beside a name.
pub fn of_another_party(header: &str) -> bool {
    let folded = folded(header);
    let folded = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    let bare = ["name", "names", "s"].into_iter().find_map(|end| folded.strip_suffix(end)).unwrap_or(folded);
    names_else(header) || OTHER_PARTIES.iter().any(|word| [bare, folded].iter().any(|h| h.ends_with(word)))
}

impl Column {
    /// The column with a header; `None` for one that is not known.
    pub fn of(header: &str) -> Option<Self> {
        let folded = folded(header);
        Self::known(&folded).or_else(|| {
            let bare = OWNERS.iter().find_map(|owner| folded.strip_prefix(owner))?;
            Self::known(bare).filter(|c| !matches!(c, Self::Name | Self::Aside | Self::Alias | Self::Address))
        })
    }

    fn known(folded: &str) -> Option<Self> {
        if let Some(number) = IDENTIFIERS.iter().find(|n| n.to_lowercase() == folded) {
            return Some(Self::Number(number));
        }
        KNOWN_COLUMNS.iter().find(|(_, spellings)| spellings.contains(&folded)).map(|(column, _)| *column)
    }

    /// Whether the party is named by it, or by it and others.
    pub fn names(self) -> bool {
        matches!(
            self,
            Self::Name | Self::Given | Self::Middle | Self::Family | Self::FamilyOrWhole | Self::Instead
        )
    }
}

/// What each header means beside the others: `Name;Vorname`, `Nombre;Apellidos`, `Имя;Фамилия`. `None` for one that is not known.
pub fn beside(headers: &[String]) -> Vec<Option<Column>> {
    let mut columns: Vec<Option<Column>> = headers.iter().map(|header| Column::of(header)).collect();
    let (given, family) = (columns.contains(&Some(Column::Given)), columns.contains(&Some(Column::Family)));
    let (words, into): (&[&str], Column) = match (given, family) {
        (true, false) => (&FAMILY_OR_WHOLE, Column::FamilyOrWhole),
        (false, true) => (&GIVEN_OR_WHOLE, Column::Given),
        _ => return columns,
    };
    let mut meant = columns.iter_mut().zip(headers);
    if let Some((column, _)) = meant
        .find(|(column, header)| **column == Some(Column::Name) && words.contains(&folded(header).as_str()))
    {
        *column = Some(into);
    }
    columns
}

/// What each header of a table means beside the others; `None` for one that is not known.
///
/// # Errors
/// Where no column tells the name, or the columns of its parts cannot make a whole one: why, and what to do.
pub fn name_columns(headers: &[String]) -> Result<Vec<Option<Column>>, String> {
    let mut columns = beside(headers);
    let has = |columns: &[Option<Column>], wanted: Column| columns.contains(&Some(wanted));
    let given = has(&columns, Column::Given);
    let whole = has(&columns, Column::Name) || has(&columns, Column::FamilyOrWhole);
    let parts = has(&columns, Column::Family);
    if !whole {
        let else_named: Vec<usize> =
            headers.iter().enumerate().filter(|(_, header)| names_else(header)).map(|(at, _)| at).collect();
        // of two such columns nobody can tell which is the party
        if let [at] = *else_named.as_slice()
            && let Some(column) = columns.get_mut(at)
        {
            *column = Some(if parts || given { Column::Instead } else { Column::Name });
        } else if !parts {
            let shown = headers.iter().map(|h| format!("`{h}`")).collect::<Vec<_>>().join(", ");
            let which = if given { "only a part of the name is there" } else { "no column holds the name" };
            return Err(format!(
                "{which}: it has {shown}; call the one with the name `name` (or full_name, caption, legal_name), or the two with its \
                 parts `first_name` and `last_name`"
            ));
        }
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &[&str]) -> Result<Vec<Option<Column>>, String> {
        name_columns(&headers.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn spellings_are_folded_and_each_stands_once() {
        let mut all = std::collections::BTreeSet::new();
        for (_, spellings) in KNOWN_COLUMNS {
            for spelling in spellings {
                assert_eq!(*spelling, folded(spelling));
                all.insert(*spelling);
            }
        }
        for (header, column) in [
            ("Passport", "passportNumber"),
            ("Tax ID", "taxNumber"),
            ("swift", "swiftBic"),
            ("INN", "innCode"),
            ("LEI", "leiCode"),
            ("IMO", "imoNumber"),
            ("IMO No.", "imoNumber"),
            ("passport_number", "passportNumber"),
            ("Customer Passport No", "passportNumber"),
        ] {
            assert_eq!(Column::of(header), Some(Column::Number(column)), "{header}");
        }
        assert_eq!(Column::of("shoe size"), None);
        assert_eq!(Column::of("director first name"), None);
    }

    #[test]
    fn what_a_column_called_name_means_its_neighbours_tell() {
        use Column::{Family, FamilyOrWhole, Given, Instead, Middle, Name};
        for (headers, meant) in [
            (vec!["Name", "Vorname"], vec![Some(FamilyOrWhole), Some(Given)]),
            (vec!["Nom", "Prénom"], vec![Some(FamilyOrWhole), Some(Given)]),
            (vec!["Nombre", "Apellidos"], vec![Some(Given), Some(Family)]),
            (vec!["Фамилия", "Имя", "Отчество"], vec![Some(Family), Some(Given), Some(Middle)]),
            (vec!["name", "first_name", "last_name"], vec![Some(Name), Some(Given), Some(Family)]),
            (vec!["first_name", "last_name", "company"], vec![Some(Given), Some(Family), Some(Instead)]),
            (vec!["Customer First Name", "Customer Last Name"], vec![Some(Given), Some(Family)]),
            (vec!["company", "shoe"], vec![Some(Name), None]),
            (vec!["имя"], vec![Some(Name)]),
        ] {
            assert_eq!(read(&headers).unwrap(), meant, "{headers:?}");
        }
        assert!(read(&["first_name", "country"]).unwrap_err().contains("only a part of the name"));
        assert!(read(&["colour"]).unwrap_err().contains("`first_name` and `last_name`"));
        assert!(read(&["customer", "supplier"]).unwrap_err().contains("no column holds the name"));
    }

    #[test]
    fn columns_of_other_parties_are_told_from_those_of_nobody() {
        for header in
            ["director", "Beneficial Owner", "owner_1", "Director Name", "UBO", "company", "directors"]
        {
            assert!(of_another_party(header), "{header}");
        }
        for header in ["shoe size", "owner id", "director email", "turnover"] {
            assert!(!of_another_party(header), "{header}");
        }
    }
}
