//! Records to try the rules on: the smallest that is right, and one with
//! everything.

use std::collections::BTreeMap;

use outlay_server::domain::common::{Contact, Document};
use outlay_server::domain::date::Date;
use outlay_server::domain::id::Id;
use outlay_server::domain::instant::Instant;
use outlay_server::domain::meeting::{
    AgendaItem, AgendaItemKind, AgendaOutcome, AgendaSection, Attendee, AttendeeRole, Meeting,
    MeetingKind, MeetingState, Speech,
};
use outlay_server::domain::money::{Currency, Money};
use outlay_server::domain::period::Period;
use outlay_server::domain::project::{
    ConstructionKind, Context, FundingKind, FundingSource, InvestmentPlan, MergedProject,
    Milestone, Project, Stage, StageTransition,
};
use outlay_server::error::{Reason, Violations};

use super::held::{check_in, whole_attendee, whole_speech};

/// The day it is in every test.
pub(super) const TODAY: &str = "2023-07-28";

pub(super) fn id(text: &str) -> Id {
    Id::parse(text).unwrap()
}

pub(super) fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

pub(super) fn instant(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

pub(super) fn cny(yuan: i64) -> Money {
    Money::from_parts("CNY", yuan, 0).unwrap()
}

pub(super) fn usd(dollars: i64) -> Money {
    Money::from_parts("USD", dollars, 0).unwrap()
}

pub(super) fn fen(fen: i64) -> Money {
    Money::new(Currency::CNY, fen).unwrap()
}

pub(super) fn english(text: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("en".to_owned(), text.to_owned())])
}

/// A violation as the tests compare them: field and reason.
pub(super) type Wrong<'a> = (&'a str, Reason);

/// The fields and reasons that a check finds.
pub(super) fn found(check: impl FnOnce(&mut Violations)) -> Vec<(String, Reason)> {
    let mut violations = Violations::new();
    check(&mut violations);
    let found = violations.as_slice().iter();
    found.map(|violation| (violation.field.clone(), violation.reason)).collect()
}

