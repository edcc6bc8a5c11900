//! Random records and random queries: a search finds what going over all
//! records finds, in the same order.

use std::cmp::Reverse;
use std::time::Duration;

use outlay_proto::v1;
use outlay_server::domain::initials;

use super::{all, ids, query};
use crate::support::records::{organisation, project};
use crate::support::{Server, told};

const RECORDS: usize = 150;
const QUERIES: usize = 400;

const HAN: [char; 9] = ['芯', '片', '南', '湖', '重', '庆', '光', '项', '目'];
const WORDS: [&str; 6] = ["sic", "si", "12", "120", "xp", "g"];
const SIGNS: [&str; 5] = ["", "", " ", "（", "-"];
const REGIONS: [(&str, &[&str]); 3] = [
    ("330402", &["330402", "南湖区", "330400", "嘉兴市"]),
    ("330411", &["330411", "秀洲区", "330400", "嘉兴市"]),
    ("330106", &["330106", "西湖区", "330100", "杭州市"]),
];
/// What stands above all of these.
const ABOVE: [&str; 4] = ["330000", "浙江省", "100000", "中华人民共和国"];

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    fn text(&mut self, longest: usize) -> String {
        let mut text = String::new();
        for _ in 0..=self.below(longest) {
            match self.below(4) {
                0 => text.push_str(self.of(&WORDS)),
                _ => text.push(self.of(&HAN)),
            }
            text.push_str(self.of(&SIGNS));
        }
        text
    }

    fn query(&mut self) -> String {
        let mut terms = Vec::new();
        for _ in 0..=self.below(3) {
            terms.push(match self.below(8) {
                0 => (0..2 + self.below(2))
                    .map(|_| self.of(&['x', 'p', 'n', 'h', 'z', 'q', 'm']))
                    .collect(),
                1 => self.of(&["浙江", "湖", "嘉兴", "330400", "330106", "西湖"]).to_owned(),
                2 => self.of(&["1", "s", "12", "sic"]).to_owned(),
                _ => self.text(2).replace(' ', ""),
            });
        }
        terms.join(" ")
    }
}

/// One record, as the oracle knows it.
struct Known {
    id: String,
    time: usize,
    title: String,
    elsewhere: Vec<String>,
}

/// The normal form, for the few signs that occur here.
fn normal(text: &str) -> String {
    let mut normal: Vec<char> = Vec::new();
    let mut parted = false;
    for letter in text.chars() {
        if " （-".contains(letter) {
            parted = true;
            continue;
        }
        if parted && normal.last().is_some_and(|last| last.is_ascii() == letter.is_ascii()) {
            normal.push(' ');
        }
        normal.push(letter);
        parted = false;
    }
    normal.into_iter().collect()
}

fn occurs(term: &str, text: &str) -> bool {
    let (term, text): (Vec<char>, Vec<char>) =
        (normal(term).chars().collect(), normal(text).chars().collect());
    let initials = term.len() >= 2 && term.iter().all(char::is_ascii_lowercase);
    (0..text.len()).any(|at| {
        let begins = at == 0 || !text[at - 1].is_ascii_alphanumeric() || !term[0].is_ascii();
        let is = |test: &dyn Fn(char, char) -> bool| {
            at + term.len() <= text.len()
                && text[at..].iter().zip(&term).all(|(letter, wanted)| test(*letter, *wanted))
        };
        let spelt = begins && is(&|letter, wanted| letter == wanted);
        let read = |letter: char, wanted: char| {
            let readings = initials::of(letter).into_iter();
            readings.map(char::from).any(|initial| initial == wanted)
        };
        spelt || (initials && is(&read))
    })
}

fn rank(known: &Known, text: &str) -> Option<u8> {
    let terms: Vec<&str> = text.split(' ').filter(|term| !normal(term).is_empty()).collect();
    let own = |term: &&str| occurs(term, &known.title);
    // A region's code is found by the whole of it.
    let is_in = |term: &str, text: &String| match text.starts_with("33") || text == "100000" {
        true => term == text,
        false => occurs(term, text),
    };
    let elsewhere = |term: &&str| known.elsewhere.iter().any(|text| is_in(term, text));
    if !terms.iter().all(|term| own(term) || elsewhere(term)) {
        return None;
    }
    Some(match terms.iter().all(own) {
        true if normal(&known.title) == normal(text) => 1,
        true => 2,
        false => 3,
    })
}

async fn write(server: &Server, random: &mut Random) -> Vec<Known> {
    let mut owners = Vec::new();
    for number in 0..8 {
        let name = format!("{}号", random.text(4));
        let request = v1::CreateOrganisationRequest {
            organisation: Some(organisation(&name)),
            organisation_id: format!("o{number}"),
            ..Default::default()
        };
        told(server.reference().create_organisation(request).await);
        owners.push(name);
    }
    let (mut known, mut time) = (Vec::new(), 0);
    for number in 0..RECORDS {
        if random.below(4) > 0 {
            server.advance(Duration::from_micros(1));
            time += 1;
        }
        let (title, owner) = (random.text(7), random.below(owners.len()));
        let (region, names) = random.of(&REGIONS);
        let id = format!("p{number:03}");
        let given = v1::Project {
            owner: format!("organisations/o{owner}"),
            region: format!("regions/{region}"),
            ..project(&title)
        };
        crate::project::create(&mut server.projects(), &id, given).await;
        let mut elsewhere = vec![owners[owner].clone()];
        elsewhere.extend(names.iter().chain(&ABOVE).map(|name| (*name).to_owned()));
        known.push(Known { id, time, title, elsewhere });
    }
    known
}

#[tokio::test]
async fn a_search_finds_what_going_over_all_records_finds() {
    let server = Server::seeded().await;
    let mut random = Random(20_230_728);
    let known = write(&server, &mut random).await;
    let mut projects = server.projects();
    let mut hits = 0;
    for number in 0..QUERIES {
        let text = match number % 10 {
            0 => known[random.below(known.len())].title.clone(),
            _ => random.query(),
        };
        if normal(&text).is_empty() {
            continue;
        }
        let mut due: Vec<_> = known
            .iter()
            .filter_map(|one| Some((rank(one, &text)?, Reverse(one.time), Reverse(&one.id))))
            .collect();
        due.sort_unstable();
        let due: Vec<_> = due.into_iter().map(|(.., Reverse(id))| id.clone()).collect();
        let request =
            v1::SearchProjectsRequest { page_size: 1 + random.below(40) as i32, ..query(&text) };
        let came = all(&mut projects, request).await;
        let titles =
            || known.iter().filter(|one| ids(&came).contains(&one.id) != due.contains(&one.id));
        let wrong: Vec<_> = titles().map(|one| (&one.id, &one.title, &one.elsewhere)).collect();
        assert_eq!(ids(&came), due, "{text}: {wrong:?}");
        hits += due.len();
    }
    assert!(hits > QUERIES, "{hits} results");
}
