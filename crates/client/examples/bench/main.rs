//! Fills a server with invented projects, and measures it.
//!
//! The server must have the demonstration's reference data. Both commands go
//! through gRPC like any client:
//!
//! ```text
//! cargo run --release --bin outlayd -- --demo --data bench-data
//! cargo run --release --example bench -- fill --projects 100000
//! cargo run --release --example bench -- pages
//! cargo run --release --example bench -- search --query '南湖 芯片'
//! ```
//!
//! The projects are the same for every run, since all that they are comes from a
//! fixed sequence, and are as full as an office's own. A `fill` that was stopped
//! can be started again: it goes over what is there, and makes the rest.
#![expect(clippy::print_stdout, reason = "what is measured is printed")]

mod invented;

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Parser, Subcommand};
use outlay_client::Client;
use outlay_proto::v1;
use tokio::task::JoinSet;
use tonic::Code;

use invented::Material;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Fills a server with invented projects, and measures it.
#[derive(Parser)]
struct Arguments {
    /// Server to speak to.
    #[arg(long, default_value = "http://127.0.0.1:7443")]
    server: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Creates owners and projects, and advances two thirds of these.
    Fill {
        /// How many.
        #[arg(long, default_value_t = 100_000)]
        projects: u64,
        /// Calls that are made at once.
        #[arg(long, default_value_t = 64)]
        clients: u64,
    },
    /// Times the first and the last page of a list by region and stage.
    Pages {
        /// The region.
        #[arg(long, default_value = "regions/330400")]
        region: String,
        /// The filter.
        #[arg(long, default_value = "stage = SIGNED")]
        filter: String,
        /// How often each page is asked for.
        #[arg(long, default_value_t = 201)]
        times: usize,
    },
    /// Times the first page of searches.
    Search {
        /// What to search for; may be repeated.
        #[arg(long, default_values = QUERIES)]
        query: Vec<String>,
        /// The filter.
        #[arg(long, default_value = "")]
        filter: String,
        /// How often each is asked for.
        #[arg(long, default_value_t = 201)]
        times: usize,
    },
}

/// What is searched for unless it is said.
const QUERIES: [&str; 12] = [
    "芯片",
    "南湖",
    "项目",
    "12英寸 芯片",
    "南湖 新能源",
    "有限公司 汽车",
    "浙江 汽车 技术改造",
    "片",
    "sic",
    "jxxny",
    "xp",
    "电梯 南湖 三期",
];

#[tokio::main]
async fn main() -> Outcome<()> {
    let arguments = Arguments::parse();
    let client = Client::new(&arguments.server, Duration::from_secs(60))?;
    match arguments.command {
        Command::Fill { projects, clients } => fill(&client, projects, clients.max(1)).await,
        Command::Search { query, filter, times } => search(&client, query, &filter, times).await,
        Command::Pages { region, filter, times } => pages(&client, &region, &filter, times).await,
    }
}

async fn material(client: &Client) -> Outcome<Material> {
    let mut stub = client.reference();
    let regions = v1::ListRegionsRequest {
        page_size: 1000,
        filter: "type = COUNTY".to_owned(),
        ..Default::default()
    };
    let industries = v1::ListIndustriesRequest {
        page_size: 1000,
        filter: "level = DIVISION".to_owned(),
        ..Default::default()
    };
    let regions = stub.list_regions(regions).await?.into_inner().regions;
    let industries = stub.list_industries(industries).await?.into_inner().industries;
    if regions.is_empty() || industries.is_empty() {
        return Err("the server has no reference data: start it with --demo".into());
    }
    Ok(Material {
        regions: regions.into_iter().map(|region| (region.name, region.display_name)).collect(),
        industries: industries.into_iter().map(|industry| industry.name).collect(),
    })
}

async fn fill(client: &Client, projects: u64, clients: u64) -> Outcome<()> {
    let material = Arc::new(material(client).await?);
    let begin = Instant::now();
    let (to, of) = (client.clone(), Arc::clone(&material));
    let owners = spread("owners", invented::OWNERS, clients, move |number| {
        let (client, material) = (to.clone(), Arc::clone(&of));
        async move { create_owner(&client, &material, number).await }
    });
    let mut writes = owners.await?;
    let to = client.clone();
    let projects = spread("projects", projects, clients, move |number| {
        let (client, material) = (to.clone(), Arc::clone(&material));
        async move { create(&client, &material, number).await }
    });
    writes += projects.await?;
    let seconds = begin.elapsed().as_secs_f64();
    println!("{writes} writes in {seconds:.1} s, {:.0} a second", f64::from(writes) / seconds);
    Ok(())
}

