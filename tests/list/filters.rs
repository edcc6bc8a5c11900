//! Filters: what they find, and what is wrong with those that are wrong.

use outlay_proto::v1;
use tonic::Code;

use super::{all, ids};
use crate::project::creation;
use crate::support::records::{date, english, money, project, yuan};
use crate::support::{Server, check, refused, told};

/// Five projects that differ in everything a filter can ask for.
async fn with_projects() -> Server {
    let server = Server::seeded().await;
    let contact = |name: &str| v1::Contact { display_name: name.to_owned(), ..Default::default() };
    let milestone = |title: &str, day| v1::Milestone {
        title: title.to_owned(),
        baseline_date: date(2023, 7, day),
        ..Default::default()
    };
    let total = |units| Some(v1::InvestmentPlan { total: yuan(units), ..Default::default() });
    let a = v1::Project {
        title: "Solar modules".to_owned(),
        localized_titles: english("Solar modules"),
        site: "Park 1".to_owned(),
        investment: total(5_000_000),
        lists: vec!["provincial-major-2023".to_owned(), "city-2023".to_owned()],
        labels: [("priority".to_owned(), "high".to_owned())].into(),
        contacts: vec![contact("Li Na"), contact("Wang")],
        planned_start_date: date(2023, 9, 1),
        ..project("")
    };
    let b = v1::Project {
        title: "Solar cells".to_owned(),
        investment: total(100_000_000),
        technical_transformation: true,
        construction_kind: v1::ConstructionKind::Reconstruction.into(),
        labels: [("priority".to_owned(), "low".to_owned()), ("x".to_owned(), "y".to_owned())]
            .into(),
        milestones: vec![milestone("Roof", 1), milestone("Power", 20)],
        imported_equipment: money("USD", 12),
        ..project("")
    };
    let c = v1::Project {
        title: "风电 AND \"quoted\" *".to_owned(),
        owner: "organisations/jx-wind".to_owned(),
        region: "regions/330106".to_owned(),
        investment: total(1_000_000_000),
        clusters: vec!["clusters/c13".to_owned()],
        planned_start_date: date(2024, 1, 15),
        ..project("")
    };
    for (id, given) in [("a", a), ("b", b), ("c", c)] {
        told(server.projects().create_project(creation(id, given)).await);
        server.advance(std::time::Duration::from_secs(60));
    }
    let advance = v1::AdvanceProjectRequest {
        name: "projects/b".to_owned(),
        stage: v1::ProjectStage::Negotiating.into(),
        date: date(2023, 7, 1),
        ..Default::default()
    };
    told(server.projects().advance_project(advance).await);
    server
}

/// Filters, and the ids they find in the order of creation.
const RIGHT: &[(&str, &str)] = &[
    ("", "a b c"),
    ("   ", "a b c"),
    ("stage = PLANNED", "a c"),
    ("stage = PROJECT_STAGE_PLANNED", "a c"),
    ("stage=\"PLANNED\"", "a c"),
    ("stage != PLANNED", "b"),
    ("stage = PLANNED OR stage = NEGOTIATING", "a b c"),
    ("stage = FILED", ""),
    ("stage > PLANNED", "b"),
    ("stage > PLANNED", "b"),
    ("-stage = PLANNED", "b"),
    ("NOT (stage = PLANNED OR stage = NEGOTIATING)", ""),
    ("owner = \"organisations/jx-wind\"", "c"),
    ("owner = \"organisations/jx-wind\" OR owner = \"organisations/jx-solar\"", "a b c"),
    ("owner = \"organisations/nobody\"", ""),
    ("owner != \"organisations/jx-wind\"", "a b"),
    ("owner = \"organisations/jx-*\"", "a b c"),
    ("title = \"Solar modules\"", "a"),
    ("title = \"solar modules\"", ""),
    ("title = \"Solar*\"", "a b"),
    ("title = \"*cells\"", "b"),
    ("title = \"*ar m*\"", "a"),
    ("title != \"Solar*\"", "c"),
    ("title = \"*风电*\"", "c"),
    ("title = \"*\\\"quoted\\\"*\"", "c"),
    ("title < \"Solar d\"", "b"),
    ("site = \"\"", "b c"),
    ("site:*", "a"),
    ("NOT site:*", "b c"),
    ("investment.total >= 100000000", "b c"),
    ("investment.total.units > 5000000", "b c"),
    ("investment.total.units = 5000000", "a"),
    ("investment.total < 5000000.01", "a"),
    ("imported_equipment:*", "b"),
    ("imported_equipment.currency_code = \"USD\"", "b"),
    ("technical_transformation = true", "b"),
    ("technical_transformation = false", "a c"),
    ("technical_transformation != true", "a c"),
    ("size_class >= FROM_100_MILLION", "b c"),
    ("construction_kind = RECONSTRUCTION", "b"),
    ("lists:\"city-2023\"", "a"),
    ("lists:*", "a"),
    ("lists = \"city-2023\"", "a"),
    ("clusters:\"clusters/c13\"", "c"),
    ("labels:priority", "a b"),
    ("labels.priority = \"high\"", "a"),
    ("labels.priority:\"low\"", "b"),
    ("labels.priority != \"high\"", "b c"),
    ("labels:*", "a b"),
    ("labels:nothing", ""),
    ("localized_titles.en = \"Solar*\"", "a"),
    ("contacts.display_name = \"Li Na\"", "a"),
    ("contacts.display_name:\"Wang\"", "a"),
    ("milestones.title = \"Power\"", "b"),
    ("milestones.baseline_date >= \"2023-07-20\"", "b"),
    ("planned_start_date = \"2023-09-01\"", "a"),
    ("planned_start_date > \"2023-09-01\"", "c"),
    ("planned_start_date < \"2024-12-31\"", "a c"),
    ("planned_start_date != \"2023-09-01\"", "b c"),
    ("create_time >= \"2023-07-28T08:01:00Z\"", "b c"),
    ("create_time > \"2023-07-28T16:01:00+08:00\"", "c"),
    ("delete_time:*", ""),
    ("name = \"projects/b\"", "b"),
    ("region = \"regions/330106\"", "c"),
    ("allowed_actions:\"terminate\"", "a b c"),
    ("stage = PLANNED AND title = \"Solar*\"", "a"),
    ("stage = PLANNED title = \"Solar*\"", "a"),
    // OR binds tighter than AND.
    ("stage = NEGOTIATING AND title = \"Solar*\" OR title = \"*风电*\"", "b"),
    ("(stage = NEGOTIATING AND title = \"Solar*\") OR title = \"*风电*\"", "b c"),
];

