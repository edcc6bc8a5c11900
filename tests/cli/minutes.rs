//! Minutes and calendars from the command line: documents go to stdout or to a
//! file.

use super::outlay;
use crate::meeting_series::{self, weekly};
use crate::minutes::held;
use crate::support::Server;

#[tokio::test]
async fn minutes_go_from_draft_to_a_printed_page() {
    let server = held().await;
    let say = async |verb: &str| outlay(&server).run(&format!("minutes {verb}")).await;
    let entries = r#"'[{"kind": "INFORMATION", "text": "上半年情况", "agendaItem": "reports"}]'"#;
    say(&format!("create --meeting s --recorder 陈伟 --entries {entries}")).await.worked();
    assert!(say("list").await.worked().contains("DRAFT"));
    say("update s --recorder 王芳").await.worked();
    say("submit s --person 王芳").await.worked();
    say("return s --person 李处长 --reason 再核").await.worked();
    say("submit s --person 王芳").await.worked();
    say("approve s --person 李处长 --remark 同意").await.worked();
    say("issue s --person 李处长").await.worked();
    let err = say("update s --recorder 陈伟").await.failed(4);
    assert!(err.contains("MINUTES_ISSUED"), "{err}");
    say("add-addendum s --person 王芳 --text 附件补交").await.worked();
    say("revise s --person 李处长 --reason 更正").await.worked();
    let page = say("export s --version 1 --format html").await.worked();
    assert!(page.contains("附件补交") && page.starts_with("<!DOCTYPE html>"), "{page}");
    let text = say("export s --format markdown --language en").await.worked();
    assert!(text.contains("**Draft: not issued (being written)**"), "{text}");
    let part = outlay(&server).run("meeting minutes export s --format markdown --language en");
    assert_eq!(part.await.worked(), text, "the same noun behind its meeting");
    let history = say("history s").await.worked();
    assert!(history.contains("AddMinutesAddendum"), "{history}");
}

#[tokio::test]
async fn a_calendar_is_written_to_a_file_or_to_stdout() {
    let server = held().await;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("s.ics");
    let command = format!("meeting ics s --file {}", path.display());
    let outcome = outlay(&server).run(&command).await;
    assert!(outcome.err.contains("bytes are in"), "{outcome:?}");
    assert_eq!(outcome.worked(), "");
    let written = std::fs::read_to_string(&path).unwrap();
    assert_eq!(outlay(&server).run("meeting ics s").await.worked(), written);
    assert!(written.starts_with("BEGIN:VCALENDAR\r\n"), "{written}");
    let feed = "organisation ics zj-eit --start 2023-07-01T00:00:00Z --end 2023-08-01T00:00:00Z";
    let feed = outlay(&server).run(feed).await.worked();
    assert!(feed.contains("METHOD:PUBLISH") && feed.contains("BEGIN:VEVENT"), "{feed}");
    meeting_series::create(&server, "weekly", weekly()).await;
    let series = outlay(&server).run("meeting-series ics weekly").await.worked();
    assert!(series.contains("RRULE:FREQ=WEEKLY"), "{series}");

    let nowhere = directory.path().join("none").join("s.ics");
    let command = format!("meeting ics s --file {}", nowhere.display());
    let err = outlay(&server).run(&command).await.failed(1);
    assert!(err.contains("can't be written"), "{err}");
}

#[tokio::test]
async fn a_meeting_that_is_not_there_leaves_no_file() {
    let server = Server::seeded().await;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("s.ics");
    let command = format!("meeting ics none --file {}", path.display());
    outlay(&server).run(&command).await.failed(3);
    assert!(!path.exists());
}
