//! Which words find what.

use outlay_proto::v1;

use super::{all, found, query, titled};
use crate::support::Server;
use crate::support::records::{english, organisation, project, row};

/// Asks one server many queries.
async fn finds(server: &Server, cases: &[(&str, &[&str])]) {
    let mut projects = server.projects();
    for (text, due) in cases {
        let mut came = found(&mut projects, text).await;
        came.sort_unstable();
        assert_eq!(came, *due, "{text}");
    }
}

#[tokio::test]
async fn chinese_is_found_by_any_part_of_it() {
    let server = titled(&[
        "年产72万片功率半导体晶圆项目",
        "嘉兴芯片封装测试基地",
        "片式电容器",
        "光（芯）模块",
        "重庆路仓库",
    ])
    .await;
    let cases: &[(&str, &[&str])] = &[
        ("功率半导体", &["a"]),
        ("导体晶", &["a"]),
        ("半导晶", &[]),
        ("芯片", &["b"]),
        ("芯", &["b", "d"]),
        ("片", &["a", "b", "c"]),
        ("片式", &["c"]),
        ("万片功率半导体晶圆项目", &["a"]),
        ("芯模", &[]),
        ("光芯", &[]),
        ("项目", &["a"]),
        ("年产", &["a"]),
        ("年", &["a"]),
        ("库", &["e"]),
        ("测试 芯片", &["b"]),
        ("芯片，测试", &["b"]),
        ("芯片 晶圆", &[]),
    ];
    finds(&server, cases).await;
}

#[tokio::test]
async fn latin_words_and_numbers_are_found_by_their_beginnings() {
    let server = titled(&[
        "12英寸晶圆",
        "碳化硅（SiC）衬底 8-inch",
        "Lithium cells, phase 2 — Jiāxīng",
        "ＡＢＣ１２３车间",
        "112英寸显示屏",
    ])
    .await;
    let cases: &[(&str, &[&str])] = &[
        ("12英寸", &["a"]),
        ("12 英寸", &["a"]),
        ("英寸", &["a", "e"]),
        ("1", &["a", "e"]),
        ("2", &["c"]),
        ("2英寸", &[]),
        ("sic", &["b"]),
        ("SIC衬底", &["b"]),
        ("碳化硅sic", &["b"]),
        ("8-inch", &["b"]),
        ("8 inch", &["b"]),
        ("inch-8", &[]),
        ("lith", &["c"]),
        ("ithium", &[]),
        ("jiaxing", &["c"]),
        ("cells phase", &["c"]),
        ("phase cells", &["c"]),
        ("abc123", &["d"]),
        ("ａｂｃ", &["d"]),
        ("abc12 车间", &["d"]),
        ("123", &[]),
    ];
    finds(&server, cases).await;
}

#[tokio::test]
async fn initials_stand_for_characters_in_a_row() {
    let server = titled(&["嘉兴芯片封装", "重庆路仓库", "嘉善新型片材", "XP设备"]).await;
    let cases: &[(&str, &[&str])] = &[
        ("jxxp", &["a"]),
        ("jxx", &["a"]),
        ("xp", &["a", "c", "d"]),
        ("cq", &["b"]),
        ("ZQ", &["b"]),
        ("cqlck", &["b"]),
        ("fz", &["a"]),
        ("xxp", &["a", "c"]),
        ("jp", &[]),
        ("xp sb", &["d"]),
        ("zjs", &["a", "b", "c", "d"]),
        ("zjsjjhxxht", &["a", "b", "c", "d"]),
        ("xhq", &["a", "b", "c", "d"]),
    ];
    finds(&server, cases).await;
}

#[tokio::test]
async fn owners_and_places_are_found_by_their_names_and_codes() {
    let server = titled(&["甲", "乙"]).await;
    let mut projects = server.projects();
    let solar = v1::Project {
        project_code: "2306-330402-04-02-123456".to_owned(),
        localized_titles: english("Wafers"),
        ..project("丙")
    };
    crate::project::create(&mut projects, "solar", solar).await;
    let cases: &[(&str, &[&str])] = &[
        ("阳光光伏", &["solar"]),
        ("阳光", &["solar"]),
        ("ygg", &["solar"]),
        ("南湖", &["solar"]),
        ("南湖区", &["solar"]),
        ("嘉兴市", &["solar"]),
        ("jxs", &["solar"]),
        ("西湖", &["a", "b"]),
        ("浙江", &["a", "b", "solar"]),
        ("中华人民共和国", &["a", "b", "solar"]),
        ("330402", &["solar"]),
        ("330100", &["a", "b"]),
        ("330000", &["a", "b", "solar"]),
        ("3301", &[]),
        ("湖", &["a", "b", "solar"]),
        ("丙 南湖 阳光", &["solar"]),
        ("丙 西湖", &[]),
        ("甲 西湖 浙江省经济和信息化厅", &["a"]),
        ("2306-330402-04-02-123456", &["solar"]),
        ("2306-3304", &["solar"]),
        ("2306-3304 丙", &["solar"]),
        ("2306-3305", &[]),
        ("wafers", &["solar"]),
        ("waf 阳光", &["solar"]),
    ];
    finds(&server, cases).await;
    let results = all(&mut projects, query("waf 阳光 330402")).await;
    assert_eq!(results[0].matched_fields, ["localized_titles", "owner", "region"]);
    let results = all(&mut projects, query("2306-330402")).await;
    assert_eq!(results[0].matched_fields, ["project_code"]);
}

#[tokio::test]
async fn one_owner_is_found_among_many_that_came_at_once() {
    let server = titled(&[]).await;
    let rows = (0..400).map(|number| {
        let mut owner = organisation(&format!("第{number}棉纺厂"));
        owner.name = format!("organisations/mill-{number}");
        row(v1::reference_record::Record::Organisation(owner))
    });
    let batch = vec![crate::support::batch(1, rows.collect())];
    crate::support::import(&mut server.reference(), batch).await.unwrap();
    let mut projects = server.projects();
    for number in [7, 77, 277] {
        let given = v1::Project { owner: format!("organisations/mill-{number}"), ..project("甲") };
        crate::project::create(&mut projects, &format!("p{number}"), given).await;
    }
    let cases: &[(&str, &[&str])] = &[
        ("第7棉纺", &["p7"]),
        ("77棉", &["p77"]),
        ("277", &["p277"]),
        ("棉纺厂", &["p277", "p7", "p77"]),
        ("mfc 甲", &["p277", "p7", "p77"]),
        ("第8棉纺", &[]),
    ];
    finds(&server, cases).await;
}

#[tokio::test]
async fn of_a_long_title_the_beginning_is_searched() {
    let long = format!("首{}中尾", "长".repeat(62));
    let longer = format!("首{}中尾", "长".repeat(70));
    let server = titled(&[&long, &longer]).await;
    let cases: &[(&str, &[&str])] = &[("首长", &["a", "b"]), ("长中", &["a"]), ("中尾", &["a"])];
    finds(&server, cases).await;
}