/// Makes `count` of something, `clients` at a time; answers how many writes
/// these were.
async fn spread<F, W>(what: &'static str, count: u64, clients: u64, make: F) -> Outcome<u32>
where
    F: Fn(u64) -> W + Clone + Send + 'static,
    W: Future<Output = Outcome<u32>> + Send,
{
    let mut tasks = JoinSet::new();
    for task in 0..clients {
        let make = make.clone();
        tasks.spawn(async move {
            let mut writes = 0;
            for number in (task..count).step_by(usize::try_from(clients)?) {
                writes += make(number).await?;
                if task == 0 && number > 0 && number % (clients * 100) == 0 {
                    println!("{number} of {count} {what}");
                }
            }
            Outcome::Ok(writes)
        });
    }
    let mut writes = 0;
    while let Some(done) = tasks.join_next().await {
        writes += done??;
    }
    Ok(writes)
}

async fn create_owner(client: &Client, material: &Material, number: u64) -> Outcome<u32> {
    let request = v1::CreateOrganisationRequest {
        organisation: Some(invented::owner(material, number)),
        organisation_id: invented::owner_id(number),
        ..Default::default()
    };
    match client.reference().create_organisation(request).await {
        Ok(_) => Ok(1),
        Err(status) if status.code() == Code::AlreadyExists => Ok(0),
        Err(status) => Err(status.into()),
    }
}

/// Creates one project and takes it through up to two stages; answers how many
/// writes these were.
async fn create(client: &Client, material: &Material, number: u64) -> Outcome<u32> {
    let mut stub = client.projects();
    let request = v1::CreateProjectRequest {
        project: Some(invented::project(material, number)),
        project_id: format!("bench-{number}"),
        ..Default::default()
    };
    match stub.create_project(request).await {
        Ok(_) => {}
        Err(status) if status.code() == Code::AlreadyExists => return Ok(0),
        Err(status) => return Err(status.into()),
    }
    let stages = [v1::ProjectStage::Negotiating, v1::ProjectStage::Signed];
    let reached = usize::try_from(number % 3)?;
    for stage in stages.into_iter().take(reached) {
        let request = v1::AdvanceProjectRequest {
            name: format!("projects/bench-{number}"),
            stage: stage.into(),
            date: Some(v1::Date { year: 2023, month: 7, day: 28 }),
            ..Default::default()
        };
        stub.advance_project(request).await?;
    }
    Ok(1 + u32::try_from(reached)?)
}

async fn pages(client: &Client, region: &str, filter: &str, times: usize) -> Outcome<()> {
    let mut stub = client.projects();
    let first = v1::ListProjectsRequest {
        page_size: 50,
        region: region.to_owned(),
        filter: filter.to_owned(),
        ..Default::default()
    };
    let mut last = first.clone();
    let mut count = 0;
    loop {
        let page = stub.list_projects(last.clone()).await?.into_inner();
        count += page.projects.len();
        if page.next_page_token.is_empty() {
            break;
        }
        last.page_token = page.next_page_token;
    }
    println!("{count} projects of {region} with {filter}, in pages of 50");
    for (name, request) in [("first", first), ("last", last)] {
        let mut spans = Vec::with_capacity(times);
        for _ in 0..times {
            let begin = Instant::now();
            stub.list_projects(request.clone()).await?;
            spans.push(begin.elapsed());
        }
        println!("{name} page: {}", shown(spans));
    }
    Ok(())
}

async fn search(client: &Client, queries: Vec<String>, filter: &str, times: usize) -> Outcome<()> {
    let mut stub = client.projects();
    for query in queries {
        let request = v1::SearchProjectsRequest {
            query: query.clone(),
            filter: filter.to_owned(),
            page_size: 50,
            ..Default::default()
        };
        let mut spans = Vec::with_capacity(times);
        let mut page = v1::SearchProjectsResponse::default();
        for _ in 0..times.max(1) {
            let begin = Instant::now();
            page = stub.search_projects(request.clone()).await?.into_inner();
            spans.push(begin.elapsed());
        }
        let more = if page.next_page_token.is_empty() { "" } else { " and more" };
        println!("{query}: {}{more}; {}", page.results.len(), shown(spans));
    }
    Ok(())
}

fn shown(mut spans: Vec<Duration>) -> String {
    spans.sort();
    let at = |part: usize| spans[(spans.len() * part / 100).min(spans.len() - 1)];
    format!("median {:?}, 99th percentile {:?}", at(50), at(99))
}
