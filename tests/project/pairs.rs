//! Pairs of projects that are likely one: found by the index as going over
//! everything finds them, however the projects came to be what they are.

use std::collections::{BTreeMap, BTreeSet};

use outlay_proto::v1;
use outlay_server::domain::project::duplicate::near_totals;
use outlay_server::domain::project::title::Title;

use super::{create, deletion, get, return_of};
use crate::support::records::{mask, project, yuan};
use crate::support::{Projects, Server, refused, told};

fn search(region: &str, page_size: i32) -> v1::SearchDuplicateProjectsRequest {
    v1::SearchDuplicateProjectsRequest {
        region: region.to_owned(),
        page_size,
        ..Default::default()
    }
}

/// All pairs, page by page; the later created first.
async fn pairs(
    projects: &mut Projects,
    mut request: v1::SearchDuplicateProjectsRequest,
) -> Vec<(String, String)> {
    let mut found = Vec::new();
    loop {
        let page = told(projects.search_duplicate_projects(request.clone()).await);
        assert!(page.pairs.len() <= request.page_size as usize);
        let id = |project: Option<v1::Project>| {
            project.unwrap().name.trim_start_matches("projects/").to_owned()
        };
        found.extend(page.pairs.into_iter().map(|pair| (id(pair.first), id(pair.second))));
        if page.next_page_token.is_empty() {
            return found;
        }
        request.page_token = page.next_page_token;
    }
}

fn owned(owner: &str, title: &str, total: i64) -> v1::Project {
    v1::Project {
        owner: format!("organisations/{owner}"),
        investment: Some(v1::InvestmentPlan { total: yuan(total), ..Default::default() }),
        ..project(title)
    }
}

fn pair(first: &str, second: &str) -> (String, String) {
    (first.to_owned(), second.to_owned())
}

#[tokio::test]
async fn a_pair_stands_on_one_page_at_the_later_of_the_two() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let elsewhere = v1::Project {
        region: "regions/330106".to_owned(),
        ..owned("jx-solar", "光伏组件", 100)
    };
    for (id, one) in [
        ("a", owned("jx-solar", "光伏组件", 100)),
        ("b", owned("jx-wind", "光伏组件", 100)),
        ("c", owned("jx-solar", "光伏组件", 110)),
        ("d", elsewhere),
        ("e", owned("jx-solar", "海上风电场", 100)),
        ("f", owned("jx-wind", "光伏组件（扩）", 95)),
    ] {
        server.advance(std::time::Duration::from_micros(1));
        create(&mut projects, id, one).await;
    }
    let all = [pair("b", "f"), pair("a", "d"), pair("c", "d"), pair("a", "c")];
    for size in [1, 2, 3, 1_000] {
        assert_eq!(pairs(&mut projects, search("", size)).await, all, "{size}");
    }
    // One in the region is enough, whichever it is.
    let jiaxing = pairs(&mut projects, search("regions/330400", 1)).await;
    let due = [pair("b", "f"), pair("c", "d"), pair("a", "c"), pair("a", "d")];
    assert_eq!(jiaxing.iter().collect::<BTreeSet<_>>(), due.iter().collect());
    assert_eq!(jiaxing.len(), due.len());
    let hangzhou = pairs(&mut projects, search("regions/330100", 1)).await;
    assert_eq!(hangzhou, [pair("a", "d"), pair("c", "d")]);

    let page = told(projects.search_duplicate_projects(search("", 1)).await);
    assert_eq!(page.pairs[0].likeness, "0.857");
    assert_eq!(page.pairs[0].first.as_ref().unwrap().title, "光伏组件");
    let foreign = v1::SearchDuplicateProjectsRequest {
        page_token: page.next_page_token,
        ..search("regions/330100", 1)
    };
    let refusal = refused(projects.search_duplicate_projects(foreign).await);
    assert_eq!(refusal.reason, "PAGE_TOKEN_INVALID");
    refused(projects.search_duplicate_projects(search("regions/1", 1)).await)
        .has_fields(&[("region", "REFERENCE_UNKNOWN")]);
}

#[tokio::test]
async fn of_an_owner_with_very_many_the_nearest_are_found() {
    let server = Server::seeded().await;
    crate::list::many(&server, 1_000).await;
    let mut projects = server.projects();
    let near = |total| owned("jx-solar", "年产72万片功率半导体晶圆项目", total);
    create(&mut projects, "first", near(99_999_999)).await;
    create(&mut projects, "second", near(100_000_001)).await;
    let second = get(&mut projects, "projects/second").await;
    assert_eq!(second.likely_duplicates, ["projects/first"]);
    let found = pairs(&mut projects, search("", 7)).await;
    assert!(found.contains(&pair("first", "second")), "{found:?}");
}