/// Filters that are wrong, and what the answer must say.
const WRONG: &[(&str, &str)] = &[
    ("region = 330402", "such as \"regions/330402\""),
    ("owner = \"jx\"", "such as \"organisations/jx\""),
    ("nope = 1", "column 1"),
    ("stage = PLANNED AND nope = 1", "column 21"),
    ("title = \"风电\" AND nope = 1", "column 18"),
    ("investment.nope = 1", "column 1"),
    ("title.x = 1", "column 1"),
    ("stage = NOWHERE", "NEGOTIATING"),
    ("stage = 1", "NEGOTIATING"),
    ("stage", "column 1"),
    ("\"a text\"", "compares nothing"),
    ("technical_transformation = maybe", "true or false"),
    ("land_area_square_metres = \"many\"", "a number"),
    ("investment.total = lots", "a number"),
    ("create_time > \"yesterday\"", "an instant"),
    ("create_time > \"2023-02-30T00:00:00Z\"", "an instant"),
    ("planned_start_date = \"2023-02-30\"", "a day"),
    ("investment = 1", "name a field within it"),
    ("title < \"a*\"", "column 1"),
    ("f(x)", "column"),
    ("title = ", "column"),
    ("= 1", "column"),
    ("title = \"open", "column"),
    ("(stage = PLANNED", "column"),
    ("stage = PLANNED)", "column"),
    ("stage = PLANNED AND", "column"),
    ("AND stage = PLANNED", "column"),
    ("stage == PLANNED", "column"),
    ("labels.a.b = \"x\"", "column 1"),
    ("((((((((((((stage = PLANNED))))))))))))", "nested"),
];

fn filtered(filter: &str) -> v1::ListProjectsRequest {
    v1::ListProjectsRequest {
        filter: filter.to_owned(),
        order_by: "create_time".to_owned(),
        page_size: 2,
        ..Default::default()
    }
}

#[tokio::test]
async fn a_filter_finds_what_it_says() {
    let server = with_projects().await;
    let mut projects = server.projects();
    let mut compared = Vec::new();
    for (filter, due) in RIGHT {
        // Whatever index serves it, the answer is the same.
        for (region, order_by) in [
            ("", "create_time"),
            ("regions/330000", "create_time"),
            ("", "total_investment"),
            ("regions/330000", "total_investment"),
        ] {
            let request = v1::ListProjectsRequest {
                region: region.to_owned(),
                order_by: order_by.to_owned(),
                ..filtered(filter)
            };
            let found = all(&mut projects, request).await;
            compared.push((format!("{filter} {region}"), ids(&found).join(" "), (*due).to_owned()));
        }
    }
    check(compared);
}

#[tokio::test]
async fn a_wrong_filter_is_pointed_at() {
    let server = with_projects().await;
    let mut projects = server.projects();
    let mut wrong = Vec::new();
    for (filter, due) in WRONG {
        let answer = match projects.list_projects(filtered(filter)).await {
            Ok(_) => {
                wrong.push(format!("{filter}: is taken"));
                continue;
            }
            answer => refused(answer),
        };
        answer.has_fields(&[("filter", "FILTER_INVALID")]);
        assert_eq!(answer.code, Code::InvalidArgument);
        let said = &answer.whole.violations[0].description;
        if !said.contains(due) {
            wrong.push(format!("{filter}: says {said:?} and not {due:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn the_column_is_that_of_the_field_and_not_of_a_literal() {
    let server = Server::start();
    let request = filtered("title = \"nope\" AND nope = 1");
    let answer = refused(server.projects().list_projects(request).await);
    assert!(answer.text.contains("column 20"), "{answer:?}");
}

#[tokio::test]
async fn filters_are_bounded_in_length_terms_and_depth() {
    let server = Server::start();
    let mut projects = server.projects();
    let terms = |count| vec!["stage = PLANNED"; count].join(" OR ");
    told(projects.list_projects(filtered(&terms(50))).await);
    refused(projects.list_projects(filtered(&terms(51))).await)
        .has_fields(&[("filter", "FILTER_INVALID")]);
    refused(projects.list_projects(filtered(&"x".repeat(2_001))).await)
        .has_fields(&[("filter", "FIELD_TOO_LONG")]);
    for deep in ["(".repeat(1_000), "NOT ".repeat(400), "-".repeat(1_900)] {
        refused(projects.list_projects(filtered(&deep)).await)
            .has_fields(&[("filter", "FILTER_INVALID")]);
    }
}
