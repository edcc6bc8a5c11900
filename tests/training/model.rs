//! Random calls against the simplest thing that could be right: a list of people in
//! the order of arrival.

use outlay_proto::v1;
use tonic::Code;

use super::{cancel, change, close, enrol, get, get_session, opened, session, sign_in, states};
use crate::cli::outlay;
use crate::engine::support::Random;
use crate::support::{Server, Trainings, refused, told};

const STEPS: usize = 250;
const PEOPLE: u64 = 12;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Enrolled,
    Waiting,
    Cancelled,
    Attended,
}

impl State {
    const fn holds(self) -> bool {
        matches!(self, Self::Enrolled | Self::Attended)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Enrolled => "ENROLLED",
            Self::Waiting => "WAITING",
            Self::Cancelled => "CANCELLED",
            Self::Attended => "ATTENDED",
        }
    }
}

/// What must be so.
struct Model {
    capacity: usize,
    waiting_list: bool,
    /// Person, id and state, in the order of arrival.
    people: Vec<(String, String, State)>,
}

impl Model {
    fn taken(&self) -> usize {
        self.people.iter().filter(|(_, _, state)| state.holds()).count()
    }

    /// Whoever waits gets what is free, the first of them first.
    fn fill(&mut self) {
        let mut free = self.capacity - self.taken();
        for (_, _, state) in &mut self.people {
            if free > 0 && *state == State::Waiting {
                *state = State::Enrolled;
                free -= 1;
            }
        }
    }

    /// Whether the person is enrolled by that.
    fn enrol(&mut self, person: &str, id: &str) -> bool {
        let twice = |(other, _, state): &(String, String, State)| {
            other == person && *state != State::Cancelled
        };
        let state = match self.taken() < self.capacity {
            true => State::Enrolled,
            false => State::Waiting,
        };
        if self.people.iter().any(twice) || state == State::Waiting && !self.waiting_list {
            return false;
        }
        self.people.push((person.to_owned(), id.to_owned(), state));
        true
    }

    fn cancel(&mut self, at: usize) -> bool {
        let Some((_, _, state)) = self.people.get_mut(at) else { return false };
        if !matches!(state, State::Enrolled | State::Waiting) {
            return false;
        }
        *state = State::Cancelled;
        self.fill();
        true
    }

    fn sign_in(&mut self, at: usize) -> bool {
        let Some((_, _, state)) = self.people.get_mut(at) else { return false };
        if !state.holds() {
            return false;
        }
        *state = State::Attended;
        true
    }

    fn resize(&mut self, capacity: usize) -> bool {
        if capacity < self.taken() && capacity != self.capacity {
            return false;
        }
        self.capacity = capacity;
        self.fill();
        true
    }

    fn states(&self) -> Vec<String> {
        self.people.iter().map(|(_, id, state)| format!("{id} {}", state.name())).collect()
    }
}

async fn step(trainings: &mut Trainings, model: &mut Model, random: &mut Random, at: usize) {
    let someone = random.below(model.people.len().max(1) as u64) as usize;
    let id = model.people.get(someone).map_or("nobody", |(_, id, _)| id).to_owned();
    let (came, due) = match random.below(8) {
        0..=3 => {
            let (person, id) = (format!("p{}", random.below(PEOPLE)), format!("e{at}"));
            let given = super::person(&person);
            let came = trainings.create_enrolment(super::enrolling(&id, given)).await;
            (came.is_ok(), model.enrol(&person, &id))
        }
        4 | 5 => (cancel(trainings, &id).await.is_ok(), model.cancel(someone)),
        6 => {
            let capacity = 1 + random.below(5) as i32;
            let waiting_list = random.below(4) > 0;
            let given = v1::TrainingSession { capacity, waiting_list, ..session() };
            let request = change(&["capacity", "waiting_list"], given);
            let due = model.resize(capacity as usize);
            model.waiting_list = if due { waiting_list } else { model.waiting_list };
            (trainings.update_training_session(request).await.is_ok(), due)
        }
        _ if random.below(6) == 0 => {
            (sign_in(trainings, &id, Some(3_600)).await.is_ok(), model.sign_in(someone))
        }
        _ => return,
    };
    assert_eq!(came, due, "step {at}: {:?}", model.states());
}

async fn compare(trainings: &mut Trainings, model: &Model) {
    assert_eq!(states(trainings).await, model.states());
    let shown = get_session(trainings).await;
    let count = |wanted: fn(State) -> bool| {
        model.people.iter().filter(|(_, _, state)| wanted(*state)).count() as i32
    };
    assert_eq!(shown.taken_count, count(State::holds));
    assert!(shown.taken_count <= shown.capacity);
    assert_eq!(shown.waiting_count, count(|state| state == State::Waiting));
    let waiting = model.people.iter().filter(|(_, _, state)| *state == State::Waiting);
    for ((_, id, _), position) in waiting.zip(1..) {
        assert_eq!(get(trainings, id).await.waiting_position, position, "{id}");
    }
}

async fn run(seed: u64) -> (Server, Trainings) {
    let capacity = 2;
    let given = v1::TrainingSession { capacity, waiting_list: true, ..session() };
    let (server, mut trainings) = opened(given).await;
    server.advance(super::HOUR);
    let mut model = Model { capacity: 2, waiting_list: true, people: Vec::new() };
    let mut random = Random::new(seed);
    for at in 0..STEPS {
        step(&mut trainings, &mut model, &mut random, at).await;
        if at % 5 == 0 {
            compare(&mut trainings, &model).await;
        }
    }
    compare(&mut trainings, &model).await;
    (server, trainings)
}

#[tokio::test]
async fn places_and_the_waiting_list_are_as_a_simple_model_has_them() {
    for seed in [1, 2, 3] {
        let (server, mut trainings) = run(seed).await;
        let waiting = states(&mut trainings).await;
        told(close(&mut trainings).await);
        let after = states(&mut trainings).await;
        let due: Vec<_> = waiting.iter().map(|one| one.replace(" ENROLLED", " ABSENT")).collect();
        assert_eq!(after, due);
        let late = refused(enrol(&mut trainings, "late").await);
        assert_eq!(late, (Code::FailedPrecondition, "TRAINING_SESSION_NOT_OPEN"));
        outlay(&server).run("admin verify --statistics").await.worked();
    }
}
