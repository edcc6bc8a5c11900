//! A meeting as the page that an office pins up.

use std::time::Duration;

use super::outlay;
use super::tables::columns;
use crate::support::Server;

const SYMPOSIUM: &str = "meeting show zj-symposium-2023-07-28";

/// The words of the line in which something stands.
#[track_caller]
fn line<'a>(page: &'a str, with: &str) -> Vec<&'a str> {
    let found = page.lines().find(|line| line.contains(with));
    found.unwrap_or_else(|| panic!("{with} in {page}")).split_whitespace().collect()
}

#[tokio::test]
async fn the_symposium_is_shown_as_a_page() {
    let server = Server::with(|config| config.demo = true);
    let page = outlay(&server).run(SYMPOSIUM).await.worked();
    assert!(page.starts_with("全省工业投资和技术改造工作座谈会\nProvincial symposium"), "{page}");
    assert!(page.contains("2023-07-28 周五 Fri 09:00–16:00 (Asia/Shanghai)"), "{page}");
    assert!(page.contains("2023-07-28 周五 Fri 09:02–15:50 (Asia/Shanghai)"), "{page}");
    assert_eq!(line(&page, "类型 Kind")[2..], ["座谈会", "Symposium"]);
    assert_eq!(line(&page, "状态 State")[2..], ["已结束", "Closed"]);
    assert_eq!(line(&page, "主办 Host").last(), Some(&"浙江省经济和信息化厅"));
    assert!(line(&page, "法定人数 Quorum").ends_with(&["已达到", "met"]), "{page}");
    // Ten minutes from nine on, then the section of the reports.
    let opening = line(&page, "开场和会议议程说明");
    assert_eq!(opening[..2], ["09:00–09:10", "10"], "{page}");
    assert!(opening.contains(&"浙江省经济和信息化厅"), "a presenter by the organisation: {page}");
    assert_eq!(line(&page, "【情况汇报"), ["【情况汇报", "·", "Reports】"]);
    let reports = line(&page, "各市汇报上半年");
    assert_eq!(reports[..2], ["09:10–11:00", "110"], "{page}");
    assert!(reports.join(" ").contains("已议 dealt with ! 超时2分钟 2 min over"), "{page}");
    assert_eq!(line(&page, "总结和任务布置")[0], "14:10–14:30");
    let guest = line(&page, "张三（示例）");
    assert!(guest.join(" ").contains("嘉宾 guest"), "{page}");
    let speech = line(&page, "1. 嘉兴市");
    assert!(speech.join(" ").ends_with("· 09:10 · 10分钟 10 min"), "{page}");
    let achieved = page.lines().find(|line| line.contains("成效 Achievements: 2023年")).unwrap();
    assert!(achieved.ends_with('…'), "{achieved}");
    assert!(page.contains("官方数据 Official figures 2023H1"), "{page}");
    assert!(page.contains("638.90"), "{page}");
    assert_eq!(line(&page, "对停工、延期项目")[0], "2023-2", "{page}");
    let late = line(&page, "落实海宁硅片项目供电方案");
    assert!(late.contains(&"2023-2"), "with the number of its decision: {page}");
    let numbers: Vec<usize> = ["2023-1 ", "2023-2 ", "2023-3 "]
        .into_iter()
        .map(|number| page.find(&format!("\n  {number}")).unwrap())
        .collect();
    assert!(numbers.is_sorted(), "{page}");
    assert_eq!(page.matches("Official figures 2023H1: 无 none").count(), 6, "{page}");
    let training = line(&page, "项目管理平台使用（示例）");
    assert!(training.contains(&"4/4"), "{page}");
    for heading in ["议程 Agenda", "参会人员 Attendees (24)", "决定 Decisions (3)"] {
        assert!(page.lines().any(|line| line == heading), "{heading}: {page}");
    }
}

#[tokio::test]
async fn the_organisation_of_attendees_stands_once() {
    let server = Server::with(|config| config.demo = true);
    let page = outlay(&server).run(SYMPOSIUM).await.worked();
    let (_, attendees) = page.split_once("参会人员 Attendees").unwrap();
    let (attendees, _) = attendees.split_once("发言 Speeches").unwrap();
    assert_eq!(attendees.matches("浙江省经济和信息化厅").count(), 1, "{attendees}");
    let heading: Vec<&str> = line(attendees, "单位 Organisation");
    assert!(heading.contains(&"答复") && heading.contains(&"到会"), "{attendees}");
}

#[tokio::test]
async fn a_page_fits_the_terminal() {
    let server = Server::with(|config| config.demo = true);
    let page = outlay(&server).width(90).run(SYMPOSIUM).await.worked();
    let speech = page.lines().find(|line| line.contains("成效 Achievements")).unwrap();
    assert!(columns(speech) <= 90, "{speech}");
    let rows = page.lines().filter(|line| line.contains("09:10–11:00"));
    for row in rows {
        assert!(columns(row) <= 90, "{row}");
    }
}

