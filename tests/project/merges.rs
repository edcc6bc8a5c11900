//! Making one of two projects: all that leads to the duplicate leads to the
//! other one, and nothing of either is lost.

use std::collections::BTreeMap;

use outlay_proto::v1;
use tonic::Code;

use super::{create, creation, deletion, get, reading, return_of, whole};
use crate::support::records::{date, mask, meeting, project, request_id};
use crate::support::{Projects, Server, refused, told};

fn request(name: &str, duplicate: &str) -> v1::MergeProjectRequest {
    v1::MergeProjectRequest {
        name: format!("projects/{name}"),
        duplicate: format!("projects/{duplicate}"),
        reason: "entered twice".to_owned(),
        ..Default::default()
    }
}

async fn merge(projects: &mut Projects, name: &str, duplicate: &str) -> v1::Project {
    told(projects.merge_project(request(name, duplicate)).await)
}

/// Names of what was merged into a project.
fn merged(project: &v1::Project) -> Vec<&str> {
    project.merged_projects.iter().map(|merged| merged.project.as_str()).collect()
}

fn names(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| format!("projects/{id}")).collect()
}

fn coded(code: &str) -> v1::Project {
    v1::Project { project_code: code.to_owned(), ..project("光伏组件") }
}

/// A meeting that names projects in all of its parts.
async fn meet(server: &Server, id: &str, projects: &[&str]) {
    let meeting = v1::Meeting {
        projects: names(projects),
        agenda: vec![v1::AgendaItem {
            kind: v1::AgendaItemKind::Discussion.into(),
            title: "进度".to_owned(),
            projects: names(projects),
            ..Default::default()
        }],
        ..meeting("会")
    };
    let request = v1::CreateMeetingRequest {
        meeting: Some(meeting),
        meeting_id: id.to_owned(),
        ..Default::default()
    };
    told(server.meetings().create_meeting(request).await);
}

async fn meeting_of(server: &Server, id: &str) -> v1::Meeting {
    let request = v1::GetMeetingRequest { name: format!("meetings/{id}"), ..Default::default() };
    told(server.meetings().get_meeting(request).await)
}

#[tokio::test]
async fn the_one_that_stays_takes_over_what_it_lacks_and_is_named_in_meetings() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    create(&mut projects, "kept", project("光伏组件")).await;
    let twice = create(&mut projects, "twice", whole()).await;
    create(&mut projects, "third", project("第三")).await;
    meet(&server, "one", &["twice"]).await;
    meet(&server, "both", &["kept", "twice", "third"]).await;
    meet(&server, "none", &["third"]).await;
    let untouched = meeting_of(&server, "none").await;
    let before = server.revision().await;

    let kept = merge(&mut projects, "kept", "twice").await;
    assert_eq!(server.revision().await, before + 1, "all of it is one commit");
    assert_eq!(kept.project_code, twice.project_code);
    assert_eq!(kept.clusters, twice.clusters);
    assert_eq!(merged(&kept), ["projects/twice"]);
    assert_eq!((kept.title.as_str(), kept.revision), ("光伏组件", before + 1));

    let gone = get(&mut projects, "projects/twice").await;
    assert_eq!((gone.merged_into.as_str(), gone.project_code.as_str()), ("projects/kept", ""));
    assert!(gone.delete_time.is_some());
    for (id, expected) in [("one", names(&["kept"])), ("both", names(&["kept", "third"]))] {
        let meeting = meeting_of(&server, id).await;
        assert_eq!(
            (&meeting.projects, &meeting.agenda[0].projects),
            (&expected, &expected),
            "{id}"
        );
    }
    assert_eq!(meeting_of(&server, "none").await, untouched);
    let about = v1::ListMeetingsRequest {
        filter: "projects:\"projects/kept\"".to_owned(),
        ..Default::default()
    };
    assert_eq!(told(server.meetings().list_meetings(about).await).meetings.len(), 2);

    // What both were is still to be read, with who made one of them, and why.
    for name in ["projects/kept", "projects/twice"] {
        let request = v1::ListProjectHistoryRequest { name: name.to_owned(), ..Default::default() };
        let history = told(projects.list_project_history(request).await);
        let change = history.versions[0].change.clone().unwrap();
        assert_eq!(change.note, "projects/twice is projects/kept: entered twice");
        assert_eq!(change.method, "outlay.v1.ProjectService/MergeProject");
        assert_eq!(history.versions.len(), 2);
    }
    let old = v1::GetProjectRequest { revision: before, ..reading("projects/twice") };
    assert_eq!(told(projects.get_project(old).await).project_code, twice.project_code);
}

