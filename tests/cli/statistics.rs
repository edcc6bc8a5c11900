//! `outlay observation`, `outlay target` and `outlay indicator`.

use super::outlay;
use crate::support::Server;

const ID: &str = "330400-manufacturing-investment-2022q1";
const CREATE: &str = "create --region 330400 --indicator manufacturing-investment \
    --period 2022Q1 --publish-date 2022-04-20 --status preliminary";

#[tokio::test]
async fn an_observation_is_created_published_rebased_and_brought_back() {
    let server = Server::seeded().await;
    let say = async |verb: &str| outlay(&server).run(&format!("observation {verb}")).await;
    let given = "--value 290.3亿 --growth 24.1% --issuer jx-eit -o json";
    let made = say(&format!("{CREATE} {given}")).await.json();
    assert_eq!(made["name"], format!("observations/{ID}"));
    assert_eq!(made["publishedValue"]["value"], "29030000000");
    assert_eq!(made["publishedValue"]["growth"], "0.241");
    assert_eq!(made["publishedValue"]["source"]["issuer"], "organisations/jx-eit");
    let table = say("list --region 330000").await.worked();
    assert!(table.contains("29,030,000,000"), "{table}");

    let publish = format!("publish {ID} --value 2,910,000.5万 --growth=-0.5% --status final");
    let missing = say(&publish).await.failed(2);
    assert!(missing.contains("--publish-date"), "{missing}");
    let published = say(&format!("{publish} --publish-date 2023-01-18 -o json")).await.json();
    assert_eq!(published["publishedValue"]["value"], "29100005000");
    assert_eq!(published["publishedValue"]["growth"], "-0.005");
    assert_eq!(published["publishedValues"].as_array().unwrap().len(), 2);
    let rebase = format!("rebase {ID} --value 289亿 --applies-from 2023-03 --author 统计局");
    let missing = say(&rebase).await.failed(2);
    assert!(missing.contains("--reason"), "{missing}");
    let rebased = say(&format!("{rebase} --reason 口径 -o json")).await.json();
    assert_eq!(rebased["comparableBases"][0]["value"], "28900000000");

    let sheet = say(&format!("get {ID}")).await.worked();
    assert!(sheet.contains("28,900,000,000") && sheet.contains("29,030,000,000"), "{sheet}");
    say(&format!("delete {ID}")).await.worked();
    assert!(!say("list").await.worked().contains(ID));
    say(&format!("undelete {ID}")).await.worked();
    let history = say(&format!("history {ID}")).await.worked();
    assert!(history.contains("PublishObservation"), "{history}");
}

#[tokio::test]
async fn an_observation_has_no_update_and_says_how_it_changes() {
    let server = Server::seeded().await;
    let say = async |verb: &str| outlay(&server).run(&format!("observation {verb}")).await;
    assert!(say("update x --value 1").await.failed(2).contains("update"));
    let given = say(&format!("{CREATE} --set comparable_bases=[]")).await.failed(2);
    assert!(given.contains("outlay observation rebase"), "{given}");
    let wrong = say(&format!("{CREATE} --value 290.3 亿元")).await;
    assert_eq!(wrong.code, 2);
    for value in ["1.2.3亿", "亿", "%", "--1", "一亿"] {
        let err = say(&format!("{CREATE} --value={value}")).await.failed(2);
        assert!(err.contains("290.3亿"), "{value}: {err}");
    }
    let twice = format!("{CREATE} --value 1亿");
    say(&twice).await.worked();
    assert!(say(&twice).await.failed(4).contains("PublishObservation"));
}

#[tokio::test]
async fn indicators_come_from_csv_and_a_second_run_changes_nothing() {
    let server = Server::seeded().await;
    let file = "code,name_zh,name_en,unit,share_of,report_scope.industries,\
        report_scope.technical_transformation\n\
        industrial-investment,工业投资,Industrial Investment,yuan,fixed-asset-investment,c;38,false\n\
        technical-transformation-investment,技改投资,,yuan,industrial-investment,,true\n";
    let first = outlay(&server).stdin(file).run("indicator import -").await;
    assert!(first.err.contains("2 created"), "{first:?}");
    first.worked();
    let revision = server.revision().await;
    let second = outlay(&server).stdin(file).run("indicator import -").await;
    assert!(second.err.contains("2 unchanged"), "{second:?}");
    assert_eq!(server.revision().await, revision);
    let shown = outlay(&server).run("indicator get industrial-investment -o json").await.json();
    assert_eq!(shown["reportScope"]["industries"][1], "industries/38");
    let shown = outlay(&server)
        .run("indicator get technical-transformation-investment -o json")
        .await
        .json();
    assert_eq!(shown["reportScope"]["technicalTransformation"], true);
    let circle = "code,share_of\nfixed-asset-investment,manufacturing-investment\n";
    let refused = outlay(&server).stdin(circle).run("indicator import - -o json").await;
    assert!(refused.code == 1 && refused.out.contains("TREE_CYCLE"), "{refused:?}");
}