#[tokio::test]
async fn the_meeting_and_its_records_are_one_json() {
    let server = Server::with(|config| config.demo = true);
    let json = outlay(&server).run(&format!("{SYMPOSIUM} -o json")).await.json();
    assert_eq!(json["meeting"]["name"], "meetings/zj-symposium-2023-07-28");
    let count = |key: &str| json[key].as_array().unwrap().len();
    assert_eq!((count("decisions"), count("actions"), count("trainingSessions")), (3, 5, 3));
    assert_eq!(json["trainingSessions"][0]["takenCount"], 4, "{json}");
    let keys = outlay(&server).run(&format!("{SYMPOSIUM} -o json")).await.worked();
    assert!(keys.starts_with("{\n  \"meeting\": {\n    \"name\":"), "in the protos' order");
    let err = outlay(&server).run(&format!("{SYMPOSIUM} -o csv")).await.failed(2);
    assert!(err.contains("-o json"), "{err}");
}

#[tokio::test]
async fn a_bare_draft_is_shown_without_empty_parts() {
    let server = Server::seeded().await;
    let say = async |command: &str| outlay(&server).run(command).await;
    say("meeting create --id m --title 草案 --kind working --host zj-eit --region 330400")
        .await
        .worked();
    let page = say("meeting show m").await.worked();
    assert!(page.starts_with("草案\n\n编号 Id"), "{page}");
    assert_eq!(line(&page, "状态 State")[2..], ["筹备中", "Draft"]);
    let labels: Vec<&str> =
        page.lines().skip(2).map(|line| &line[..line.find(' ').unwrap()]).collect();
    assert_eq!(labels, ["编号", "类型", "状态", "地区", "主办"], "{page}");
    let json = say("meeting show m -o json").await.json();
    assert_eq!(json["decisions"], serde_json::json!([]));
    let err = say("meeting show nothing").await.failed(3);
    assert!(err.contains("meetings/nothing"), "{err}");
}

#[tokio::test]
async fn times_that_do_not_fit_are_marked() {
    let server = Server::seeded().await;
    let say = async |command: &str| outlay(&server).run(command).await;
    say("meeting create --id m --title 会议 --kind working --host zj-eit --region 330400 \
         --place 三楼 --start 2023-07-28T14:00:00+08:00 --end 2023-07-28T15:00:00+08:00 \
         --time-zone Asia/Shanghai --quorum 2")
    .await
    .worked();
    for item in [
        r#"{"kind": "REPORT", "title": "甲", "plannedMinutes": 45}"#,
        r#"{"kind": "REPORT", "title": "乙", "startTime": "2023-07-28T06:30:00Z", "plannedMinutes": 30}"#,
        r#"{"kind": "OTHER", "title": "丙"}"#,
    ] {
        say(&format!("meeting agenda add m --item '{item}'")).await.worked();
    }
    let page = say("meeting show m").await.worked();
    assert_eq!(line(&page, "甲")[0], "14:00–14:45");
    let set = line(&page, "乙").join(" ");
    assert!(set.starts_with("14:30–15:00 30 乙 ! 前项占用15分钟"), "{page}");
    assert_eq!(line(&page, "丙"), ["15:00", "丙"], "{page}");
    assert!(page.contains("! 议程超出会议时间15分钟"), "{page}");
    assert!(line(&page, "法定人数 Quorum").ends_with(&["未达到", "not", "met"]), "{page}");
}

#[tokio::test]
async fn overdue_actions_are_marked() {
    let server = Server::with(|config| config.demo = true);
    let page = outlay(&server).run(SYMPOSIUM).await.worked();
    assert!(page.contains("任务 Actions (5)\n") && !page.contains("逾期"), "{page}");
    server.advance(Duration::from_secs(20 * 86_400));
    let page = outlay(&server).run(SYMPOSIUM).await.worked();
    assert!(page.contains("任务 Actions (5; 逾期 overdue 1)"), "{page}");
    let late = line(&page, "各市核对上半年项目月报").join(" ");
    assert!(late.starts_with("2023-08-15 ! 2天 2 d"), "{late}");
}

#[tokio::test]
async fn what_was_carried_over_says_from_where() {
    let server = Server::with(|config| config.demo = true);
    server.advance(Duration::from_secs(100 * 86_400));
    let server = server.restart_with(|config| config.demo = true);
    let page = outlay(&server).run("meeting show zj-follow-up-2023-10-27").await.worked();
    let from =
        "结转自 carried over from 全省工业投资和技术改造工作座谈会 (zj-symposium-2023-07-28)";
    assert!(line(&page, "重大项目推进难点讨论").join(" ").contains(from), "{page}");
    assert!(page.contains("交办会议 Assigned by"), "{page}");
}