#[tokio::test]
async fn a_duplicate_that_was_merged_does_not_come_back_and_is_told_where_it_is() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    for id in ["a", "b", "c"] {
        create(&mut projects, id, project("光伏组件")).await;
    }
    merge(&mut projects, "b", "a").await;
    let back = refused(projects.undelete_project(return_of("projects/a", "")).await);
    assert_eq!(back, (Code::FailedPrecondition, "RECORD_MERGED"));
    assert!(back.message.contains("projects/b"), "{back:?}");
    // A chain leads on.
    let c = merge(&mut projects, "c", "b").await;
    assert_eq!(merged(&c), ["projects/a", "projects/b"]);
    assert_eq!(get(&mut projects, "projects/a").await.merged_into, "projects/b");
    assert_eq!(get(&mut projects, "projects/b").await.merged_into, "projects/c");
    let circle = refused(projects.merge_project(request("a", "c")).await);
    assert_eq!(circle, (Code::FailedPrecondition, "RECORD_MERGED"));
    let update = v1::UpdateProjectRequest {
        project: Some(v1::Project { name: "projects/a".to_owned(), ..project("别名") }),
        ..Default::default()
    };
    let late = refused(projects.update_project(update).await);
    assert_eq!(late, (Code::FailedPrecondition, "RECORD_MERGED"));
    assert!(late.message.contains("projects/b"), "{late:?}");
}

#[tokio::test]
async fn stages_and_code_of_the_duplicate_stay_when_it_is_purged() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    create(&mut projects, "kept", coded("2306-330402-04-02-000001")).await;
    create(&mut projects, "twice", coded("2306-330402-04-02-000002")).await;
    let advance = v1::AdvanceProjectRequest {
        name: "projects/twice".to_owned(),
        stage: v1::ProjectStage::Negotiating.into(),
        date: date(2023, 7, 1),
        evidence: "纪要3号".to_owned(),
        ..Default::default()
    };
    let twice = told(projects.advance_project(advance).await);
    let kept = merge(&mut projects, "kept", "twice").await;
    assert_eq!((kept.stage(), kept.transitions.len()), (v1::ProjectStage::Planned, 0));
    let due = v1::MergedProject {
        project: twice.name.clone(),
        title: twice.title.clone(),
        project_code: twice.project_code.clone(),
        stage: twice.stage,
        transitions: twice.transitions.clone(),
        reason: "entered twice".to_owned(),
        principal: "loopback".to_owned(),
        merge_time: kept.update_time,
    };
    assert_eq!(kept.merged_projects, std::slice::from_ref(&due));
    let purge = v1::PurgeRecordRequest {
        name: twice.name.clone(),
        reason: "old enough".to_owned(),
        ..Default::default()
    };
    let mut steps = told(server.admin().purge_record(purge).await);
    while steps.message().await.unwrap().is_some() {}
    let gone = refused(projects.get_project(reading(&twice.name)).await);
    assert_eq!(gone.code, Code::NotFound);
    assert_eq!(get(&mut projects, "projects/kept").await.merged_projects, [due]);
    let again = creation("new", coded("2306-330402-04-02-000002"));
    let taken = refused(projects.create_project(again).await);
    assert_eq!(taken, (Code::AlreadyExists, "CODE_TAKEN"));
    assert!(taken.message.contains("projects/kept"), "{taken:?}");
    // The code is of the one that stays when its own is another one.
    let update = v1::UpdateProjectRequest {
        project: Some(v1::Project {
            name: "projects/kept".to_owned(),
            ..coded("2306-330402-04-02-000002")
        }),
        update_mask: mask(&["project_code"]),
        ..Default::default()
    };
    told(projects.update_project(update).await);
    create(&mut projects, "other", coded("2306-330402-04-02-000001")).await;
}

