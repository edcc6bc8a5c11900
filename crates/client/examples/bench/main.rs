//! Fills a server with invented projects, and measures it.
//!
//! The server must have the demonstration's reference data. All commands go
//! through gRPC like any client:
//!
//! ```text
//! cargo run --release --bin outlayd -- --demo --data bench-data
//! cargo run --release --example bench -- fill --projects 100000
//! cargo run --release --example bench -- pages
//! cargo run --release --example bench -- search --query '南湖 芯片'
//! cargo run --release --example bench -- reports --projects 200000 --reports 5000000
//! cargo run --release --example bench -- figures
//! cargo run --release --example bench -- meetings --meetings 100000 --actions 1000000
//! ```
//!
//! The projects are the same for every run, since all that they are comes from a
//! fixed sequence, and are as full as an office's own. A `fill` that was stopped
//! can be started again: it goes over what is there, and makes the rest.
#![expect(clippy::print_stdout, reason = "what is measured is printed")]

mod carrying;
mod invented;
mod meetings;
mod reading;
mod reports;

use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use clap::{Parser, Subcommand};
use outlay_client::Client;
use outlay_proto::v1;
use prost::Message;
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
    /// Creates projects that began early, and imports their accepted reports.
    Reports {
        /// How many projects.
        #[arg(long, default_value_t = 200_000)]
        projects: u64,
        /// How many reports, spread evenly over the projects.
        #[arg(long, default_value_t = 5_000_000)]
        reports: u64,
        /// Calls that are made at once for projects.
        #[arg(long, default_value_t = 64)]
        clients: u64,
        /// Imports that go on at once.
        #[arg(long, default_value_t = 4)]
        imports: usize,
    },
    /// Creates meetings and their actions, and times the first page of the open
    /// actions of an organisation.
    Meetings {
        /// How many meetings.
        #[arg(long, default_value_t = 100_000)]
        meetings: u64,
        /// How many actions, spread evenly over the meetings.
        #[arg(long, default_value_t = 1_000_000)]
        actions: u64,
        /// Calls that are made at once.
        #[arg(long, default_value_t = 16)]
        clients: u64,
        /// How often the page is asked for.
        #[arg(long, default_value_t = 1001)]
        times: usize,
    },
    /// Times the opening of meetings into which open actions are carried.
    Carrying {
        /// How many actions.
        #[arg(long, default_value_t = 500)]
        actions: usize,
        /// How many meetings are opened, one after the other.
        #[arg(long, default_value_t = 21)]
        times: u16,
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
    /// Times the half-year table of a province, by city, from the reports.
    Figures {
        /// Indicator whose scope cuts the reports, and whose targets they are
        /// compared with; empty for all reports, without targets.
        #[arg(long, default_value = "indicators/manufacturing-investment")]
        indicator: String,
        /// How often it is asked for.
        #[arg(long, default_value_t = 1001)]
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
        Command::Reports { projects, reports, clients, imports } => {
            reports::fill(&client, (projects, reports), clients.max(1), imports.max(1)).await
        }
        Command::Meetings { meetings, actions, clients, times } => {
            meetings::run(&client, (meetings, actions), clients.max(1), times).await
        }
        Command::Carrying { actions, times } => carrying::run(&client, actions, times).await,
        Command::Search { query, filter, times } => {
            reading::search(&client, query, &filter, times).await
        }
        Command::Pages { region, filter, times } => {
            reading::pages(&client, &region, &filter, times).await
        }
        Command::Figures { indicator, times } => reading::figures(&client, &indicator, times).await,
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
    create_all(client, &material, projects, clients, Begin::Some).await
}

/// Creates owners and projects.
async fn create_all(
    client: &Client,
    material: &Arc<Material>,
    projects: u64,
    clients: u64,
    first: Begin,
) -> Outcome<()> {
    let mut pace = Arc::new(Pace::new(invented::OWNERS));
    let begin = pace.begin;
    let (to, of) = (client.clone(), Arc::clone(material));
    let owners = spread("owners", &pace, clients, move |number| {
        let (client, material) = (to.clone(), Arc::clone(&of));
        async move { create_owner(&client, &material, number).await }
    });
    let mut written = owners.await?;
    pace = Arc::new(Pace::new(projects));
    let (to, of) = (client.clone(), Arc::clone(material));
    let made = spread("projects", &pace, clients, move |number| {
        let (client, material) = (to.clone(), Arc::clone(&of));
        async move { create(&client, &material, number, first).await }
    });
    written.add(made.await?);
    let seconds = begin.elapsed().as_secs_f64();
    let Written { writes, bytes } = written;
    println!("{writes} writes in {seconds:.1} s, {:.0} a second", f64::from(writes) / seconds);
    println!("{bytes} bytes of record versions, as they were answered");
    pace.tell();
    Ok(())
}

/// What was written: versions of records, and how large these are.
#[derive(Clone, Copy, Default)]
struct Written {
    writes: u32,
    /// Their protobuf encodings together.
    bytes: usize,
}

impl Written {
    fn add(&mut self, other: Self) {
        self.writes += other.writes;
        self.bytes += other.bytes;
    }

    fn take(&mut self, version: &impl Message) {
        self.add(Self { writes: 1, bytes: version.encoded_len() });
    }
}

/// When how much of a filling was done, so that its halves can be compared.
struct Pace {
    begin: Instant,
    count: u64,
    done: AtomicU64,
    /// When a tenth was done, and when half of the rest was.
    marks: [OnceLock<Instant>; 2],
}

impl Pace {
    fn new(count: u64) -> Self {
        Self { begin: Instant::now(), count, done: AtomicU64::new(0), marks: Default::default() }
    }

    fn one_more(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        for (mark, percent) in self.marks.iter().zip([10, 55]) {
            if done == self.count * percent / 100 {
                mark.get_or_init(Instant::now);
            }
        }
    }

    /// Says how the two halves after the first tenth compare.
    fn tell(&self) {
        let [Some(tenth), Some(half)] = self.marks.each_ref().map(OnceLock::get) else { return };
        let (first, second) = (half.duration_since(*tenth), half.elapsed());
        let ratio = first.as_secs_f64() / second.as_secs_f64();
        println!(
            "from a tenth on: first half in {:.1} s, second half in {:.1} s, {ratio:.2} times as fast",
            first.as_secs_f64(),
            second.as_secs_f64()
        );
    }
}

/// Makes some of something, `clients` at a time.
async fn spread<F, W>(
    what: &'static str,
    pace: &Arc<Pace>,
    clients: u64,
    make: F,
) -> Outcome<Written>
where
    F: Fn(u64) -> W + Clone + Send + 'static,
    W: Future<Output = Outcome<Written>> + Send,
{
    let mut tasks = JoinSet::new();
    for task in 0..clients {
        let (make, pace) = (make.clone(), Arc::clone(pace));
        tasks.spawn(async move {
            let count = pace.count;
            let mut written = Written::default();
            for number in (task..count).step_by(usize::try_from(clients)?) {
                written.add(make(number).await?);
                pace.one_more();
                if task == 0 && number > 0 && number % (clients * 100) == 0 {
                    println!("{number} of {count} {what}");
                }
            }
            Outcome::Ok(written)
        });
    }
    let mut written = Written::default();
    while let Some(done) = tasks.join_next().await {
        written.add(done??);
    }
    Ok(written)
}

async fn create_owner(client: &Client, material: &Material, number: u64) -> Outcome<Written> {
    let mut written = Written::default();
    let request = v1::CreateOrganisationRequest {
        organisation: Some(invented::owner(material, number)),
        organisation_id: invented::owner_id(number),
        ..Default::default()
    };
    match client.reference().create_organisation(request).await {
        Ok(owner) => written.take(owner.get_ref()),
        Err(status) if status.code() == Code::AlreadyExists => {}
        Err(status) => return Err(status.into()),
    }
    Ok(written)
}

/// How projects begin.
#[derive(Clone, Copy)]
enum Begin {
    /// Two thirds go through one or two stages, in the middle of 2023.
    Some,
    /// All enter their first stage before the first month of which they report.
    All,
}

/// Creates one project and takes it through its first stages.
async fn create(
    client: &Client,
    material: &Material,
    number: u64,
    begin: Begin,
) -> Outcome<Written> {
    let mut written = Written::default();
    let mut stub = client.projects();
    let request = v1::CreateProjectRequest {
        project: Some(invented::project(material, number)),
        project_id: format!("bench-{number}"),
        ..Default::default()
    };
    match stub.create_project(request).await {
        Ok(project) => written.take(project.get_ref()),
        Err(status) if status.code() == Code::AlreadyExists => {}
        Err(status) => return Err(status.into()),
    }
    let stages = [v1::ProjectStage::Negotiating, v1::ProjectStage::Signed];
    let (reached, date) = match begin {
        Begin::Some => (number % 3, v1::Date { year: 2023, month: 7, day: 28 }),
        Begin::All => (1, reports::BEGIN),
    };
    for stage in stages.into_iter().take(usize::try_from(reached)?) {
        let request = v1::AdvanceProjectRequest {
            name: format!("projects/bench-{number}"),
            stage: stage.into(),
            date: Some(date),
            ..Default::default()
        };
        match stub.advance_project(request).await {
            Ok(project) => written.take(project.get_ref()),
            // It was there already.
            Err(status) if status.code() == Code::FailedPrecondition => {}
            Err(status) => return Err(status.into()),
        }
    }
    Ok(written)
}