#[tokio::test]
async fn one_that_is_said_to_be_another_must_be_there() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    for id in ["a", "b", "c"] {
        create(&mut projects, id, project("光伏组件")).await;
    }
    told(projects.delete_project(deletion("projects/b", "")).await);
    let update = |distinct: &[&str]| v1::UpdateProjectRequest {
        project: Some(v1::Project {
            name: "projects/a".to_owned(),
            distinct_from: distinct.iter().map(|id| format!("projects/{id}")).collect(),
            ..Default::default()
        }),
        ..Default::default()
    };
    for unknown in ["b", "nobody"] {
        refused(projects.update_project(update(&["c", unknown])).await)
            .has_fields(&[("project.distinct_from[1]", "REFERENCE_UNKNOWN")]);
    }
    told(projects.update_project(update(&["c"])).await);
    // It may go afterwards, and whoever speaks of it comes and goes all the same.
    told(projects.delete_project(deletion("projects/c", "")).await);
    told(projects.delete_project(deletion("projects/a", "")).await);
    told(projects.undelete_project(return_of("projects/a", "")).await);
    create(&mut projects, "d", project("光伏组件")).await;
    let merge = v1::MergeProjectRequest {
        name: "projects/d".to_owned(),
        duplicate: "projects/a".to_owned(),
        reason: "重复录入".to_owned(),
        ..Default::default()
    };
    let merged = told(projects.merge_project(merge).await);
    assert_eq!(merged.distinct_from, ["projects/c"]);
}

#[tokio::test]
async fn from_the_command_line() {
    let server = Server::seeded().await;
    let say = async |command: &str| crate::cli::outlay(&server).run(command).await;
    let new = "project create --title 光伏组件项目 --owner jx-solar --region 330402 \
               --industry 3825 --kind new_build --total 1亿";
    say(&format!("{new} --id first")).await.worked();
    let trial = say(&format!("{new} --validate-only")).await;
    assert_eq!(
        trial.err,
        "Likely the same as projects/first.\nThis was a check only: nothing has changed.\n"
    );
    let second = say(&format!("{new} --id second")).await;
    assert_eq!((second.code, second.err.as_str()), (0, "Likely the same as projects/first.\n"));
    let found = say("project duplicates --region 330400").await.worked();
    let row = found.lines().nth(1).unwrap();
    assert!(
        row.starts_with("first ") && row.contains("second") && row.contains("1.000"),
        "{found}"
    );
    let json = say("project duplicates --all -o json").await.json();
    assert_eq!(json[0]["second"]["name"], "projects/second");
    say("project update second --distinct-from first").await.worked();
    assert_eq!(say("project duplicates -o json").await.json(), serde_json::json!([]));
}

const OWNERS: [&str; 2] = ["jx-solar", "jx-wind"];
const WORDS: [&str; 8] = ["光伏", "组件", "轴承", "一期", "二期", "2023年", "扩建", "项目"];

/// A project as the model knows it.
#[derive(Clone, Default)]
struct Known {
    owner: String,
    title: String,
    total: i64,
    deleted: bool,
    /// Merged into another one: it can't come back.
    merged: bool,
    distinct_from: Vec<String>,
    /// What was merged into it.
    holds: Vec<String>,
}

struct Model {
    random: u64,
    known: BTreeMap<String, Known>,
}

