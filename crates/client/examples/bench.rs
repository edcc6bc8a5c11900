//! Fills a server with invented projects, and measures it.
//!
//! The server must have the demonstration's reference data. Both commands go
//! through gRPC like any client:
//!
//! ```text
//! cargo run --release --bin outlayd -- --demo --data bench-data
//! cargo run --release --example bench -- fill --projects 100000
//! cargo run --release --example bench -- pages
//! ```
//!
//! The projects are the same for every run: owner, region, industry, amount and
//! stage come from a fixed sequence. A second `fill` finds them there.
#![expect(clippy::print_stdout, reason = "what is measured is printed")]

use std::error::Error;
use std::time::{Duration, Instant};

use clap::{Parser, Subcommand};
use outlay_client::Client;
use outlay_proto::v1;
use tokio::task::JoinSet;
use tonic::Code;

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
    /// Creates projects, and advances two thirds of them.
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
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let arguments = Arguments::parse();
    let client = Client::new(&arguments.server, Duration::from_secs(60))?;
    match arguments.command {
        Command::Fill { projects, clients } => fill(&client, projects, clients.max(1)).await,
        Command::Pages { region, filter, times } => pages(&client, &region, &filter, times).await,
    }
}

/// What projects are made of.
#[derive(Clone)]
struct Material {
    regions: Vec<String>,
    industries: Vec<String>,
    owners: Vec<String>,
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
    let owners = v1::ListOrganisationsRequest { page_size: 1000, ..Default::default() };
    let regions = stub.list_regions(regions).await?.into_inner().regions;
    let industries = stub.list_industries(industries).await?.into_inner().industries;
    let owners = stub.list_organisations(owners).await?.into_inner().organisations;
    if regions.is_empty() || industries.is_empty() || owners.is_empty() {
        return Err("the server has no reference data: start it with --demo".into());
    }
    Ok(Material {
        regions: regions.into_iter().map(|region| region.name).collect(),
        industries: industries.into_iter().map(|industry| industry.name).collect(),
        owners: owners.into_iter().map(|owner| owner.name).collect(),
    })
}

async fn fill(client: &Client, projects: u64, clients: u64) -> Outcome<()> {
    let material = material(client).await?;
    let begin = Instant::now();
    let mut tasks = JoinSet::new();
    for task in 0..clients {
        let (client, material) = (client.clone(), material.clone());
        tasks.spawn(async move {
            let mut writes = 0;
            for number in (task..projects).step_by(usize::try_from(clients)?) {
                writes += create(&client, &material, number).await?;
                if task == 0 && number > 0 && number % (clients * 100) == 0 {
                    println!("{number} of {projects}");
                }
            }
            Outcome::Ok(writes)
        });
    }
    let mut writes = 0;
    while let Some(done) = tasks.join_next().await {
        writes += done??;
    }
    let seconds = begin.elapsed().as_secs_f64();
    println!("{writes} writes in {seconds:.1} s, {:.0} a second", f64::from(writes) / seconds);
    Ok(())
}

/// Creates one project and takes it through up to two stages; answers how many
/// writes these were.
async fn create(client: &Client, material: &Material, number: u64) -> Outcome<u32> {
    let mut stub = client.projects();
    let request = v1::CreateProjectRequest {
        project: Some(project(material, number)),
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

fn project(material: &Material, number: u64) -> v1::Project {
    let pick = |list: &[String], salt: u64| {
        let at = mixed(number ^ salt) % list.len() as u64;
        list[usize::try_from(at).unwrap_or_default()].clone()
    };
    let millions = i64::try_from(1 + mixed(number) % 2_000).unwrap_or(1);
    let total =
        v1::Money { currency_code: "CNY".to_owned(), units: millions * 1_000_000, nanos: 0 };
    v1::Project {
        title: format!("年产{}万件零部件扩建项目（虚构）{number}", 1 + number % 97),
        owner: pick(&material.owners, 1),
        region: pick(&material.regions, 2),
        industry: pick(&material.industries, 3),
        construction_kind: v1::ConstructionKind::Expansion.into(),
        investment: Some(v1::InvestmentPlan { total: Some(total), ..Default::default() }),
        ..Default::default()
    }
}

/// A number whose bits depend on all bits of `value` (SplitMix64).
fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
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
        spans.sort();
        let at = |part: usize| spans[(spans.len() * part / 100).min(spans.len() - 1)];
        println!("{name} page: median {:?}, 99th percentile {:?}", at(50), at(99));
    }
    Ok(())
}
