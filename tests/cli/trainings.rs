//! A training from its course to its coverage.

use super::outlay;
use crate::support::Server;

const SESSION: &str = "create --id s --course c --host zj-eit --region 330100 --place 三楼 \
    --start 2023-07-28T14:00:00+08:00 --end 2023-07-28T18:00:00+08:00 --time-zone Asia/Shanghai \
    --capacity 1 --waiting-list";

#[tokio::test]
async fn a_training_is_held_and_its_coverage_told() {
    let server = Server::seeded().await;
    let say = async |command: &str| outlay(&server).run(command).await;
    say("course create --id c --title 统计 --hours 2 --certificate-prefix TZ").await.worked();
    say(&format!("training-session {SESSION}")).await.worked();
    say("enrolment create --id a --session s --name 李明 --organisation jx-eit").await.failed(4);
    say("training-session open s").await.worked();
    say("enrolment create --id a --session s --name 李明 --organisation jx-eit").await.worked();
    let waits = "enrolment create --id b --session s --name 王芳 --organisation jx-solar";
    assert!(say(waits).await.worked().contains("WAITING"));
    say("enrolment cancel a --reason 出差").await.worked();
    say("enrolment sign-in b --time 2023-07-28T14:01:00+08:00").await.worked();
    say("enrolment grade b --hours 2.5").await.failed(2);
    say("enrolment grade b --hours 1.5").await.worked();
    say("training-session close s").await.worked();
    assert!(say("enrolment certify b").await.worked().contains("TZ-2023-0001"));
    say("enrolment rate b --rating 5 --text 好").await.worked();
    say("enrolment rate b --rating 4").await.failed(4);
    let coverage = "training coverage --region 330400 --first 2023-07-01 --last 2023-07-31";
    let table = say(coverage).await;
    assert!(table.err.starts_with("1 of 2 counties are covered (50.00%)"), "{}", table.err);
    let table = table.worked();
    let covered = table.lines().find(|line| line.starts_with("regions/330402"));
    assert_eq!(covered.unwrap().split_whitespace().last(), Some("1.5"), "{table}");
    let json = say(&format!("{coverage} --course c -o json")).await.json();
    assert_eq!(json["participantCount"], "1");
    let csv = say(&format!("{coverage} -o csv")).await.worked();
    assert_eq!(csv.lines().count(), 3, "{csv}");
    say("training coverage --region 330400 --first 2023-07-31 --last 2023-07-01").await.failed(2);
    say(&format!("{coverage} --course nothing")).await.failed(3);
    let help = say("training --help").await.worked();
    assert!(help.contains("outlay training coverage --region 330000"), "{help}");
}