#[tokio::test]
async fn observations_come_from_csv_and_what_is_new_of_them_is_published() {
    let server = Server::seeded().await;
    let heading = "region,indicator,period,value,growth,status,publish_date,source\n";
    let first = "330400,manufacturing-investment,2022-01/2022-03,290.3亿,24.1%,preliminary,2022-04-20,季报\n\
        330402,manufacturing-investment,2022Q1,12.5亿,,preliminary,2022-04-20,季报\n";
    let import = async |rows: &str| {
        let file = format!("{heading}{rows}");
        let outcome = outlay(&server).stdin(file).run("observation import - -o json").await;
        let report: serde_json::Value = serde_json::from_str(&outcome.out).unwrap();
        (outcome, report)
    };
    let counts = |report: &serde_json::Value| {
        ["created", "updated", "unchanged", "refused"].map(|key| report[key].as_u64().unwrap())
    };
    assert_eq!(counts(&import(first).await.1), [2, 0, 0, 0]);
    let revision = server.revision().await;
    assert_eq!(counts(&import(first).await.1), [0, 0, 2, 0]);
    assert_eq!(server.revision().await, revision);

    outlay(&server)
        .run(&format!(
            "observation rebase {ID} --value 289亿 --applies-from 2023-03 --reason 口径 --author 局"
        ))
        .await
        .worked();
    let revised = "330400,manufacturing-investment,2022Q1,291亿,,final,2023-01-18,年鉴\n";
    assert_eq!(counts(&import(revised).await.1), [0, 1, 0, 0]);
    // The older file says nothing new.
    assert_eq!(counts(&import(first).await.1), [0, 0, 2, 0]);
    let shown = outlay(&server).run(&format!("observation get {ID} -o json")).await.json();
    assert_eq!(shown["publishedValue"]["value"], "29100000000");
    assert_eq!(shown["publishedValues"].as_array().unwrap().len(), 2);
    assert_eq!(shown["comparableBases"].as_array().unwrap().len(), 1);

    let bad = "330400,manufacturing-investment,2022-13,1,,final,2023-01-18,\n\
        330499,manufacturing-investment,2022,1,,final,2023-01-18,\n\
        ,manufacturing-investment,2022,1,,final,2023-01-18,\n\
        330400,manufacturing-investment,2022,1,,,,\n\
        330400,manufacturing-investment,2022Q1,1,,final,2022-05-01,\n\
        330411,manufacturing-investment,2022,1,,final,2023-01-18,\n\
        330411,manufacturing-investment,2022,2,,final,2023-01-18,\n";
    let (outcome, report) = import(bad).await;
    assert_eq!((outcome.code, counts(&report)), (1, [1, 0, 0, 6]), "{report}");
    let told: Vec<_> = report["violations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["line"].as_u64().unwrap(), one["field"].as_str().unwrap()))
        .collect();
    let due = [
        (2, "observation.period"),
        (3, "observation.region"),
        (4, "observation.region"),
        (5, "observation.published_value.publish_date"),
        (5, "observation.published_value.status"),
        (6, "observation.published_value.publish_date"),
        (8, "indicator"),
    ];
    assert_eq!(told, due, "{report}");
}

#[tokio::test]
async fn targets_come_from_csv_and_a_list_can_be_read_back() {
    let server = Server::seeded().await;
    let file = "region,indicator,year,value,growth\n\
        330400,manufacturing-investment,2023,1200亿,15%\n\
        330100,manufacturing-investment,2023,,8.5%\n";
    let first = outlay(&server).stdin(file).run("target import - --all-or-nothing").await;
    assert!(first.err.contains("2 created"), "{first:?}");
    let more = "region,indicator,year,value\n330100,manufacturing-investment,2023,900亿\n";
    let second = outlay(&server).stdin(more).run("target import -").await;
    assert!(second.err.contains("1 updated"), "{second:?}");
    let revision = server.revision().await;
    let listed = outlay(&server).run("target list -o csv").await.worked();
    let third = outlay(&server).stdin(listed).run("target import -").await;
    assert!(third.err.contains("2 unchanged"), "{third:?}");
    assert_eq!(server.revision().await, revision);
    let shown = outlay(&server).run("target get 330100-manufacturing-investment-2023 -o json");
    let shown = shown.await.json();
    assert_eq!((&shown["value"], &shown["growth"]), (&"90000000000".into(), &"0.085".into()));
}
