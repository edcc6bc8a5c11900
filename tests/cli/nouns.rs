//! The verbs that every noun has, and those of its own.

use super::outlay;
use crate::support::Server;
use crate::support::records::project;

/// How each noun is created, and a flag that changes it.
const NOUNS: [(&str, &str, &str, &str); 13] = [
    (
        "project",
        "new",
        "--title 一 --owner jx-solar --region 330402 --industry 3825 --kind new-build --total 1亿",
        "--title 新名",
    ),
    ("meeting", "new", "--title 一 --kind working --host jx-eit --region 330400", "--title 新名"),
    ("region", "330421", "--code 330421 --name 嘉善 --type county --parent 330400", "--name 新名"),
    ("industry", "391", "--code 391 --name 计算机 --parent 39", "--name 新名"),
    ("cluster", "c14", "--code C14 --name 节能 --tier characteristic --parent w4", "--name 新名"),
    ("organisation", "new", "--name 新公司 --kind company --region 330402", "--name 新名"),
    (
        "review-delegation",
        "new",
        "--region 330402 --level county --delegate regions/330400 \
         --first 2023-07-28 --last 2023-08-28 --reason 一",
        "--reason 新名",
    ),
    (
        "course",
        "new",
        "--title 一 --hours 1.5 --pass-mark 60 --certificate-prefix TZ",
        "--title 新名",
    ),
    ("policy", "new", "--title 新政策 --issuer zj-eit", "--title 新名"),
    ("indicator", "new", "--code new --name 新指标 --unit yuan", "--name 新名"),
    // They are of the meeting that is created above.
    ("decision", "new", "--meeting new --date 2023-07-28 --text 一", "--text 新名"),
    (
        "action",
        "new",
        "--meeting new --decision new --title 一 --lead jx-eit --due 2023-08-31",
        "--title 新名",
    ),
    (
        "target",
        "330400-manufacturing-investment-2023",
        "--region 330400 --indicator manufacturing-investment --year 2023 --growth 15%",
        "--document-number 新名",
    ),
];

#[tokio::test]
async fn every_noun_is_created_read_changed_deleted_and_brought_back() {
    let server = Server::seeded().await;
    for (noun, id, create, change) in NOUNS {
        let say = async |verb: &str| outlay(&server).run(&format!("{noun} {verb}")).await;
        say(&format!("create --id {id} {create}")).await.worked();
        let shown = say(&format!("get {id} -o json")).await.json();
        assert!(shown["name"].as_str().unwrap().ends_with(&format!("/{id}")), "{shown}");
        say(&format!("update {id} {change}")).await.worked();
        assert!(say("list").await.worked().contains("新名"), "{noun}");
        assert!(say(&format!("get {id}")).await.worked().contains("新名"), "{noun}");
        say(&format!("delete {id}")).await.worked();
        assert!(!say("list").await.worked().contains("新名"), "{noun}");
        assert!(say("list --show-deleted").await.worked().contains("新名"), "{noun}");
        say(&format!("undelete {id}")).await.worked();
        let history = say(&format!("history {id} -o json")).await.json();
        let methods: Vec<_> = history
            .as_array()
            .unwrap()
            .iter()
            .map(|version| {
                let method = version["change"]["method"].as_str().unwrap();
                method
                    .rsplit('/')
                    .next()
                    .unwrap()
                    .to_lowercase()
                    .replace(&noun.replace('-', ""), "")
            })
            .collect();
        assert_eq!(methods, ["undelete", "delete", "update", "create"], "{noun}");
        assert!(say(&format!("history {id}")).await.worked().contains("loopback"), "{noun}");
    }
}

#[tokio::test]
async fn a_project_is_taken_through_its_stages() {
    let server = Server::seeded().await;
    let (_, _, create, _) = NOUNS[0];
    let say = async |verb: &str| outlay(&server).run(&format!("project {verb}")).await;
    say(&format!("create --id p {create} --kind expansion --technical-transformation --code 2306-330402-04-02-123456")).await.failed(2);
    let create = create.replace("new-build", "expansion");
    let code = "--technical-transformation=true --code 2306-330402-04-02-123456";
    say(&format!("create --id p {create} {code}")).await.worked();
    let stage = async || say("get p -o json").await.json()["stage"].as_str().unwrap().to_owned();
    say("advance p --stage filed --date 2023-06-08 --evidence 'No. 17'").await.worked();
    assert!(stage().await.ends_with("FILED"));
    say("suspend p --date 2023-06-09 --reason 洪水").await.worked();
    assert!(stage().await.ends_with("SUSPENDED"));
    say("resume p --date 2023-06-10").await.worked();
    assert!(stage().await.ends_with("FILED"));
    say("revert p --reason 记错了").await.worked();
    assert!(stage().await.ends_with("SUSPENDED"));
    say("terminate p --date 2023-06-11 --reason 撤资").await.worked();
    assert!(stage().await.ends_with("TERMINATED"));
}

#[tokio::test]
async fn a_meeting_is_taken_through_its_states() {
    let server = Server::seeded().await;
    let (_, _, create, _) = NOUNS[1];
    let say = async |verb: &str| outlay(&server).run(&format!("meeting {verb}")).await;
    let place = "--place 三楼 --start 2023-07-28T01:00:00Z --end 2023-07-28T04:00:00Z --time-zone Asia/Shanghai";
    for id in ["m", "n"] {
        say(&format!("create --id {id} {create} {place}")).await.worked();
        say(&format!("schedule {id}")).await.worked();
    }
    say("start m").await.worked();
    say("close m").await.worked();
    say("cancel n --reason 台风").await.worked();
    let listed = say("list --filter 'state = CLOSED' -o json").await.json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["name"], "meetings/m");
}

