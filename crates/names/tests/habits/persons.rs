//! Persons: particles, titles, second names, what is common.

use countersign_names::NameKind::{Organization, Person};

use crate::{compared, different, found};

#[test]
fn persons_have_particles_titles_initials_and_nicknames() {
    found(
        Person,
        &[
            ("Smith, John", "John Smith"),
            ("Mr. Recep Tayyip Erdoğan", "Recep Tayyip Erdogan"),
            ("J. Smith", "John Smith"),
            ("Bill Vandersloot", "William Vandersloot"),
            ("Iskandar Petrov", "Aleksandr Petrov"),
            ("Abd al-Aziz al-Nuristani", "Abdul Aziz Nooristani"),
            ("Abdelrahman Yassin", "'Abd ar-Rahman Yasin"),
            ("Saif al-Din Khan", "Saifuddin Khan"),
            ("RamiMakhlouf", "Rami Makhlouf"),
            ("Sheikh Hamad bin Khalifa", "Hamad ibn Khalifa"),
            ("Mohamed Ali Habib", "Muhammad Aly Habeeb"),
            ("vanderbilt cornelius", "Cornelius van der Bilt"),
            ("Martin Luther King", "King, Martin Luther"),
        ],
    );
    different(
        Person,
        &[
            ("Boris Abramovich", "Roman Abramovich"),
            ("Ahmed Hassan", "Mahmoud Hassan"),
            ("Martin Luther", "Luther King"),
        ],
    );
}

#[test]
fn father_and_son_are_told_apart() {
    different(Person, &[("Hassan Ali", "Ali Hassan"), ("Mahmoud Ahmad", "Ahmad Mahmoud")]);
    assert!(compared(Person, "Hassan Ali", "Ali Hassan").swapped);
    found(Person, &[("Hassan, Ali", "Ali Hassan"), ("Orban Viktor", "Viktor Orban")]);
}

#[test]
fn second_names_are_left_out_together() {
    let long = "QUILLFEATHER, Quentin Nicola Constantino Hermes";
    found(Person, &[("Quentin Quillfeather", long), (long, "Quillfeather Quentin")]);
    // but not the first one, nor with names that thousands bear
    different(
        Person,
        &[
            ("Hermes Smith", "SMITH, Carlos Maria Jose Hermes"),
            ("Carlos Garcia", "GARCIA, Carlos Jose Maria Luis"),
        ],
    );
}

#[test]
fn what_is_common_needs_more_to_agree() {
    // two common names and a third missing are borne by thousands; rare ones by a family
    different(
        Person,
        &[
            ("Michael Miller", "Scott Michael Miller"),
            ("Jose Martinez", "Jose Olivarez-Martinez"),
            ("Julia Molina", "JULIA"),
            ("Carlos Ortiz", "ARREDONDO ORTIZ, Carlos Arturo"),
            ("Robert Shah", "Robert S. Fairchild"),
            ("Juan Fernandez", "Juan Hernandez"),
        ],
    );
    found(
        Person,
        &[
            ("Quillfeather Brzezinski", "Ignatius Quillfeather Brzezinski"),
            ("Recep Tayyip Erdogan", "Recep Erdogan"),
            ("Nicolas Maduro", "MADURO MOROS, Nicolas"),
            ("President Lukashenko", "Alyaksandr Ryhoravich Lukashenko"),
            ("Osama bin Laden", "Usama bin Muhammad bin Awad bin Ladin"),
            ("Valentina Tereshkova", "Valentin Tereshkov"),
            ("KIM Jong Un", "Jong Un Kim"),
        ],
    );
}

#[test]
fn names_of_foreigners_by_their_sounds() {
    found(
        Person,
        &[
            ("萨达姆·侯赛因", "Saddam Hussein"),
            ("사담 후세인", "Saddam Hussein"),
            ("도널드 트럼프", "Donald Trump"),
            ("바샤르 알아사드", "Bashar al-Assad"),
            ("巴沙尔·阿萨德", "Bashar al-Assad"),
            ("萨达姆·侯赛因", "萨达姆·侯赛因"),
        ],
    );
    different(
        Person,
        &[
            ("사담 후세인", "Kim Yong Su"),
            ("萨达姆·侯赛因", "Donald Trump"),
            ("도널드 트럼프", "Ronald Reagan"),
        ],
    );
    found(Organization, &[("조선민주주의인민공화국", "Choson Minjujuui Inmin Konghwaguk")]);
}
