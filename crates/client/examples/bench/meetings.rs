//! Meetings with their actions, and the first page of an organisation's open
//! ones.
//!
//! A filling that was stopped can be started again: what is there is left alone.

use std::sync::Arc;
use std::time::{Duration, Instant};

use outlay_client::Client;
use outlay_proto::v1;
use tonic::Code;

use super::reading::shown;
use super::{Material, Outcome, Pace, Written, material, spread};

/// Actions of one batch: one commit holds them, with all that leads to them.
const BATCH: u64 = 500;
/// Years in which actions are due, from this one on.
const FIRST_YEAR: u64 = 2022;
/// How many years.
const YEARS: u64 = 6;

/// What is to be made.
struct Plan {
    material: Material,
    /// Names of the organisations that lead.
    offices: Vec<String>,
    meetings: u64,
    actions: u64,
}

/// Creates meetings and actions, and times the first page.
pub(crate) async fn run(
    client: &Client,
    (meetings, actions): (u64, u64),
    clients: u64,
    times: usize,
) -> Outcome<()> {
    let request = v1::ListOrganisationsRequest { page_size: 1_000, ..Default::default() };
    let offices = client.reference().list_organisations(request).await?.into_inner().organisations;
    let offices = offices.into_iter().map(|office| office.name).collect();
    let plan = Arc::new(Plan { material: material(client).await?, offices, meetings, actions });
    let begin = Instant::now();
    let (to, of) = (client.clone(), Arc::clone(&plan));
    let pace = Arc::new(Pace::new(meetings));
    let made = spread("meetings", &pace, clients, move |number| {
        let (client, plan) = (to.clone(), Arc::clone(&of));
        async move { create_meeting(&client, &plan, number).await }
    });
    tell(made.await?, meetings, "meetings", begin);
    let begin = Instant::now();
    let (to, of) = (client.clone(), Arc::clone(&plan));
    let pace = Arc::new(Pace::new(actions.div_ceil(BATCH)));
    let made = spread("batches", &pace, clients, move |number| {
        let (client, plan) = (to.clone(), Arc::clone(&of));
        async move { create_actions(&client, &plan, number).await }
    });
    tell(made.await?, actions, "actions", begin);
    first_page(client, &plan, times).await
}

fn tell(made: Written, count: u64, what: &str, begin: Instant) {
    let seconds = begin.elapsed().as_secs_f64();
    println!("{count} {what} in {seconds:.1} s, in {} calls that wrote", made.writes);
}

impl Plan {
    fn office(&self, number: u64) -> &str {
        pick(&self.offices, number)
    }

    fn region(&self, number: u64) -> &str {
        let regions = &self.material.regions;
        let at = usize::try_from(number).unwrap_or_default() % regions.len().max(1);
        regions.get(at).map_or("", |(name, _)| name)
    }

    fn action(&self, number: u64) -> v1::Action {
        let mixed = mix(number);
        let due = v1::Date {
            year: within(mixed, YEARS, FIRST_YEAR),
            month: within(mixed >> 8, 12, 1),
            day: within(mixed >> 16, 28, 1),
        };
        let lead = self.office(mixed >> 24);
        let helper = self.office((mixed >> 24) + 1 + (mixed >> 40) % 7);
        let helpers = [helper].into_iter().filter(|helper| *helper != lead);
        v1::Action {
            name: format!("actions/bench-{number}"),
            assigned_meeting: format!("meetings/bench-{}", number % self.meetings.max(1)),
            title: format!("落实第{number}号事项：供电、用地和用能指标"),
            description: "逐周报送进展，遇到的问题说明原因和需要协调的事项。".to_owned(),
            lead: lead.to_owned(),
            co_responsible: helpers.map(str::to_owned).collect(),
            regions: vec![self.region(mixed >> 32).to_owned()],
            due_date: Some(due),
            ..Default::default()
        }
    }
}

/// Spreads numbers, always in the same way.
fn mix(number: u64) -> u64 {
    let mixed = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^ (mixed >> 29)
}

fn within(mixed: u64, count: u64, first: u64) -> i32 {
    i32::try_from(first + mixed % count).unwrap_or_default()
}

fn pick(names: &[String], number: u64) -> &str {
    let at = usize::try_from(number).unwrap_or_default() % names.len().max(1);
    names.get(at).map_or("", String::as_str)
}

async fn create_meeting(client: &Client, plan: &Plan, number: u64) -> Outcome<Written> {
    let mut written = Written::default();
    let request = v1::CreateMeetingRequest {
        meeting: Some(v1::Meeting {
            title: format!("第{number}次项目调度会"),
            kind: v1::MeetingKind::Dispatch.into(),
            host: plan.office(mix(number)).to_owned(),
            region: plan.region(mix(number) >> 32).to_owned(),
            ..Default::default()
        }),
        meeting_id: format!("bench-{number}"),
        ..Default::default()
    };
    match client.meetings().create_meeting(request).await {
        Ok(meeting) => written.take(meeting.get_ref()),
        Err(status) if status.code() == Code::AlreadyExists => {}
        Err(status) => return Err(status.into()),
    }
    Ok(written)
}

async fn create_actions(client: &Client, plan: &Plan, batch: u64) -> Outcome<Written> {
    let mut written = Written::default();
    let numbers = batch * BATCH..((batch + 1) * BATCH).min(plan.actions);
    let actions = numbers.map(|number| plan.action(number)).collect();
    let request = v1::BatchCreateActionsRequest { actions, ..Default::default() };
    match client.actions().batch_create_actions(request).await {
        Ok(done) => written.take(done.get_ref()),
        Err(status) if status.code() == Code::AlreadyExists => {}
        Err(status) => return Err(status.into()),
    }
    Ok(written)
}

/// Times the first page of the open actions of each of some offices in turn.
async fn first_page(client: &Client, plan: &Plan, times: usize) -> Outcome<()> {
    let mut stub = client.actions();
    for overdue in [false, true] {
        let mut spans: Vec<Duration> = Vec::with_capacity(times);
        let mut found = 0;
        for turn in 0..times.max(1) {
            let request = v1::ListActionsRequest {
                organisation: pick(&plan.offices, u64::try_from(turn)?).to_owned(),
                open: true,
                overdue,
                page_size: 50,
                ..Default::default()
            };
            let begin = Instant::now();
            let page = stub.list_actions(request).await?.into_inner();
            spans.push(begin.elapsed());
            found += page.actions.len();
        }
        let what = if overdue { "overdue" } else { "open" };
        println!("first page of {what} actions, {found} shown: {}", shown(spans));
    }
    Ok(())
}
