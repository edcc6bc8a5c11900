//! Lists in the boundaries of a day, against the simplest way to find them.

use std::collections::BTreeMap;

use outlay_proto::v1;

use super::all;
use crate::engine::support::Random;
use crate::project::creation;
use crate::support::hangzhou::{self, name};
use crate::support::records::{date, project};
use crate::support::{Server, told};

type Day = (i32, i32, i32);

fn number(date: &v1::Date) -> Day {
    (date.year, date.month, date.day)
}

/// All regions as they are known, and their parents on a day.
struct Seen {
    day: Day,
    regions: BTreeMap<String, v1::Region>,
    parents: BTreeMap<String, String>,
}

impl Seen {
    async fn on(server: &Server, day: Day) -> Self {
        let request = v1::ListRegionsRequest {
            as_of: date(day.0, day.1, day.2),
            page_size: 1_000,
            ..Default::default()
        };
        let mut reference = server.reference();
        let valid = told(reference.list_regions(request.clone()).await).regions;
        let request = v1::ListRegionsRequest { show_invalid: true, ..request };
        let known = told(reference.list_regions(request).await).regions;
        Self {
            day,
            regions: known.into_iter().map(|one| (one.name.clone(), one)).collect(),
            parents: valid.into_iter().map(|one| (one.name, one.parent)).collect(),
        }
    }

    /// A region and all above it.
    fn line(&self, region: &str) -> Vec<String> {
        let mut line = vec![region.to_owned()];
        while let Some(parent) = self.parents.get(&line[line.len() - 1]).filter(|p| !p.is_empty()) {
            line.push(parent.clone());
        }
        line
    }

    /// What a region counts to.
    fn home(&self, region: &str) -> String {
        if self.parents.contains_key(region) {
            return region.to_owned();
        }
        let one = &self.regions[region];
        let next: Vec<String> = match &one.valid_to {
            Some(to) if number(to) <= self.day => {
                let at_end = one.successors.iter().filter(|next| next.date == one.valid_to);
                at_end.map(|next| next.region.clone()).collect()
            }
            _ => {
                let follows = |other: &&v1::Region| {
                    let mut all = other.successors.iter();
                    all.any(|next| next.region == region && next.date == one.valid_from)
                };
                self.regions.values().filter(follows).map(|other| other.name.clone()).collect()
            }
        };
        let lines: Vec<_> = next.iter().map(|next| self.line(&self.home(next))).collect();
        let shared = |above: &&String| lines.iter().all(|line| line.contains(above));
        lines[0].iter().find(shared).cloned().unwrap_or_default()
    }

    /// Whether a project belongs to a region or to one below it.
    fn has(&self, region: &str, project: &v1::Project) -> bool {
        let then = project.region_links.iter().find(|link| {
            link.valid_from.as_ref().is_none_or(|from| number(from) <= self.day)
                && link.valid_to.as_ref().is_none_or(|to| self.day < number(to))
        });
        let then = then.map_or(&project.region, |link| &link.region);
        self.line(&self.home(then)).iter().any(|above| above == region)
    }
}

/// Projects that are spread over the districts, and then reassigned by chance.
async fn spread(server: &Server, random: &mut Random) {
    let old = ["330102", "330103", "330104", "330105", "330109", "330110", "330411"];
    for at in 0..35_u64 {
        let region = name(old[random.below(old.len() as u64) as usize]);
        let given = v1::Project { region, ..project(&at.to_string()) };
        told(server.projects().create_project(creation(&format!("p-{at:02}"), given)).await);
    }
    hangzhou::reform(&mut server.reference()).await;
    let new = ["330102", "330105", "330109", "330110", "330113", "330114", "330402"];
    for _ in 0..12 {
        let first = random.below(30);
        let year = 2021 + random.below(5) as i32;
        let request = v1::ReassignProjectsRequest {
            names: (first..first + 4).map(|at| format!("projects/p-{at:02}")).collect(),
            region: name(new[random.below(new.len() as u64) as usize]),
            effective_date: date(year, 5 + random.below(3) as i32, 1),
            ..Default::default()
        };
        told(server.projects().reassign_projects(request).await);
    }
    for (id, parent, day) in [
        ("330114", "330400", date(2022, 6, 1)),
        ("330402", "330100", date(2023, 1, 1)),
        ("330114", "330100", date(2024, 6, 1)),
    ] {
        let request = v1::MoveRegionRequest {
            name: name(id),
            parent: name(parent),
            effective_date: day,
            ..Default::default()
        };
        told(server.reference().move_region(request).await);
    }
}

#[tokio::test]
async fn lists_of_any_day_are_what_is_found_by_looking_at_everything() {
    let server = hangzhou::before().await;
    spread(&server, &mut Random::new(7)).await;
    let everything = all(
        &mut server.projects(),
        v1::ListProjectsRequest { page_size: 1_000, ..Default::default() },
    )
    .await;
    let (mut compared, mut found) = (0, 0);
    for day in [
        (1999, 1, 1),
        (2021, 4, 8),
        (2021, 4, 9),
        (2021, 5, 31),
        (2021, 6, 1),
        (2022, 6, 1),
        (2023, 7, 28),
        (2024, 6, 1),
        (2026, 1, 1),
    ] {
        let seen = Seen::on(&server, day).await;
        for region in seen.parents.keys() {
            let request = v1::ListProjectsRequest {
                region: region.clone(),
                as_of: date(day.0, day.1, day.2),
                order_by: "total_investment".to_owned(),
                page_size: 7,
                ..Default::default()
            };
            let listed = all(&mut server.projects(), request).await;
            let mut listed: Vec<_> = listed.into_iter().map(|one| one.name).collect();
            listed.sort_unstable();
            let mut due: Vec<_> = everything
                .iter()
                .filter(|one| seen.has(region, one))
                .map(|one| one.name.clone())
                .collect();
            due.sort_unstable();
            assert_eq!(listed, due, "{region} on {day:?}");
            (compared, found) = (compared + 1, found + due.len());
        }
    }
    assert!(compared > 100 && found > 1_000, "{compared} {found}");
}
