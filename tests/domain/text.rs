//! Texts in normal form, their tokens, and queries. Tokens are on disk.

use outlay_server::domain::query::Query;
use outlay_server::domain::text::{Texts, normal};
use outlay_server::domain::{initials, query};
use outlay_server::error::Reason;

#[test]
fn the_normal_form_has_no_case_width_marks_or_signs() {
    for (text, due) in [
        ("碳化硅（SiC）8-inch", "碳化硅sic 8 inch"),
        ("年产12万片（示例）", "年产12万片 示例"),
        ("年产12万片(示例)é", "年产12万片 示例e"),
        ("ＡＢＣ　１２３", "abc 123"),
        ("Jiāxīng Łódź Straße İzmir", "jiaxing lodz straße izmir"),
        ("ﬁlm ㎒ Å", "film mhz a"),
        ("５Ｇ＋AI", "5g ai"),
        ("한국 パワー", "한국 パワー"),
        ("々〇", "々〇"),
        ("🙂——", ""),
        ("", ""),
    ] {
        assert_eq!(normal(text), due, "{text}");
        assert_eq!(normal(due), due, "the normal form of {due} is itself");
    }
}

fn tokens(text: &str, mut left: usize) -> (Vec<String>, Vec<String>, usize) {
    let mut texts = Texts::default();
    texts.add("title", text, &mut left);
    let tokens = texts.take_tokens().into_iter().collect();
    (tokens, texts.iter().map(|(_, text)| text.to_owned()).collect(), left)
}

#[test]
fn tokens_are_pairs_and_words_each_once() {
    for (text, due) in [
        ("芯片（芯片）", &["芯片"][..]),
        ("功率半导体", &["体", "功率", "半导", "导体", "率半"][1..]),
        ("年产12英寸片", &["12", "寸片", "年产", "英寸"]),
        ("光 5G", &["5g", "光"]),
        ("年产 项目", &["年产", "项目"]),
        (&"x".repeat(40), &["xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"]),
    ] {
        assert_eq!(tokens(text, 64).0, due, "{text}");
    }
}

#[test]
fn a_text_ends_where_its_tokens_do() {
    let (found, texts, left) = tokens("芯片封装12英寸", 4);
    assert_eq!(found, ["12", "封装", "片封", "芯片"]);
    assert_eq!((texts, left), (vec!["芯片封装12".to_owned()], 0));
    let (_, texts, left) = tokens("芯片封装", 2);
    assert_eq!((texts, left), (vec!["芯片封".to_owned()], 0));
    let (_, texts, left) = tokens("芯片", 0);
    assert_eq!((texts, left), (vec![], 0));
}

#[test]
fn initials_are_those_of_every_reading() {
    for (letter, due) in
        [('芯', "x"), ('重', "ctz"), ('庆', "q"), ('吕', "l"), ('A', ""), ('々', "")]
    {
        let mut initials: Vec<char> = initials::of(letter).into_iter().map(char::from).collect();
        initials.sort_unstable();
        let initials: String = initials.into_iter().collect();
        assert_eq!(initials, due, "{letter}");
    }
    assert!(initials::occur(b"cq", "在重庆"));
    assert!(!initials::occur(b"cq", "重"));
}

#[test]
fn a_query_is_its_terms_each_once() {
    let terms = |text: &str| -> Vec<String> {
        let query = Query::parse(text).unwrap();
        query.terms.iter().map(|term| term.text().to_owned()).collect()
    };
    assert_eq!(terms("芯片 南湖"), ["芯片", "南湖"]);
    assert_eq!(terms("芯片，南湖、SiC；sic"), ["芯片", "南湖", "sic"]);
    assert_eq!(terms(" 12英寸 — （示例）"), ["12英寸", "示例"]);
    assert_eq!(terms("2306-330402"), ["2306 330402"]);
    let many = "a b c d e f g h i";
    assert_eq!(many.split(' ').count(), query::MAX_TERMS + 1);
    for text in ["", "  ", "🙂", "，，", many] {
        assert_eq!(Query::parse(text).unwrap_err().reason, Reason::QueryInvalid, "{text}");
    }
}
