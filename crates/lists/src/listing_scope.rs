//! What a listing covers where the entry says nothing of it.

use countersign_model::{ListCode, Scope};

/// What an unqualified listing covers, list by list. Lists whose effect differs from entry to entry (SSI
/// directives, menu-based sanctions, State's notices) are left to a person.
pub(crate) fn scope_of(list: ListCode) -> Scope {
    match list {
        ListCode::El | ListCode::Dpl | ListCode::Uvl | ListCode::Mieu => Scope::AllItems,
        ListCode::Meu => Scope::Supplement2Items,
        ListCode::Sdn | ListCode::UnSc | ListCode::EuFsf => Scope::Blocking,
        ListCode::NsCmic => Scope::Securities,
        ListCode::Ssi
        | ListCode::NsMbs
        | ListCode::Cap
        | ListCode::Plc
        | ListCode::Fse
        | ListCode::Dtc
        | ListCode::Isn
        | ListCode::UkSl
        | ListCode::EuRm
        | ListCode::UkRm
        | ListCode::JpEul
        | ListCode::CnEcl
        | ListCode::CnUel
        | ListCode::CnAl
        | ListCode::Own => Scope::SeeEntry,
    }
}
