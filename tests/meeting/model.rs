//! Orders and carrying over beside a simple model, through the server.

use std::collections::BTreeMap;

use outlay_proto::v1;

use super::carry_over::{cancel, close, item, scene, scheduled, start};
use super::get;
use crate::engine::support::Random;
use crate::support::{Meetings, Server, told};

/// A meeting as the model knows it.
#[derive(Default)]
struct Model {
    name: String,
    open: bool,
    over: bool,
    /// Title, whether it is dealt with, whether it recurs, whether it was carried.
    items: Vec<(String, bool, bool, bool)>,
}

impl Model {
    /// Takes what it leaves.
    fn leave(&mut self) -> Vec<(String, bool)> {
        let mut left = Vec::new();
        for (title, dealt_with, recurs, carried) in &mut self.items {
            if !*carried && (*recurs || !*dealt_with) {
                *carried = true;
                left.push((title.clone(), *recurs));
            }
        }
        left
    }

    fn titles(&self) -> Vec<&str> {
        self.items.iter().map(|(title, ..)| title.as_str()).collect()
    }
}

async fn shown(meetings: &mut Meetings, model: &Model) -> v1::Meeting {
    let meeting = get(meetings, &model.name).await;
    let titles: Vec<_> = meeting.agenda.iter().map(|item| item.title.as_str()).collect();
    assert_eq!(titles, model.titles(), "{}", model.name);
    meeting
}

/// Opens the next meeting, in the model and on the server.
async fn open_next(meetings: &mut Meetings, all: &mut Vec<Model>, random: &mut Random) {
    let number = all.len();
    let own: Vec<v1::AgendaItem> = (0..random.below(4))
        .map(|at| v1::AgendaItem {
            recurring: random.below(4) == 0,
            ..item(&format!("{number}.{at}"))
        })
        .collect();
    let week = i64::try_from(number).unwrap();
    let name = scheduled(meetings, &format!("m-{number}"), week, own.clone()).await;
    let mut model = Model { name, ..Default::default() };
    let is_held = random.below(5) > 0;
    if is_held {
        let left = all.iter_mut().filter(|one| one.over).flat_map(Model::leave);
        model.items.extend(left.map(|(title, recurs)| (title, false, recurs, false)));
        told(meetings.start_meeting(start(&model.name)).await);
    } else {
        // It takes nothing over, and leaves its own.
        cancel(meetings, &model.name).await;
    }
    model.items.extend(own.into_iter().map(|item| (item.title, false, item.recurring, false)));
    (model.open, model.over) = (is_held, !is_held);
    all.push(model);
}

/// Does something with the agenda of a meeting that is being held.
async fn act(meetings: &mut Meetings, model: &mut Model, random: &mut Random, serial: u64) {
    let meeting = shown(meetings, model).await;
    let count = model.items.len();
    let name = model.name.clone();
    if count == 0 || random.below(4) == 0 {
        let title = format!("+{serial}");
        let at = random.below(count as u64 + 1) as usize;
        let before = meeting.agenda.get(at).map(|item| item.id.clone()).unwrap_or_default();
        let item = Some(item(&title));
        let request =
            v1::AddAgendaItemRequest { name, item, before_item_id: before, ..Default::default() };
        told(meetings.add_agenda_item(request).await);
        model.items.insert(at, (title, false, false, false));
        return;
    }
    let at = random.below(count as u64) as usize;
    let item_id = meeting.agenda[at].id.clone();
    match random.below(4) {
        0 => {
            let outcome = v1::AgendaOutcome::DealtWith.into();
            let request =
                v1::RecordAgendaOutcomeRequest { name, item_id, outcome, ..Default::default() };
            told(meetings.record_agenda_outcome(request).await);
            model.items[at].1 = true;
        }
        1 => {
            let request = v1::RemoveAgendaItemRequest { name, item_id, ..Default::default() };
            told(meetings.remove_agenda_item(request).await);
            model.items.remove(at);
        }
        2 => {
            let to = random.below(count as u64) as usize;
            let moved = model.items.remove(at);
            let mut rest = meeting.agenda.clone();
            rest.remove(at);
            let before = rest.get(to).map(|item| item.id.clone()).unwrap_or_default();
            let request = v1::MoveAgendaItemRequest {
                name,
                item_id,
                before_item_id: before,
                ..Default::default()
            };
            told(meetings.move_agenda_item(request).await);
            model.items.insert(to, moved);
        }
        _ => {
            let mut order: Vec<usize> = (0..count).collect();
            for left in (1..count).rev() {
                order.swap(left, random.below(left as u64 + 1) as usize);
            }
            let item_ids = order.iter().map(|at| meeting.agenda[*at].id.clone()).collect();
            let request = v1::ReorderAgendaRequest { name, item_ids, ..Default::default() };
            told(meetings.reorder_agenda(request).await);
            model.items = order.iter().map(|at| model.items[*at].clone()).collect();
        }
    }
}

async fn run(server: &Server, seed: u64) {
    let mut random = Random::new(seed);
    let mut meetings = server.meetings();
    let mut all: Vec<Model> = Vec::new();
    for serial in 0..120 {
        let open: Vec<usize> = (0..all.len()).filter(|at| all[*at].open).collect();
        match random.below(6) {
            0 => open_next(&mut meetings, &mut all, &mut random).await,
            1 if !open.is_empty() => {
                let model = &mut all[open[random.below(open.len() as u64) as usize]];
                close(&mut meetings, &model.name).await;
                (model.open, model.over) = (false, true);
            }
            _ if !open.is_empty() => {
                let at = open[random.below(open.len() as u64) as usize];
                act(&mut meetings, &mut all[at], &mut random, serial).await;
            }
            _ => {}
        }
    }
    // Where each item was carried to agrees with where it came from.
    let mut links = BTreeMap::new();
    let mut taken = Vec::new();
    for model in &all {
        let meeting = shown(&mut meetings, model).await;
        for (item, (title, _, _, carried)) in meeting.agenda.into_iter().zip(&model.items) {
            assert_eq!(!item.carried_to.is_empty(), *carried, "{} {title}", model.name);
            if *carried {
                links.insert((model.name.clone(), item.id.clone()), item.carried_to);
            }
            if !item.carried_from.is_empty() {
                taken.push(((item.carried_from, item.carried_item), model.name.clone()));
            }
        }
    }
    for (from, to) in taken {
        assert_eq!(links.get(&from), Some(&to), "{from:?}");
    }
}

#[tokio::test]
async fn agendas_are_what_a_simple_model_says() {
    for seed in 0..6 {
        run(&scene().await, seed).await;
    }
}
