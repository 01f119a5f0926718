//! The lists that the publisher consolidates.

use countersign_model::ListCode;

/// The publisher's code and name of a list.
pub(super) fn source(list: ListCode) -> Option<(&'static str, &'static str)> {
    use ListCode as L;
    Some(match list {
        L::Dpl => ("DPL", "Denied Persons List (DPL) - Bureau of Industry and Security"),
        L::El => ("EL", "Entity List (EL) - Bureau of Industry and Security"),
        L::Meu => ("MEU", "Military End User (MEU) List - Bureau of Industry and Security"),
        L::Uvl => ("UVL", "Unverified List (UVL) - Bureau of Industry and Security"),
        L::Isn => ("ISN", "Nonproliferation Sanctions (ISN) - State Department"),
        L::Dtc => ("DTC", "ITAR Debarred (DTC) - State Department"),
        L::Cap => ("CAP", "Capta List (CAP) - Treasury Department"),
        L::NsCmic => (
            "CMIC",
            "Non-SDN Chinese Military-Industrial Complex Companies List (CMIC) - Treasury Department",
        ),
        L::Fse => ("FSE", "Foreign Sanctions Evaders (FSE) - Treasury Department"),
        L::NsMbs => ("MBS", "Non-SDN Menu-Based Sanctions List (NS-MBS List) - Treasury Department"),
        L::Plc => ("PLC", "Palestinian Legislative Council List (PLC) - Treasury Department"),
        L::Ssi => ("SSI", "Sectoral Sanctions Identifications List (SSI) - Treasury Department"),
        L::Sdn => ("SDN", "Specially Designated Nationals (SDN) - Treasury Department"),
        _ => return None,
    })
}
