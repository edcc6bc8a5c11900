//! What has been decided about a project, and whether it is done.

use outlay_proto::v1;
use outlay_proto::v1::DecisionVerdict::{Done, NothingToDo, Open, Overdue};
use tonic::Code;

use crate::action::{action, close, create as assign};
use crate::decision::{create, decided, decision};
use crate::support::{Server, refused, told};

fn about(text: &str) -> v1::Decision {
    v1::Decision { projects: vec!["projects/p-1".to_owned()], ..decision("symposium", text) }
}

async fn ask(
    server: &Server,
    page_size: i32,
    page_token: String,
) -> v1::ListProjectDecisionsResponse {
    let name = "projects/p-1".to_owned();
    let request =
        v1::ListProjectDecisionsRequest { name, page_size, page_token, ..Default::default() };
    told(server.projects().list_project_decisions(request).await)
}

/// Decision, actions and verdict of each row.
fn shown(rows: &[v1::ProjectDecision]) -> Vec<(String, String, v1::DecisionVerdict)> {
    let id = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let row = |row: &v1::ProjectDecision| {
        let actions: Vec<_> = row.actions.iter().map(|action| id(&action.name)).collect();
        let decision = row.decision.as_ref().map(|one| id(&one.name)).unwrap_or_default();
        (decision, actions.join(" "), row.verdict())
    };
    rows.iter().map(row).collect()
}

#[tokio::test]
async fn each_decision_says_whether_it_is_done() {
    let server = decided().await;
    for id in ["nothing", "done", "open", "late"] {
        create(&server, id, about(id)).await;
        server.advance(std::time::Duration::from_secs(1));
    }
    create(&server, "other", decision("symposium", "别的")).await;
    let of = |decision: &str, due| v1::Action {
        decision: format!("decisions/{decision}"),
        ..action(decision, due)
    };
    for (id, given) in [
        ("done-1", of("done", (2023, 7, 1))),
        ("open-1", of("open", (2023, 8, 1))),
        ("open-2", of("open", (2023, 7, 1))),
        ("late-1", of("late", (2023, 7, 27))),
        ("late-2", of("late", (2023, 9, 1))),
        ("called-off", of("nothing", (2023, 7, 1))),
    ] {
        assign(&server, id, given).await;
    }
    close(&server, "done-1").await;
    close(&server, "open-2").await;
    let cancel = v1::CancelActionRequest {
        name: "actions/called-off".to_owned(),
        reason: "撤销".to_owned(),
        ..Default::default()
    };
    told(server.actions().cancel_action(cancel).await);
    let projects = vec!["projects/p-1".to_owned()];
    let loose = v1::Action { projects: projects.clone(), ..action("散", (2023, 8, 1)) };
    assign(&server, "loose", loose).await;
    let strange = v1::Action { projects: projects.clone(), ..of("other", (2023, 8, 2)) };
    assign(&server, "strange", strange).await;
    // What follows from a decision about it stands there.
    assign(&server, "open-3", v1::Action { projects, ..of("open", (2023, 8, 3)) }).await;

    let row =
        |decision: &str, actions: &str, verdict| (decision.to_owned(), actions.to_owned(), verdict);
    let due = [
        row("", "loose strange", Open),
        row("late", "late-1 late-2", Overdue),
        row("open", "open-1 open-3 open-2", Open),
        row("done", "done-1", Done),
        row("nothing", "called-off", NothingToDo),
    ];
    let all = ask(&server, 0, String::new()).await;
    assert_eq!(shown(&all.project_decisions), due);
    assert_eq!(all.next_page_token, "");
    let mut paged = Vec::new();
    let mut token = String::new();
    loop {
        let page = ask(&server, 1, token).await;
        paged.extend(page.project_decisions);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(shown(&paged), due);
}

#[tokio::test]
async fn of_what_is_not_there_nothing_is_said() {
    let server = decided().await;
    assert_eq!(ask(&server, 0, String::new()).await.project_decisions, []);
    let request =
        v1::ListProjectDecisionsRequest { name: "projects/nope".to_owned(), ..Default::default() };
    let missing = refused(server.projects().list_project_decisions(request).await);
    assert_eq!(missing, (Code::NotFound, "RECORD_NOT_FOUND"));
}

#[tokio::test]
async fn decisions_and_actions_follow_a_project_that_is_merged() {
    let server = decided().await;
    let other = crate::support::records::project("二");
    crate::project::create(&mut server.projects(), "p-2", other).await;
    create(&server, "d", about("一")).await;
    let projects = vec!["projects/p-1".to_owned(), "projects/p-2".to_owned()];
    assign(&server, "a", v1::Action { projects, ..action("一", (2023, 8, 1)) }).await;
    let merge = v1::MergeProjectRequest {
        name: "projects/p-2".to_owned(),
        duplicate: "projects/p-1".to_owned(),
        reason: "重复".to_owned(),
        ..Default::default()
    };
    let kept = told(server.projects().merge_project(merge).await);
    let (decision, action) =
        (crate::decision::get(&server, "d").await, crate::action::get(&server, "a").await);
    assert_eq!((decision.projects, decision.revision), (vec![kept.name.clone()], kept.revision));
    assert_eq!((action.projects, action.revision), (vec![kept.name], kept.revision));
}
