//! One call lists the actions of an organisation, a region, a project or a
//! meeting, open or overdue, across all meetings.

use outlay_proto::v1;

use super::{action, assigned, close, create};
use crate::support::records::named;
use crate::support::{Server, told};

/// Five actions: two overdue, one due later, one closed, one of another office.
async fn several() -> Server {
    let server = assigned().await;
    let given = [
        ("late", action("一", (2023, 7, 20))),
        (
            "later",
            v1::Action {
                regions: vec!["regions/330411".to_owned()], ..action("二", (2023, 6, 1))
            },
        ),
        (
            "soon",
            v1::Action { projects: vec!["projects/p-1".to_owned()], ..action("三", (2023, 8, 1)) },
        ),
        ("done", v1::Action { decision: "decisions/d-1".to_owned(), ..action("四", (2023, 7, 1)) }),
        (
            "helped",
            v1::Action {
                assigned_meeting: "meetings/working".to_owned(),
                lead: "organisations/zj-eit".to_owned(),
                co_responsible: vec!["organisations/jx-eit".to_owned()],
                regions: vec!["regions/330106".to_owned()],
                ..action("五", (2023, 7, 25))
            },
        ),
    ];
    for (id, given) in given {
        create(&server, id, given).await;
    }
    close(&server, "done").await;
    server
}

async fn listed(server: &Server, request: v1::ListActionsRequest) -> String {
    let actions = told(server.actions().list_actions(request).await).actions;
    let ids: Vec<_> = actions.iter().map(|one| one.name.rsplit('/').next().unwrap()).collect();
    ids.join(" ")
}

#[tokio::test]
async fn actions_are_listed_by_who_is_responsible_where_and_how_late() {
    let server = several().await;
    let organisation = |id: &str| named("organisations", id);
    let all = v1::ListActionsRequest::default();
    let of = |id: &str| v1::ListActionsRequest { organisation: organisation(id), ..all.clone() };
    for (request, due) in [
        (all.clone(), "later done late helped soon"),
        (v1::ListActionsRequest { open: true, ..all.clone() }, "later late helped soon"),
        (v1::ListActionsRequest { overdue: true, ..all.clone() }, "later late helped"),
        (v1::ListActionsRequest { open: true, ..of("jx-eit") }, "later late helped soon"),
        (v1::ListActionsRequest { overdue: true, ..of("zj-eit") }, "helped"),
        (of("jx-solar"), ""),
        (v1::ListActionsRequest { project: named("projects", "p-1"), ..all.clone() }, "soon"),
        (
            v1::ListActionsRequest {
                project: named("projects", "p-1"),
                overdue: true,
                ..all.clone()
            },
            "",
        ),
        (
            v1::ListActionsRequest { meeting: named("meetings", "working"), ..of("jx-eit") },
            "helped",
        ),
        (v1::ListActionsRequest { region: named("regions", "330411"), ..all.clone() }, "later"),
        (v1::ListActionsRequest { region: named("regions", "330100"), ..all.clone() }, "helped"),
        (
            v1::ListActionsRequest {
                region: named("regions", "330000"),
                overdue: true,
                ..of("jx-eit")
            },
            "later late helped",
        ),
        (
            v1::ListActionsRequest { order_by: "due_date desc".to_owned(), ..of("jx-eit") },
            "soon helped late done later",
        ),
    ] {
        assert_eq!(listed(&server, request.clone()).await, due, "{request:?}");
    }
    for (filter, due) in [
        ("lead = \"organisations/jx-eit\"", "later done late soon"),
        ("co_responsible:\"organisations/jx-eit\"", "helped"),
        ("decision = \"decisions/d-1\"", "done"),
        ("meeting = \"meetings/working\"", "helped"),
        ("overdue_days > 30", "later"),
        ("open = false", "done"),
        ("state = CLOSED OR state = ASSIGNED AND due_date < \"2023-07-02\"", "later done"),
    ] {
        let request = v1::ListActionsRequest { filter: filter.to_owned(), ..all.clone() };
        assert_eq!(listed(&server, request).await, due, "{filter}");
    }
    let both = v1::ListActionsRequest {
        filter: "state = CLOSED OR overdue_days > 30".to_owned(),
        open: true,
        ..all
    };
    assert_eq!(listed(&server, both).await, "later");
}

#[tokio::test]
async fn pages_of_open_actions_are_one_list() {
    let server = several().await;
    let mut request = v1::ListActionsRequest {
        organisation: named("organisations", "jx-eit"),
        open: true,
        page_size: 2,
        ..Default::default()
    };
    let mut ids = Vec::new();
    loop {
        let page = told(server.actions().list_actions(request.clone()).await);
        ids.extend(page.actions.into_iter().map(|action| action.name));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(ids.join(" ").replace("actions/", ""), "later late helped soon");
}