impl Model {
    fn below(&mut self, limit: usize) -> usize {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) as usize % limit
    }

    fn any(&mut self, is_meant: impl Fn(&Known) -> bool) -> Option<String> {
        let meant: Vec<_> =
            self.known.iter().filter(|(_, one)| is_meant(one)).map(|(id, _)| id.clone()).collect();
        if meant.is_empty() { None } else { Some(meant[self.below(meant.len())].clone()) }
    }

    fn invented(&mut self) -> Known {
        let title: String =
            (0..2 + self.below(3)).map(|_| WORDS[self.below(WORDS.len())]).collect();
        let owner = OWNERS[self.below(OWNERS.len())].to_owned();
        Known { owner, title, total: 90 + self.below(20) as i64, ..Default::default() }
    }

    /// The pairs, by going over everything.
    fn pairs(&self) -> BTreeSet<(String, String)> {
        let living: Vec<_> = self.known.iter().filter(|(_, one)| !one.deleted).collect();
        let mut pairs = BTreeSet::new();
        for (one_id, one) in &living {
            for (two_id, two) in &living {
                let says = |one: &Known, two_id: &String, two: &Known| {
                    one.distinct_from.iter().any(|id| id == two_id || two.holds.contains(id))
                };
                let (least, greatest) = near_totals(one.total * 100);
                if one_id < two_id
                    && one.owner == two.owner
                    && (least..=greatest).contains(&(two.total * 100))
                    && !says(one, two_id, two)
                    && !says(two, one_id, one)
                    && Title::read(&one.title).nearness(&Title::read(&two.title)).is_some()
                {
                    pairs.insert(((*one_id).clone(), (*two_id).clone()));
                }
            }
        }
        pairs
    }

    async fn step(&mut self, projects: &mut Projects, number: usize) {
        let name = |id: &str| format!("projects/{id}");
        let living = |one: &Known| !one.deleted;
        match self.below(13) {
            0..6 => {
                let (id, new) = (format!("p{number:03}"), self.invented());
                create(projects, &id, owned(&new.owner, &new.title, new.total)).await;
                self.known.insert(id, new);
            }
            6..9 => {
                let Some(id) = self.any(living) else { return };
                let new = self.invented();
                let request = v1::UpdateProjectRequest {
                    project: Some(v1::Project {
                        name: name(&id),
                        ..owned(&new.owner, &new.title, new.total)
                    }),
                    update_mask: mask(&["owner", "title", "investment"]),
                    ..Default::default()
                };
                told(projects.update_project(request).await);
                let kept = self.known[&id].clone();
                let known = Known { distinct_from: kept.distinct_from, holds: kept.holds, ..new };
                self.known.insert(id, known);
            }
            9 => {
                let Some(id) = self.any(living) else { return };
                told(projects.delete_project(deletion(&name(&id), "")).await);
                self.known.get_mut(&id).unwrap().deleted = true;
            }
            10 => {
                let Some(id) = self.any(|one| one.deleted && !one.merged) else { return };
                told(projects.undelete_project(return_of(&name(&id), "")).await);
                self.known.get_mut(&id).unwrap().deleted = false;
            }
            11 => self.distinguish(projects).await,
            _ => self.merge(projects).await,
        }
    }

    async fn distinguish(&mut self, projects: &mut Projects) {
        let pairs: Vec<_> = self.pairs().into_iter().collect();
        if pairs.is_empty() {
            return;
        }
        let (id, other) = pairs[self.below(pairs.len())].clone();
        let known = self.known.get_mut(&id).unwrap();
        known.distinct_from.push(other);
        let named = known.distinct_from.iter().map(|id| format!("projects/{id}"));
        let request = v1::UpdateProjectRequest {
            project: Some(v1::Project {
                name: format!("projects/{id}"),
                distinct_from: named.collect(),
                ..Default::default()
            }),
            ..Default::default()
        };
        told(projects.update_project(request).await);
    }

    async fn merge(&mut self, projects: &mut Projects) {
        let living = |one: &Known| !one.deleted;
        let (Some(id), Some(gone)) = (self.any(living), self.any(living)) else { return };
        if id == gone {
            return;
        }
        let request = v1::MergeProjectRequest {
            name: format!("projects/{id}"),
            duplicate: format!("projects/{gone}"),
            reason: "重复录入".to_owned(),
            ..Default::default()
        };
        told(projects.merge_project(request).await);
        let other = self.known.get_mut(&gone).unwrap();
        (other.deleted, other.merged) = (true, true);
        let other = other.clone();
        let known = self.known.get_mut(&id).unwrap();
        for distinct in other.distinct_from {
            if !known.distinct_from.contains(&distinct) {
                known.distinct_from.push(distinct);
            }
        }
        known.distinct_from.retain(|distinct| *distinct != id && *distinct != gone);
        known.holds.extend(other.holds);
        known.holds.push(gone);
    }
}

#[tokio::test]
async fn whatever_happens_the_pairs_are_those_of_going_over_everything() {
    const STEPS: usize = 400;
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let mut model = Model { random: 20_230_728, known: BTreeMap::new() };
    let mut seen = 0;
    for number in 0..STEPS {
        server.advance(std::time::Duration::from_micros(1));
        model.step(&mut projects, number).await;
        if number % 20 > 0 {
            continue;
        }
        let due = model.pairs();
        let size = 1 + model.below(30) as i32;
        let found = pairs(&mut projects, search("", size)).await;
        let sorted: BTreeSet<_> = found
            .iter()
            .map(|(one, two)| if one < two { pair(one, two) } else { pair(two, one) })
            .collect();
        assert_eq!(sorted, due, "after {number} steps");
        assert_eq!(found.len(), due.len(), "each once");
        seen += due.len();
        if let Some(id) = model.any(|one| !one.deleted) {
            let told = get(&mut projects, &format!("projects/{id}")).await.likely_duplicates;
            let of = due.iter().filter(|(one, two)| *one == id || *two == id).count();
            assert_eq!(told.len(), of.min(20), "{id} after {number} steps");
        }
    }
    assert!(seen > 300, "{seen} pairs");
}