#[tokio::test]
async fn what_cannot_be_merged_is_refused_and_nothing_changes() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let kept = create(&mut projects, "kept", project("光伏组件")).await;
    create(&mut projects, "twice", project("光伏组件")).await;
    create(&mut projects, "gone", project("光伏组件")).await;
    told(projects.delete_project(deletion("projects/gone", "")).await);
    let before = server.revision().await;
    let with = |change: fn(&mut v1::MergeProjectRequest)| {
        let mut request = request("kept", "twice");
        change(&mut request);
        request
    };
    let cases = [
        (with(|one| one.duplicate.clone_from(&one.name)), Code::InvalidArgument, "FIELDS_INVALID"),
        (with(|one| one.duplicate.clear()), Code::InvalidArgument, "FIELDS_INVALID"),
        (with(|one| one.reason.clear()), Code::InvalidArgument, "FIELDS_INVALID"),
        (
            with(|one| one.duplicate = "meetings/m".to_owned()),
            Code::InvalidArgument,
            "FIELDS_INVALID",
        ),
        (request("kept", "nobody"), Code::NotFound, "RECORD_NOT_FOUND"),
        (request("nobody", "kept"), Code::NotFound, "RECORD_NOT_FOUND"),
        (request("kept", "gone"), Code::FailedPrecondition, "RECORD_DELETED"),
        (request("gone", "kept"), Code::FailedPrecondition, "RECORD_DELETED"),
        (with(|one| one.etag = "stale".to_owned()), Code::Aborted, "ETAG_MISMATCH"),
        (with(|one| one.duplicate_etag = "stale".to_owned()), Code::Aborted, "ETAG_MISMATCH"),
    ];
    for (request, code, reason) in cases {
        let answer = refused(projects.merge_project(request.clone()).await);
        assert_eq!(answer, (code, reason), "{request:?}");
    }
    let trial = v1::MergeProjectRequest { validate_only: true, ..request("kept", "twice") };
    assert_eq!(merged(&told(projects.merge_project(trial).await)), ["projects/twice"]);
    assert_eq!(server.revision().await, before);
    assert_eq!(get(&mut projects, "projects/kept").await.etag, kept.etag);
}

#[tokio::test]
async fn sets_that_are_too_many_together_are_refused_by_their_field() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let listed = |from: usize| v1::Project {
        lists: (from..from + 30).map(|number| format!("list-{number}")).collect(),
        ..project("光伏组件")
    };
    create(&mut projects, "kept", listed(0)).await;
    create(&mut projects, "twice", listed(25)).await;
    let refusal = refused(projects.merge_project(request("kept", "twice")).await);
    assert_eq!(refusal, (Code::InvalidArgument, "FIELDS_INVALID"));
    assert!(refusal.message.contains("project.lists"), "{refusal:?}");
}

#[tokio::test]
async fn a_merge_that_is_sent_again_changes_nothing_more() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    for id in ["kept", "twice"] {
        create(&mut projects, id, project("光伏组件")).await;
    }
    let request = v1::MergeProjectRequest { request_id: request_id(), ..request("kept", "twice") };
    let first = told(projects.merge_project(request.clone()).await);
    let revision = server.revision().await;
    assert_eq!(told(projects.merge_project(request.clone()).await), first);
    assert_eq!(server.revision().await, revision);
    let other = v1::MergeProjectRequest { reason: "another".to_owned(), ..request };
    let reused = refused(projects.merge_project(other).await);
    assert_eq!(reused, (Code::InvalidArgument, "REQUEST_ID_REUSED"));
}

#[tokio::test]
async fn from_the_command_line() {
    let server = Server::seeded().await;
    for id in ["kept", "twice"] {
        create(&mut server.projects(), id, project("光伏组件")).await;
    }
    let say = async |command: &str| crate::cli::outlay(&server).run(command).await;
    let sheet = say("project get kept").await.worked();
    assert!(sheet.contains("Likely duplicates") && sheet.contains("twice"), "{sheet}");
    let merged = say("project merge kept --duplicate twice --reason 重复录入 -o json").await.json();
    assert_eq!(merged["mergedProjects"][0]["project"], "projects/twice");
    let told = say("project undelete twice").await.failed(4);
    assert!(told.contains("projects/kept"), "{told}");
}

