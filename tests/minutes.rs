//! Minutes, over the wire: written, reviewed, approved, issued, and what comes
//! after that.

#![cfg(test)]

mod export;
mod rules;

use outlay_proto::v1;
use outlay_proto::v1::MinutesEntryKind as Kind;
use outlay_proto::v1::MinutesState as State;

use crate::meeting;
use crate::support::records::{instant, mask};
use crate::support::symposium::symposium;
use crate::support::{Minutes, Server, told};

pub(crate) const NAME: &str = "minutes/s";

/// A server with a meeting, `s`, that is in progress.
pub(crate) async fn held() -> Server {
    held_as(symposium()).await
}

pub(crate) async fn held_as(given: v1::Meeting) -> Server {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let name = meeting::create(&mut meetings, "s", given).await.name;
    let request = v1::ScheduleMeetingRequest { name: name.clone(), ..Default::default() };
    told(meetings.schedule_meeting(request).await);
    let open_time = instant(1_690_506_120);
    let request = v1::StartMeetingRequest { name, open_time, ..Default::default() };
    told(meetings.start_meeting(request).await);
    server
}

pub(crate) fn entry(kind: Kind, text: &str, agenda_item: &str) -> v1::MinutesEntry {
    v1::MinutesEntry {
        kind: kind.into(),
        text: text.to_owned(),
        agenda_item: agenda_item.to_owned(),
        ..Default::default()
    }
}

pub(crate) fn draft() -> v1::Minutes {
    v1::Minutes {
        meeting: "meetings/s".to_owned(),
        recorder: "陈伟".to_owned(),
        entries: vec![
            entry(Kind::Information, "各市汇报了上半年投资情况", "reports"),
            entry(Kind::Decision, "每月调度重大项目", ""),
        ],
        ..Default::default()
    }
}

pub(crate) fn creation(given: v1::Minutes) -> v1::CreateMinutesRequest {
    v1::CreateMinutesRequest { minutes: Some(given), ..Default::default() }
}

pub(crate) fn update(given: v1::Minutes, paths: &[&str]) -> v1::UpdateMinutesRequest {
    let minutes = Some(v1::Minutes { name: NAME.to_owned(), ..given });
    v1::UpdateMinutesRequest { minutes, update_mask: mask(paths), ..Default::default() }
}

macro_rules! acts {
    ($($method:ident $Request:ident ($($argument:ident),*);)*) => {$(
        pub(crate) fn $method($($argument: &str),*) -> v1::$Request {
            v1::$Request {
                name: NAME.to_owned(),
                $($argument: $argument.to_owned(),)*
                ..Default::default()
            }
        }
    )*};
}

acts! {
    submit SubmitMinutesRequest(person);
    approve ApproveMinutesRequest(person, remark);
    send_back ReturnMinutesRequest(person, reason);
    issue IssueMinutesRequest(person);
    add AddMinutesAddendumRequest(person, text);
    revise ReviseMinutesRequest(person, reason);
    delete DeleteMinutesRequest();
    undelete UndeleteMinutesRequest();
}

pub(crate) async fn issued(minutes: &mut Minutes) -> v1::Minutes {
    told(minutes.submit_minutes(submit("陈伟")).await);
    told(minutes.approve_minutes(approve("王芳", "")).await);
    told(minutes.issue_minutes(issue("王芳")).await)
}

pub(crate) async fn get(minutes: &mut Minutes, revision: i64) -> v1::Minutes {
    let request = v1::GetMinutesRequest { name: NAME.to_owned(), revision, ..Default::default() };
    told(minutes.get_minutes(request).await)
}