/// The violations of a table's row, in the form of [`found`].
pub(super) fn expected(rows: &[Wrong<'_>]) -> Vec<(String, Reason)> {
    rows.iter().map(|(field, reason)| ((*field).to_owned(), *reason)).collect()
}

pub(super) fn check_project(project: &Project) -> Vec<(String, Reason)> {
    let is_region_code = |code: &str| code == "330402";
    let context = Context { today: date(TODAY), is_region_code: &is_region_code };
    found(|v| project.check(&context, v))
}

pub(super) fn project() -> Project {
    Project {
        stage: Stage::Planned,
        title: "新建光伏组件项目".to_owned(),
        localized_titles: BTreeMap::new(),
        project_code: String::new(),
        owner: id("jx-solar"),
        region: id("330402"),
        site: String::new(),
        industry: id("3825"),
        clusters: Vec::new(),
        construction_kind: ConstructionKind::NewBuild,
        technical_transformation: false,
        investment: InvestmentPlan::of_total(cny(100_000_000)),
        imported_equipment: None,
        funding_sources: Vec::new(),
        land_area_square_metres: 0,
        floor_area_square_metres: 0,
        planned_start_date: None,
        planned_completion_date: None,
        expected_annual_output: None,
        expected_annual_tax: None,
        responsible_leader: None,
        contacts: Vec::new(),
        lists: Vec::new(),
        labels: BTreeMap::new(),
        documents: Vec::new(),
        milestones: Vec::new(),
        policies: Vec::new(),
        transitions: Vec::new(),
        suspended_from: None,
        former_regions: Vec::new(),
        distinct_from: Vec::new(),
        merged_into: None,
        merged_projects: Vec::new(),
        annual_plans: Vec::new(),
    }
}

pub(super) fn contact() -> Contact {
    Contact {
        display_name: "Li Na".to_owned(),
        post: "Deputy Director".to_owned(),
        organisation: "Bureau".to_owned(),
        phone: "+86 573 1".to_owned(),
        email: "li@example.org".to_owned(),
    }
}

fn document() -> Document {
    Document {
        title: "Permit".to_owned(),
        uri: "https://example.org/p".to_owned(),
        sha256: "0f".repeat(32),
        size_bytes: 1024,
        media_type: "application/pdf".to_owned(),
    }
}

fn transition() -> StageTransition {
    StageTransition {
        from: Stage::Started,
        to: Stage::Suspended,
        date: date("2023-06-30"),
        evidence: "No. 7".to_owned(),
        reason: "Flood".to_owned(),
        principal: "jx".to_owned(),
        record_time: instant("2023-07-01T00:00:00Z"),
        reverted: true,
    }
}

fn merged_project() -> MergedProject {
    MergedProject {
        project: id("line-2-again"),
        title: "Line 2".to_owned(),
        project_code: "2306-330402-04-02-654321".to_owned(),
        stage: Stage::Suspended,
        transitions: vec![transition()],
        reason: "Twice".to_owned(),
        principal: "jx".to_owned(),
        merge_time: instant("2023-07-02T00:00:00Z"),
    }
}

/// A project with every field.
pub(super) fn whole_project() -> Project {
    Project {
        stage: Stage::Suspended,
        title: "Line 2".to_owned(),
        localized_titles: english("Line 2"),
        project_code: "2306-330402-04-02-123456".to_owned(),
        site: "Park".to_owned(),
        clusters: vec![id("w1")],
        construction_kind: ConstructionKind::Reconstruction,
        technical_transformation: true,
        investment: InvestmentPlan {
            total: cny(100),
            fixed_assets: Some(cny(90)),
            construction_and_installation: Some(cny(30)),
            equipment: Some(cny(40)),
            other: Some(cny(20)),
            land: Some(cny(5)),
            working_capital: Some(cny(10)),
        },
        imported_equipment: Some(usd(3)),
        funding_sources: vec![FundingSource { kind: FundingKind::BankLoan, amount: cny(60) }],
        land_area_square_metres: 1000,
        floor_area_square_metres: 2000,
        planned_start_date: Some(date("2023-01-01")),
        planned_completion_date: Some(date("2024-12-31")),
        expected_annual_output: Some(cny(200)),
        expected_annual_tax: Some(cny(8)),
        responsible_leader: Some(contact()),
        contacts: vec![contact()],
        lists: vec![id("provincial-major-2023")],
        labels: BTreeMap::from([("k".to_owned(), "v".to_owned())]),
        documents: vec![document()],
        milestones: vec![Milestone {
            title: "Roof".to_owned(),
            baseline_date: date("2023-05-01"),
            current_date: Some(date("2023-05-10")),
            met_date: Some(date("2023-05-08")),
        }],
        policies: vec![id("p-4")],
        transitions: vec![transition()],
        suspended_from: Some(Stage::Started),
        distinct_from: vec![id("line-3")],
        merged_projects: vec![merged_project()],
        ..project()
    }
}

pub(super) fn meeting() -> Meeting {
    let title = "工业投资座谈会".to_owned();
    Meeting::new(title, MeetingKind::Symposium, id("zj-eit"), id("330400"))
}

pub(super) fn item(own: Option<&str>) -> AgendaItem {
    let item = AgendaItem::new(AgendaItemKind::Report, "Half-year".to_owned());
    AgendaItem { id: own.map(id), ..item }
}

pub(super) fn attendee(own: Option<&str>) -> Attendee {
    Attendee {
        id: own.map(id),
        display_name: "Wang Wei".to_owned(),
        organisation: None,
        post: String::new(),
        role: AttendeeRole::Speaker,
        invitation_answer: None,
        attendance: None,
        substitute: String::new(),
        answer_note: String::new(),
        answer_time: None,
        substitute_post: String::new(),
        arrive_time: None,
        leave_time: None,
        check_in_time: None,
    }
}

pub(super) fn speech(own: Option<&str>, speaker: &str) -> Speech {
    Speech {
        id: own.map(id),
        speaker: id(speaker),
        agenda_item: None,
        start_time: None,
        end_time: None,
        achievements: String::new(),
        challenges: String::new(),
        plans: String::new(),
        figures: Vec::new(),
        intervals: Vec::new(),
        statistics: None,
    }
}

/// A meeting with every field.
pub(super) fn whole_meeting() -> Meeting {
    Meeting {
        state: MeetingState::Closed,
        title: "Symposium".to_owned(),
        localized_titles: english("Symposium"),
        co_hosts: vec![id("jx-eit")],
        regions: vec![id("330100")],
        projects: vec![id("p-1")],
        policies: vec![id("p-4")],
        place: "Jiaxing".to_owned(),
        start_time: Some(instant("2023-07-28T01:00:00Z")),
        end_time: Some(instant("2023-07-28T04:00:00Z")),
        time_zone: "Asia/Shanghai".to_owned(),
        summary: "First half".to_owned(),
        agenda: vec![AgendaItem {
            planned_minutes: 15,
            presenter: Some(id("a")),
            notes: "n".to_owned(),
            projects: vec![id("p-1")],
            section: Some(id("x")),
            start_time: Some(instant("2023-07-28T01:00:00Z")),
            policies: vec![id("p-4")],
            recurring: true,
            outcome: Some(AgendaOutcome::DealtWith),
            outcome_note: "o".to_owned(),
            actual_minutes: 20,
            carried_from: Some(id("m-1")),
            carried_item: Some(id("item-9")),
            carried_to: Some(id("m-3")),
            ..item(Some("i"))
        }],
        attendees: vec![whole_attendee()],
        speeches: vec![whole_speech()],
        documents: vec![document()],
        open_time: Some(instant("2023-07-28T01:01:00Z")),
        close_time: Some(instant("2023-07-28T04:02:00Z")),
        cancel_reason: "r".to_owned(),
        series: Some(id("weekly")),
        template: Some(id("dispatch")),
        occurrence_time: Some(instant("2023-07-28T01:00:00Z")),
        agenda_sections: vec![AgendaSection { id: Some(id("x")), title: "I".to_owned() }],
        quorum: 3,
        figures_period: Some(Period::parse("2023H1").unwrap()),
        check_in: Some(check_in()),
        calendar_sequence: 2,
        ..meeting()
    }
}