/// Whoever names a project while it is merged comes before that, and is taken
/// along, or after it, and is told that it is gone.
#[tokio::test]
async fn meetings_that_are_made_while_a_project_is_merged_do_not_name_what_is_gone() {
    let server = Server::seeded().await;
    let mut told_of = 0;
    for round in 0..12 {
        let (kept, twice) = (format!("kept-{round}"), format!("twice-{round}"));
        for id in [&kept, &twice] {
            create(&mut server.projects(), id, project("光伏组件")).await;
        }
        let mut tasks = tokio::task::JoinSet::new();
        for task in 0..4 {
            let (mut meetings, projects) = (server.meetings(), names(&[&twice]));
            tasks.spawn(async move {
                let mut answers = Vec::new();
                for number in 0..5 {
                    let request = v1::CreateMeetingRequest {
                        meeting: Some(v1::Meeting { projects: projects.clone(), ..meeting("会") }),
                        meeting_id: format!("m{round}-{task}-{number}"),
                        ..Default::default()
                    };
                    answers.push(meetings.create_meeting(request).await);
                }
                answers
            });
        }
        merge(&mut server.projects(), &kept, &twice).await;
        for answer in tasks.join_all().await.into_iter().flatten() {
            told_of += 1;
            let created = match answer {
                Ok(created) => created.into_inner(),
                late => {
                    refused(late).has_fields(&[("meeting.projects[0]", "REFERENCE_UNKNOWN")]);
                    continue;
                }
            };
            let id = created.name.trim_start_matches("meetings/");
            assert_eq!(meeting_of(&server, id).await.projects, names(&[&kept]), "{id}");
        }
    }
    assert_eq!(told_of, 12 * 20);
}

/// Random merges against a model: each meeting leads to living projects, and to
/// those that its own were merged into; each code is somebody's, once.
#[tokio::test]
async fn random_merges_lose_no_link_and_no_code() {
    const PROJECTS: usize = 24;
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let mut seed = 20_230_728_u64;
    let mut below = move |limit: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize % limit
    };
    let mut codes: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for number in 0..PROJECTS {
        let mut one = project("光伏组件");
        if below(2) == 0 {
            one.project_code = format!("2306-330402-04-02-{number:06}");
            codes.insert(number, vec![one.project_code.clone()]);
        }
        told(projects.create_project(creation(&format!("p{number}"), one)).await);
    }
    let mut meetings: Vec<Vec<usize>> = Vec::new();
    for number in 0..16 {
        let mut about: Vec<usize> = (0..=below(4)).map(|_| below(PROJECTS)).collect();
        about.sort_unstable();
        about.dedup();
        let ids: Vec<String> = about.iter().map(|one| format!("p{one}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        meet(&server, &format!("m{number}"), &ids).await;
        meetings.push(about);
    }
    let (coded, mut held) = (codes.len(), 0);
    let mut living: Vec<usize> = (0..PROJECTS).collect();
    while living.len() > 5 {
        let gone = living.remove(below(living.len()));
        let kept = living[below(living.len())];
        merge(&mut projects, &format!("p{kept}"), &format!("p{gone}")).await;
        for about in &mut meetings {
            let had = about.contains(&kept);
            about.retain(|one| !had || *one != gone);
            about.iter_mut().filter(|one| **one == gone).for_each(|one| *one = kept);
        }
        let more = codes.remove(&gone).unwrap_or_default();
        codes.entry(kept).or_default().extend(more);
    }
    for (number, about) in meetings.iter().enumerate() {
        let ids: Vec<String> = about.iter().map(|one| format!("projects/p{one}")).collect();
        assert_eq!(meeting_of(&server, &format!("m{number}")).await.projects, ids);
    }
    for number in 0..PROJECTS {
        let name = format!("projects/p{number}");
        let one = get(&mut projects, &name).await;
        let own = codes.get(&number).cloned().unwrap_or_default();
        assert_eq!(one.project_code, own.first().cloned().unwrap_or_default(), "p{number}");
        assert_eq!(one.delete_time.is_none(), living.contains(&number));
        for code in own {
            let search = v1::SearchProjectsRequest { query: code.clone(), ..Default::default() };
            let found = told(projects.search_projects(search).await).results;
            let found: Vec<_> =
                found.into_iter().map(|result| result.project.unwrap().name).collect();
            assert_eq!(found, [name.as_str()], "{code}");
            let again = v1::Project { project_code: code, ..project("第三") };
            let taken = refused(projects.create_project(creation("new", again)).await);
            assert_eq!((taken.reason.as_str(), taken.text.contains(&name)), ("CODE_TAKEN", true));
            held += 1;
        }
    }
    assert_eq!(held, coded, "each code is somebody's, once");
    let page = told(projects.list_projects(v1::ListProjectsRequest::default()).await);
    assert_eq!(page.projects.len(), living.len());
}
