//! Scripts: how a name is read in each, and found in another.

use countersign_names::NameKind::{Organization, Person};
use countersign_names::{How, NameKind};

use crate::{compared, different, found};

#[test]
fn a_name_is_itself_in_every_script_and_case() {
    for name in [
        "NSO Group",
        "محمد حسني مبارك",
        "华为技术有限公司",
        "김정은",
        "Ελληνική Εταιρεία",
        "นายทักษิณ",
        "Limited",
    ] {
        for kind in NameKind::ALL {
            let result = compared(kind, name, name);
            assert!((result.score - 1.0).abs() < 1e-9, "{kind:?} {name}: {}", result.line());
        }
    }
    found(Organization, &[("nso GROUP", "NSO Group"), ("ＮＳＯ Ｇｒｏｕｐ", "NSO Group")]);
}

#[test]
fn cyrillic_is_read_in_several_ways() {
    found(
        Person,
        &[
            ("Владимир Владимирович Путин", "Wladimir Putin"),
            ("Хрущёв Никита", "Nikita Khrushchev"),
            ("Володимир Зеленський", "Volodymyr Zelenskyy"),
            ("Александр Цой", "Aleksandr Tsoy"),
            ("Сергей Сергеевич Зеленюк", "ZELENYUK, Sergei Sergeevich"),
            ("Александар Вучић", "Aleksandar Vucic"),
            ("Григорій Щербак", "Hryhorii Shcherbak"),
        ],
    );
    different(
        Person,
        &[("Дмитрий Иванов", "Sergey Ivanov"), ("Иван Петрович Сидоров", "Пётр Иванович Сидоров")],
    );
}

#[test]
fn scripts_without_vowels_are_compared_by_consonants() {
    found(
        Person,
        &[
            ("محمد حسني مبارك", "Muhammad Husni Mubarak"),
            ("بشار الأسد", "Bashar al-Asad"),
            ("أسامة بن لادن", "Usama bin Ladin"),
            ("قاسم سلیمانی", "Qasem Soleimani"),
            ("محمود احمدی نژاد", "Mahmoud Ahmadinejad"),
            ("عبد الرحمن الراشد", "Abdulrahman al-Rashed"),
            ("בנימין נתניהו", "Binyamin Netanyahu"),
            ("שלו חוליו", "Shalev Hulio"),
            ("नरेन्द्र मोदी", "Narendra Modi"),
            ("バラク・オバマ", "Barack Obama"),
        ],
    );
    different(
        Person,
        &[
            ("بشار الأسد", "Hafez Makhlouf"),
            ("محمد حسني مبارك", "Mahmoud Ahmadinejad"),
            ("בנימין נתניהו", "Shalev Hulio"),
            ("قاسم سلیمانی", "Hossein Salami"),
        ],
    );
    let why = compared(Person, "قاسم سلیمانی", "Qasem Soleimani");
    assert!(why.parts.iter().all(|p| p.how == How::Skeleton), "{}", why.line());
}

#[test]
fn chinese_japanese_and_korean() {
    found(
        Person,
        &[
            ("习近平", "Xi Jinping"),
            ("曾庆红", "Zeng Qinghong"),
            ("單田芳", "Shan Tianfang"),
            ("김정은", "Kim Jong Un"),
            ("박근혜", "Park Geun-hye"),
            ("이재명", "Lee Jae-myung"),
            ("Gim Jeong-eun", "KIM Jong Un"),
        ],
    );
    found(
        Organization,
        &[
            ("华为技术有限公司", "Huawei Technologies Co., Ltd."),
            ("華為技術有限公司", "华为技术有限公司"),
            ("ソフトバンクグループ株式会社", "SoftBank Group"),
            ("주식회사 한국전자", "한국전자"),
            ("杭州海康威视数字技术股份有限公司", "Hangzhou Haikangweishi Digital Technology Co., Ltd."),
        ],
    );
    different(Person, &[("高石早苗", "高市早苗"), ("习近平", "Li Keqiang"), ("김정은", "Park Chung-hee")]);
}