#[tokio::test]
async fn minutes_are_written_reviewed_approved_and_issued() {
    let server = held().await;
    let mut minutes = server.minutes();
    let created = told(minutes.create_minutes(creation(draft())).await);
    assert_eq!((created.name.as_str(), created.state()), (NAME, State::Draft));
    assert_eq!(created.allowed_actions, ["submit"]);
    let ids: Vec<&str> = created.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids, ["entry-1", "entry-2"]);
    assert_eq!(created.issued_version, 0);

    let reviewed = told(minutes.submit_minutes(submit("陈伟")).await);
    assert_eq!(reviewed.state(), State::InReview);
    assert_eq!(reviewed.allowed_actions, ["approve", "return"]);
    let submission = reviewed.submission.clone().unwrap();
    assert_eq!((submission.person.as_str(), submission.principal.as_str()), ("陈伟", "loopback"));
    assert_eq!(submission.time, reviewed.update_time);

    let returned = told(minutes.return_minutes(send_back("王芳", "缺少附件")).await);
    assert_eq!((returned.state(), returned.submission), (State::Draft, None));
    assert_eq!(returned.returned.unwrap().reason, "缺少附件");

    let mut given = draft();
    given.entries.push(entry(Kind::Action, "上报清单", ""));
    let changed = told(minutes.update_minutes(update(given, &["entries"])).await);
    assert_eq!((changed.entries.len(), changed.recorder.as_str()), (3, "陈伟"));

    told(minutes.submit_minutes(submit("陈伟")).await);
    let approved = told(minutes.approve_minutes(approve("王芳", "同意")).await);
    assert_eq!((approved.state(), approved.returned), (State::Approved, None));
    assert_eq!(approved.allowed_actions, ["return", "issue"]);
    assert_eq!(approved.approval.unwrap().reason, "同意");
    let issued = told(minutes.issue_minutes(issue("王芳")).await);
    assert_eq!((issued.state(), issued.issued_version), (State::Issued, 1));
    assert_eq!(issued.allowed_actions, ["add-addendum", "revise"]);
    let version = issued.versions[0].clone();
    assert_eq!((version.issue_revision, version.revision), (issued.revision, issued.revision));
    let server = server.restart();
    assert_eq!(get(&mut server.minutes(), 0).await, issued);
}

#[tokio::test]
async fn a_version_stays_readable_with_its_addenda_when_the_next_one_is_issued() {
    let server = held().await;
    let mut minutes = server.minutes();
    told(minutes.create_minutes(creation(draft())).await);
    let first = issued(&mut minutes).await;
    told(minutes.add_minutes_addendum(add("陈伟", "附件二补交")).await);
    let added = told(minutes.add_minutes_addendum(add("陈伟", "附件三补交")).await);
    let numbers: Vec<i32> = added.addenda.iter().map(|addendum| addendum.number).collect();
    assert_eq!((added.state(), numbers), (State::Issued, vec![1, 2]));
    assert_eq!(added.entries, first.entries);
    let version = &added.versions[0];
    assert_eq!(version.issue_revision, first.revision);
    assert_eq!((version.revision, version.addendum_count), (added.revision, 2));

    let opened = told(minutes.revise_minutes(revise("王芳", "数字有误")).await);
    assert_eq!((opened.state(), opened.issued_version), (State::Draft, 1));
    assert_eq!((opened.addenda.len(), opened.entries.clone()), (0, first.entries.clone()));
    assert_eq!(opened.opening.unwrap().reason, "数字有误");
    assert_eq!((opened.submission, opened.approval), (None, None));
    let given = v1::Minutes { entries: vec![entry(Kind::Information, "更正", "")], ..draft() };
    told(minutes.update_minutes(update(given, &["entries"])).await);
    let second = issued(&mut minutes).await;
    assert_eq!(second.issued_version, 2);
    let numbers: Vec<i32> = second.versions.iter().map(|version| version.number).collect();
    assert_eq!(numbers, [1, 2]);
    // The first version is where the list says, with what was added to it.
    let earlier = get(&mut minutes, second.versions[0].revision).await;
    assert_eq!((&earlier.entries, &earlier.addenda), (&first.entries, &added.addenda));
    assert_eq!(earlier.issued_version, 1);

    let request = v1::ListMinutesHistoryRequest { name: NAME.to_owned(), ..Default::default() };
    let history = told(minutes.list_minutes_history(request).await).versions;
    assert_eq!(history.len(), 11);
    let request = v1::ListMinutesRequest {
        filter: "state = ISSUED AND issued_version = 2".to_owned(),
        ..Default::default()
    };
    assert_eq!(told(minutes.list_minutes(request).await).minutes, [second]);
}