#[tokio::test]
async fn an_action_is_taken_through_its_states() {
    let server = Server::seeded().await;
    crate::meeting::create(&mut server.meetings(), "m", crate::support::records::meeting("会"))
        .await;
    let say = async |verb: &str| outlay(&server).run(&format!("action {verb}")).await;
    let create = "--meeting m --title 一 --lead jx-eit --due 2023-07-01";
    for id in ["a", "b"] {
        say(&format!("create --id {id} {create}")).await.worked();
    }
    say("start a").await.worked();
    say("close a").await.failed(4);
    say("submit a --result 办结").await.worked();
    say("return a --reason 材料不全").await.worked();
    say("extend a --due 2023-07-20 --reason 补材料").await.worked();
    say("submit a --result 办结").await.worked();
    assert!(say("list --overdue --organisation jx-eit").await.worked().contains("2023-07-20"));
    say("close a --comment 已核").await.worked();
    say("cancel b --reason 撤销").await.worked();
    assert_eq!(say("list --open -o json").await.json().as_array().unwrap().len(), 0);
    let summary = say("summary --by region -o json").await.json();
    assert_eq!(
        (&summary[0]["closedCount"], &summary[0]["cancelledCount"]),
        (&"1".into(), &"1".into())
    );
    assert_eq!(say("reminders -o json").await.json().as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn all_pages_are_one_list_and_one_page_says_what_follows() {
    let server = Server::seeded().await;
    crate::list::many(&server, 23).await;
    let all = outlay(&server).run("project list --page-size 5 --all -o json").await.json();
    assert_eq!(all.as_array().unwrap().len(), 23);
    let first = outlay(&server).run("project list --page-size 20 -o csv").await;
    let token = first.err.split('\'').nth(1).expect("a token").to_owned();
    assert_eq!(first.worked().lines().count(), 21, "a heading and a page");
    let rest = outlay(&server)
        .run(&format!("project list --page-size 20 --page-token '{token}' -o csv"))
        .await;
    assert_eq!(rest.err, "");
    assert_eq!(rest.worked().lines().count(), 4);
}

#[tokio::test]
async fn several_are_shown_at_once_in_the_order_asked_for() {
    let server = Server::seeded().await;
    for id in ["a", "b"] {
        crate::project::create(&mut server.projects(), id, project(id)).await;
    }
    let shown = outlay(&server).run("project get b a -o json").await.json();
    let titles: Vec<_> =
        shown.as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["b", "a"]);
    let shown = outlay(&server).run("region get 330402 regions/330400 -o json").await.json();
    assert_eq!(shown[1]["name"], "regions/330400");
}

#[tokio::test]
async fn trying_changes_nothing_and_a_request_id_makes_it_once() {
    let server = Server::seeded().await;
    let (_, _, create, _) = NOUNS[5];
    let revision = server.revision().await;
    outlay(&server).run(&format!("organisation create {create} --validate-only")).await.worked();
    assert_eq!(server.revision().await, revision);
    let id = crate::support::records::request_id();
    let command = format!("organisation create {create} --request-id {id} -o json");
    let first = outlay(&server).run(&command).await.json();
    assert_eq!(outlay(&server).run(&command).await.json(), first);
    assert_eq!(server.revision().await, revision + 1);
}

#[tokio::test]
async fn a_difference_of_two_revisions_is_told_field_by_field() {
    let server = Server::seeded().await;
    let project = project("一");
    let created = crate::project::create(&mut server.projects(), "p", project).await;
    let update = "project update p --title 二 --total 3亿 --label line=2 --cluster c13";
    outlay(&server).run(update).await.worked();
    let diff = format!("project diff p --from {}", created.revision);
    let json = outlay(&server).run(&format!("{diff} -o json")).await.json();
    let fields: Vec<_> = json
        .as_array()
        .unwrap()
        .iter()
        .map(|change| (change["field"].as_str().unwrap(), change["after"].as_str().unwrap()))
        .collect();
    assert_eq!(
        fields,
        [
            ("title", "二"),
            ("clusters[0]", "clusters/c13"),
            ("investment.total", "CNY 300,000,000"),
            ("labels.line", "2"),
        ]
    );
    let table = outlay(&server).run(&diff).await.worked();
    assert!(table.lines().any(|line| line.starts_with("title") && line.ends_with("二")), "{table}");
    let same = outlay(&server).run(&format!("{diff} --to {}", created.revision)).await.worked();
    assert_eq!(same.lines().count(), 1, "{same}");
    outlay(&server).run("project get p --revision 1").await.failed(3);
}

#[tokio::test]
async fn words_are_searched_for_in_any_order() {
    let server = Server::seeded().await;
    crate::project::create(&mut server.projects(), "solar", project("光伏组件")).await;
    crate::project::create(&mut server.projects(), "wind", project("风机叶片")).await;
    for command in ["search 组件 南湖", "search 南湖 组", "search gfzj --region 330400"] {
        let table = outlay(&server).run(&format!("project {command}")).await.worked();
        assert!(table.contains("光伏组件") && !table.contains("风机"), "{command}: {table}");
    }
    let both = outlay(&server).run("project search 阳光 --page-size 1 --all -o csv").await.worked();
    assert_eq!(both.lines().count(), 3, "{both}");
    let one = outlay(&server).run("project search 风机 -o json").await.json();
    assert_eq!(one[0]["project"]["title"], "风机叶片");
    assert_eq!(one[0]["matchedFields"][0], "title");
    assert_eq!(outlay(&server).run("meeting search 座谈").await.worked().lines().count(), 1);
    outlay(&server).run("project search").await.failed(2);
    outlay(&server).run("project search 。").await.failed(2);
}
