//! Commands that add a part to a record say the id that it was given.

use super::{Outcome, outlay};
use crate::meeting_series::{creation, weekly};
use crate::support::records::meeting;
use crate::support::{Server, told};

/// Runs commands in turn, and answers what the last one says besides its data.
async fn said(server: &Server, commands: &[&str]) -> String {
    let mut last = None;
    for command in commands {
        let outcome = outlay(server).run(command).await;
        assert_eq!(outcome.code, 0, "{outcome:?}");
        last = Some(outcome);
    }
    last.map(|Outcome { err, .. }| err).unwrap_or_default()
}

#[tokio::test]
async fn what_is_added_to_a_meeting_is_named_by_its_id() {
    let server = Server::seeded().await;
    crate::meeting::create(&mut server.meetings(), "m", meeting("工作会")).await;
    let item = r#"meeting agenda add m --item '{"kind": "REPORT", "title": "一"}'"#;
    assert_eq!(said(&server, &[item]).await, "Added item-1.\n");
    assert_eq!(said(&server, &[item]).await, "Added item-2.\n");
    let before = format!("{item} --before item-2");
    assert_eq!(said(&server, &[&before]).await, "Added item-3.\n");
    let own = r#"meeting agenda add m --item '{"id": "own", "kind": "VISIT", "title": "一"}'"#;
    assert_eq!(said(&server, &[own]).await, "Added own.\n");
    let tried = format!("{item} --validate-only");
    assert_eq!(said(&server, &[&tried]).await, "This was a check only: nothing has changed.\n");
    let invite = "meeting attend invite m --organisation jx-eit --role speaker --name";
    let one = format!("{invite} 王");
    assert_eq!(said(&server, &[&one]).await, "Added attendee-1.\n");
    let several = r#"meeting attend invite m --attendees
        '[{"display_name": "李", "role": "GUEST"}, {"display_name": "赵", "role": "GUEST"}]'"#;
    assert_eq!(said(&server, &[several]).await, "Added attendee-2, attendee-3.\n");
    let update = r#"meeting agenda update m --item '{"id": "item-1", "title": "二"}'"#;
    assert_eq!(said(&server, &[update]).await, "", "nothing was added");
}

#[tokio::test]
async fn a_speech_and_an_item_of_a_backlog_are_named_by_their_ids() {
    let server = Server::seeded().await;
    let create = "meeting create --id m --title 一 --kind working --host jx-eit --region 330400 \
                  --place 一 --time-zone Asia/Shanghai --start 2023-07-28T07:00:00Z \
                  --end 2023-07-28T12:00:00Z";
    let invite = "meeting attend invite m --id jx --organisation jx-eit --name 王 --role speaker";
    let start = "meeting start m --time 2023-07-28T07:00:00Z";
    let first = "meeting speech start m --speaker jx --time 2023-07-28T07:10:00Z";
    let opened = [create, "meeting schedule m", start, invite, first];
    assert_eq!(said(&server, &opened).await, "Added speech-1.\n");
    let end = "meeting speech end m --time 2023-07-28T07:20:00Z";
    let second = "meeting speech start m --speaker jx --id own";
    assert_eq!(said(&server, &[end, second]).await, "Added own.\n");
    let earlier = "meeting speech record m --speaker jx --start 2023-07-28T07:01:00Z \
                   --end 2023-07-28T07:05:00Z";
    assert_eq!(said(&server, &[earlier]).await, "Added speech-2.\n");
    told(server.meeting_series().create_meeting_series(creation("weekly", weekly())).await);
    let item = r#"meeting-series backlog add weekly --item '{"kind": "REPORT", "title": "一"}'"#;
    assert_eq!(said(&server, &[item]).await, "Added item-1.\n");
}