#[test]
fn other_alphabets_romanise() {
    found(
        Person,
        &[
            ("Αλέξης Τσίπρας", "Alexis Tsipras"),
            ("Նիկոլ Փաշինյան", "Nikol Pashinyan"),
            ("ირაკლი კობახიძე", "Irakli Kobakhidze"),
            ("ทักษิณ สมชาย", "Thaksin Somchai"),
        ],
    );
}

#[test]
fn greek_persian_hebrew_and_arabic_habits() {
    found(
        Person,
        &[
            ("Μπαράκ Ομπάμα", "Barack Obama"),
            ("Ανδρέας Λαμπράκης", "Andreas Lambrakis"),
            ("علی خامنه‌ای", "Ali Khamenei"),
            ("علی خامنه ای", "KHAMENEI, Ali"),
            ("روح‌الله خمینی", "Ruhollah Khomeini"),
            ("محمد خاتمی", "Mohammad Khatami"),
            ("حسن نصر الله", "Hassan Nasrallah"),
            ("عبدالرحمن اليوسفي", "Abd al-Rahman Youssoufi"),
            ("טל ברודי", "Tal Brody"),
            ("يوسف شاهين", "Youssef Chahine"),
            ("אברהם שטרן", "Avraham Stern"),
            ("Muammar Qadhafi", "Moammar Gaddafi"),
        ],
    );
    found(Organization, &[("شركة النور للتجارة", "Al Noor Trading Company")]);
    different(Person, &[("علی خامنه‌ای", "Hassan Rouhani"), ("Μπαράκ Ομπάμα", "Mara Papadima")]);
}

#[test]
fn public_figures_are_found_across_scripts() {
    found(
        Person,
        &[
            ("Виктор Фёдорович Янукович", "Viktor Yanukovych"),
            ("Аляксандр Лукашэнка", "Alexander Lukashenko"),
            ("Слободан Милошевић", "Slobodan Milosevic"),
            ("Тодор Живков", "Todor Zhivkov"),
            ("معمر القذافي", "Muammar Gaddafi"),
            ("ياسر عرفات", "Yasser Arafat"),
            ("حسن روحانی", "Hassan Rouhani"),
            ("אריאל שרון", "Ariel Sharon"),
            ("Ανδρέας Παπανδρέου", "Andreas Papandreou"),
            ("毛泽东", "Mao Tse-tung"),
            ("梁振英", "Leung Chun-ying"),
            ("安倍晋三", "Shinzo Abe"),
            ("小泉純一郎", "Junichiro Koizumi"),
            ("문재인", "Moon Jae-in"),
            ("朴正熙", "Park Chung-hee"),
            ("इन्दिरा गान्धी", "Indira Gandhi"),
            ("Սերժ Սարգսյան", "Serzh Sargsyan"),
            ("მიხეილ სააკაშვილი", "Mikheil Saakashvili"),
        ],
    );
    different(
        Person,
        &[
            ("Виктор Янукович", "Viktor Yushchenko"),
            ("ياسر عرفات", "Yasser Abed Rabbo"),
            ("אריאל שרון", "Ehud Barak"),
            ("毛泽东", "Mao Zedun Li"),
            ("安倍晋三", "Shintaro Abe"),
            ("문재인", "Moon Jae-sook"),
        ],
    );
}

#[test]
fn a_disguise_by_lookalike_letters_is_seen_through() {
    found(Organization, &[("Cаndiru", "Candiru"), ("NS\u{41e} Group", "NSO Group")]);
    // one Latin letter in a Cyrillic name, as on keyboards where both lie on one key
    let shoigu = "SHOIGU, Sergei Kuzhugetovich";
    for query in ["Сергей Шoйгу", "Cергей Шойгу", "Сергeй Шойгу", "CEPГEЙ ШOЙГY"]
    {
        let same = |name| compared(Person, name, shoigu).score;
        assert_eq!(same(query), same("Сергей Шойгу"), "{query}");
    }
    found(
        Person,
        &[
            ("Влaдимир Путин", "Vladimir Putin"),
            ("Александр Лукашенкo", "Alexander Lukashenko"),
            ("EPMOЛEHKO Иван", "Ivan Ermolenko"),
            ("Aλέξης Tσίπρας", "Alexis Tsipras"),
        ],
    );
}
