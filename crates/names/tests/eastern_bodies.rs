//! Registered names of firms of China, Japan and Korea against their translated and romanised ones: pinyin, Hepburn, the Revised
//! Romanisation. Names are invented or public.

use countersign_names::{DefaultRarity, NameKind, ParsedName, compare};

fn line(query: &str, listed: &str) -> (f64, String) {
    let parse = |name| ParsedName::parse(name, NameKind::Organization);
    let found = compare(&parse(query), &parse(listed), &DefaultRarity);
    (found.score, found.line())
}

#[track_caller]
fn found(pairs: &[(&str, &str)]) {
    let missed: Vec<String> = pairs
        .iter()
        .map(|(query, listed)| (query, listed, line(query, listed)))
        .filter(|(.., (score, _))| *score < 0.7)
        .map(|(query, listed, (_, line))| format!("{query} / {listed}: {line}"))
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn a_registered_chinese_name_is_its_translation() {
    found(&[
        ("深圳市夸尔电子科技有限公司", "Shenzhen Kuaer Electronic Technology Co., Ltd."),
        ("深圳市夸尔电子科技有限公司", "Shenzhen City Kuaer Electronics Technology Co Ltd"),
        ("杭州市夸尔进出口贸易有限公司", "Hangzhou Kuaer Import & Export Trading Co., Ltd."),
        ("江苏省夸尔半导体设备股份有限公司", "Jiangsu Kuaer Semiconductor Equipment Co., Ltd."),
        ("苏州夸尔精密仪器有限公司", "Suzhou Kuaer Precision Instrument Co., Ltd."),
        ("夸尔（上海）航天材料有限责任公司", "Kuaer (Shanghai) Aerospace Material Co., Ltd."),
        ("宁波市夸尔光电有限公司", "Ningbo Kuaer Optoelectronics Co., Ltd."),
        (
            "中国电子科技集团公司第十四研究所",
            "China Electronics Technology Group Corporation 14th Research Institute",
        ),
    ]);
}

#[test]
fn the_number_of_an_institute_tells_it_from_others() {
    let of = |number: &str| {
        line(
            &format!("中国电子科技集团公司第{number}研究所"),
            "China Electronics Technology Group Corporation 14th Research Institute",
        )
        .0
    };
    assert!(of("十四") > of("五十五") && of("五十五") < 0.7, "{} {}", of("十四"), of("五十五"));
    assert_eq!(line("第二十九研究所", "29th Institute").0, line("第29研究所", "29th Institute").0);
}

#[test]
fn japanese_and_korean_forms_are_forms() {
    found(&[
        ("株式会社クイルテクノロジー", "Kuiru Technology Kabushiki Kaisha"),
        ("クイル株式会社", "KUIRU K.K."),
        ("Kuiru Kabushiki-Gaisha", "Kuiru Co., Ltd."),
        ("有限会社クイル", "Yugen Gaisha Kuiru"),
        ("주식회사 쿠일전자", "Kuil Jeonja Jusik Hoesa"),
        ("(주)쿠일전자", "Kuil Electronics Co., Ltd."),
        ("㈜쿠일", "Kuil Jusikhoesa"),
        ("유한회사 쿠일", "Kuil Yuhan Hoesa"),
    ]);
}

#[test]
fn firms_of_one_line_and_place_are_told_apart() {
    for (query, listed) in [
        ("深圳市夸尔电子科技有限公司", "Shenzhen Feizi Electronic Technology Co., Ltd."),
        ("苏州夸尔精密仪器有限公司", "Suzhou Feizi Precision Instrument Co., Ltd."),
    ] {
        let (score, line) = line(query, listed);
        assert!(score < 0.7, "{query}: {line}");
    }
}
