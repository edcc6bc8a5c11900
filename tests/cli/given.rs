//! Fields that the server writes: named in a command they are refused with a
//! way out, in a file they are passed over.

use super::outlay;
use crate::support::Server;
use crate::support::records::project;

#[tokio::test]
async fn a_field_that_the_server_writes_is_refused_with_the_verb_that_changes_it() {
    let server = Server::seeded().await;
    crate::project::create(&mut server.projects(), "p", project("一")).await;
    for (command, said) in [
        ("project update p --set stage=FILED", "`outlay project advance` (or revert, suspend"),
        ("project create --title 一 --set stage=FILED", "`outlay project advance`"),
        ("project update p --title 二 --mask title,stage", "--mask: the server writes stage"),
        ("project update p --set suspended_from=FILED", "`outlay project suspend` changes it"),
        ("project update p --set uid=1", "the server writes uid itself"),
        ("project update p --set sizeClass=LARGE", "the server writes size_class itself"),
        ("project update p --set delete_time=", "`outlay project delete` (or undelete)"),
        ("project update p --set purge_time=", "`outlay project delete` (or undelete)"),
        ("project update p --set name=projects/q", "name stays as it is"),
        ("project update p --set etag=1", "--etag"),
        ("meeting update m --set state=CLOSED", "`outlay meeting schedule` (or start, close"),
        ("meeting update m --mask close_time", "`outlay meeting close` changes it"),
        ("industry create --code 391 --set level=CLASS", "the server writes level itself"),
    ] {
        let err = outlay(&server).run(command).await.failed(2);
        assert!(err.contains(said), "{command}: {err}");
    }
    let shown = outlay(&server).run("project get p -o json").await.json();
    assert_eq!((&shown["title"], &shown["stage"]), (&"一".into(), &"PROJECT_STAGE_PLANNED".into()));
}

#[tokio::test]
async fn in_a_file_it_is_passed_over() {
    let server = Server::seeded().await;
    crate::project::create(&mut server.projects(), "p", project("一")).await;
    let mut shown = outlay(&server).run("project get p -o json").await.json();
    shown["stage"] = "PROJECT_STAGE_FILED".into();
    shown["site"] = "大桥路".into();
    outlay(&server).stdin(shown.to_string()).run("project update --file -").await.worked();
    let after = outlay(&server).run("project get p -o json").await.json();
    assert_eq!(after["stage"], "PROJECT_STAGE_PLANNED");
    assert_eq!(after["site"], "大桥路");
}

#[tokio::test]
async fn entries_of_maps_and_fields_within_messages_are_still_set() {
    let server = Server::seeded().await;
    crate::project::create(&mut server.projects(), "p", project("一")).await;
    let command = "project update p --set labels.stage=x --set investment.total=2亿";
    outlay(&server).run(command).await.worked();
    let after = outlay(&server).run("project get p -o json").await.json();
    assert_eq!(after["labels"]["stage"], "x");
}
