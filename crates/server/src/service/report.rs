//! `ReportService`.

mod batch;
mod completeness;
mod convert;
mod import;
mod missing;
mod review;

use outlay_proto::v1;
use outlay_proto::v1::report_service_server::ReportService;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use super::admit;
use super::convert::{Convert, timestamp};
use super::history;
use super::import::run;
use super::noun::{Noun, Query};
use super::standard::{Reply, Standard, reply, revision, territory};
use super::status::status;
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::domain::month::Month;
use crate::domain::report::check::{Scene, check_content};
use crate::domain::report::{self, Report};
use crate::domain::review_level::ReviewLevel;
use crate::error::{Result, Violations};
use crate::store::figures::month_part;
use crate::store::index::{self, Index};
use crate::store::key::Key;
use crate::store::list::Plan;
use crate::store::reader::Reader;
use crate::store::record::Stored;
use crate::store::{Edit, Known};
use import::ReportImport;
use review::{accept, delegation, edit, given, others_of, scene, send_back};

/// The noun.
pub(super) struct Reports;

impl Noun for Reports {
    type Wire = v1::Report;
    type Record = Report;
    const MESSAGE: &'static str = "Report";
    const ORDERS: &'static [&'static str] = &["month"];
    const NEWEST_FIRST: bool = true;
    const COMPLETED: bool = true;
    const NATURAL_ID: bool = true;

    fn show(stored: &Stored<Report>, _day: Date) -> v1::Report {
        convert::show(stored)
    }

    fn read(wire: &v1::Report, old: Option<&Report>, convert: &mut Convert<'_>) -> Report {
        convert::read(wire, old, convert)
    }

    fn overlay(current: &v1::Report, row: &v1::Report, _v: &mut Violations) -> Result<v1::Report> {
        Ok(convert::overlay(current, row))
    }

    fn check(record: &Report, known: &Known, today: Date, v: &mut Violations) {
        v.within("content", |v| check_content(&record.content, today, v));
        // Where the project isn't there that is told anyhow.
        if let Some(scene) = scene_of(known, record) {
            scene.check_month(today, v);
        }
    }

    fn settle(record: &mut Report, known: &Known) {
        if record.submissions.is_empty()
            && let Some(scene) = scene_of(known, record)
        {
            record.region = scene.region.clone();
        }
    }

    fn permit_update(old: &Stored<Report>) -> Result<()> {
        old.record.permit_update(&old.name())
    }

    fn natural_id(wire: &v1::Report) -> Option<String> {
        let project = wire.project.strip_prefix("projects/")?;
        Some(format!("{project}-{}", wire.month))
    }

    async fn complete(
        reader: &Reader,
        stored: &Stored<Report>,
        wire: &mut v1::Report,
    ) -> Result<()> {
        let Report { project, month, content, .. } = &stored.record;
        let others = reader.others(project, *month).await?;
        wire.year_to_date = convert::show_part(others.year_to_date(*month, content));
        wire.since_start = convert::show_part(others.since_start(*month, content));
        if let Some(scene) = reader.scene(project, *month).await? {
            let findings = scene.findings(content, &others).into_iter();
            let show = |finding: report::check::Finding| v1::ReportFinding {
                code: finding.code.to_owned(),
                description: finding.description,
            };
            wire.findings = findings.map(show).collect();
        }
        Ok(())
    }

    fn plan(query: &Query<'_>) -> Plan {
        let projects = query.filter.one_of("project").map(|names| {
            let ids = names.iter().filter_map(|name| kind::parse_as(Kind::Project, name).ok());
            ids.collect::<Vec<Id>>()
        });
        let (index, by) = match (projects, &query.regions) {
            (Some(projects), _) => (Index::ReportProjectMonth, projects),
            (None, Some(regions)) => (Index::ReportRegionMonth, regions.clone()),
            (None, None) => (Index::ReportMonth, Vec::new()),
        };
        let mut by: Vec<Key> = by.iter().map(|id| Key::part().text(id.as_str())).collect();
        if index == Index::ReportMonth {
            by.push(Key::part());
        }
        let months = query.filter.one_of("month").map(|months| {
            let months = months.iter().filter_map(|month| Month::parse(month).ok());
            months.collect::<Vec<Month>>()
        });
        // With the month in the range nothing is left to be ordered by.
        let (by, order_len) = match months {
            Some(months) => {
                let each = |key: Key| {
                    let with = |month: &Month| month_part(key.clone(), *month);
                    months.iter().map(with).collect::<Vec<_>>()
                };
                (by.into_iter().flat_map(each).collect(), 0)
            }
            None => (by, 2),
        };
        let mut ranges = Vec::with_capacity(by.len());
        for by in by.into_iter().map(Key::done) {
            let flags = query.deleted_flags().iter();
            ranges.extend(flags.map(|deleted| index::range(index, *deleted, &by)));
        }
        Plan { ranges, order_len, direction: query.direction }
    }
}

fn scene_of<'a>(known: &'a Known, report: &Report) -> Option<&'a Scene> {
    known.scenes.get(&report::id(&report.project, report.month).ok()?)
}

#[tonic::async_trait]
impl ReportService for Standard {
    async fn create_report(&self, request: Request<v1::CreateReportRequest>) -> Reply<v1::Report> {
        self.create(request).await
    }

    async fn get_report(&self, request: Request<v1::GetReportRequest>) -> Reply<v1::Report> {
        self.get(request).await
    }

    async fn list_reports(
        &self,
        request: Request<v1::ListReportsRequest>,
    ) -> Reply<v1::ListReportsResponse> {
        self.list(request).await
    }

    async fn update_report(&self, request: Request<v1::UpdateReportRequest>) -> Reply<v1::Report> {
        self.update(request).await
    }

    async fn delete_report(&self, request: Request<v1::DeleteReportRequest>) -> Reply<v1::Report> {
        self.act_knowing(request, |_, old, _, known, _| {
            if !old.is_deleted() {
                old.record.permit_delete(&old.name())?;
                scene(&old.record, known.scenes.get(&old.id))?.permit(None)?;
            }
            Ok(Edit::SetDeleted(true))
        })
        .await
    }

    async fn undelete_report(
        &self,
        request: Request<v1::UndeleteReportRequest>,
    ) -> Reply<v1::Report> {
        self.act_knowing(request, |_, old, _, known, _| {
            scene(&old.record, known.scenes.get(&old.id))?.permit(None)?;
            Ok(Edit::SetDeleted(false))
        })
        .await
    }

    async fn submit_report(&self, request: Request<v1::SubmitReportRequest>) -> Reply<v1::Report> {
        let others = match others_of(self, &request.get_ref().name).await {
            Ok(others) => others,
            Err(error) => return reply(Err(error)),
        };
        self.act_knowing(request, |_, old, call, known, v| {
            edit(old, call, v, |report, by| {
                let scene = scene(report, known.scenes.get(&old.id))?;
                let mut wrong = Violations::new();
                wrong.within("report", |v| {
                    scene.check_month(by.today, v);
                    v.within("content", |v| check_content(&report.content, by.today, v));
                });
                crate::error::none_of(wrong)?;
                scene.permit(None)?;
                report.submit(by, scene, &others)
            })
        })
        .await
    }

    async fn accept_report(&self, request: Request<v1::AcceptReportRequest>) -> Reply<v1::Report> {
        let delegation = match delegation(self, &request.get_ref().delegation).await {
            Ok(delegation) => delegation,
            Err(error) => return reply(Err(error)),
        };
        self.act_knowing(request, |message, old, call, known, v| {
            let level = ReviewLevel::from_number(message.level);
            edit(old, call, v, |report, by| {
                let said = (message.comment.as_str(), delegation.as_ref());
                accept(report, by, level, said, known.scenes.get(&old.id))
            })
        })
        .await
    }

    async fn return_report(&self, request: Request<v1::ReturnReportRequest>) -> Reply<v1::Report> {
        self.act_knowing(request, |message, old, call, known, v| {
            let level = ReviewLevel::from_number(message.level);
            let fields = message.fields.iter().map(convert::read_remark).collect();
            let why = (message.code, message.text.clone(), fields);
            edit(old, call, v, |report, by| {
                send_back(report, by, level, why, known.scenes.get(&old.id))
            })
        })
        .await
    }

    async fn reopen_report(&self, request: Request<v1::ReopenReportRequest>) -> Reply<v1::Report> {
        self.act_knowing(request, |message, old, call, known, v| {
            let level = ReviewLevel::from_number(message.level);
            edit(old, call, v, |report, by| {
                scene(report, known.scenes.get(&old.id))?.permit(level)?;
                report.reopen(by, given(level)?)
            })
        })
        .await
    }

    async fn correct_report(
        &self,
        request: Request<v1::CorrectReportRequest>,
    ) -> Reply<v1::Report> {
        self.act_knowing(request, |message, old, call, known, v| {
            edit(old, call, v, |report, by| {
                scene(report, known.scenes.get(&old.id))?.permit(None)?;
                report.correct(by, message.reason.clone())
            })
        })
        .await
    }

    async fn batch_accept_reports(
        &self,
        request: Request<v1::BatchAcceptReportsRequest>,
    ) -> Reply<v1::BatchAcceptReportsResponse> {
        reply(batch::accept(self, request).await)
    }

    async fn batch_return_reports(
        &self,
        request: Request<v1::BatchReturnReportsRequest>,
    ) -> Reply<v1::BatchReturnReportsResponse> {
        reply(batch::send_back(self, request).await)
    }

    async fn get_review_backlog(
        &self,
        request: Request<v1::GetReviewBacklogRequest>,
    ) -> Reply<v1::GetReviewBacklogResponse> {
        reply(backlog(self, request).await)
    }

    type ImportReportsStream =
        ReceiverStream<std::result::Result<v1::ImportReportsResponse, Status>>;

    async fn import_reports(
        &self,
        request: Request<Streaming<v1::ImportReportsRequest>>,
    ) -> Reply<Self::ImportReportsStream> {
        let caller = admit::caller(&request).map_err(status)?;
        let answers = run::<ReportImport>(self.clone(), caller, request.into_inner());
        Ok(Response::new(answers))
    }

    async fn get_completeness(
        &self,
        request: Request<v1::GetCompletenessRequest>,
    ) -> Reply<v1::GetCompletenessResponse> {
        reply(completeness::get(self, request).await)
    }

    async fn list_missing_reports(
        &self,
        request: Request<v1::ListMissingReportsRequest>,
    ) -> Reply<v1::ListMissingReportsResponse> {
        reply(missing::run(self, request).await)
    }

    async fn list_report_history(
        &self,
        request: Request<v1::ListReportHistoryRequest>,
    ) -> Reply<v1::ListReportHistoryResponse> {
        reply(list_history(self, request).await)
    }
}

async fn backlog(
    standard: &Standard,
    request: Request<v1::GetReviewBacklogRequest>,
) -> Result<v1::GetReviewBacklogResponse> {
    let (_, message) = admit::reading(request)?;
    let reader = standard.reader(&message).await?;
    let today = standard.today()?;
    let regions = territory(&reader, &message.region, today).await?;
    let level = ReviewLevel::from_number(message.level);
    let mut backlogs = reader.backlogs().await?;
    backlogs.retain(|backlog| {
        let reviewer = &backlog.reviewer;
        let is_within = |regions: &Vec<Id>| regions.binary_search(&reviewer.region).is_ok();
        level.is_none_or(|level| reviewer.level == level) && regions.as_ref().is_none_or(is_within)
    });
    let now = standard.store.clock().now_micros();
    let show = |backlog: crate::store::report::Backlog| {
        const MICROS_PER_DAY: i64 = 86_400_000_000;
        let days = (now - backlog.since.micros()).max(0) / MICROS_PER_DAY;
        v1::ReviewBacklog {
            level: backlog.reviewer.level.number(),
            region: kind::name(Kind::Region, &backlog.reviewer.region),
            report_count: backlog.count,
            oldest_time: Some(timestamp(backlog.since)),
            oldest_days: i32::try_from(days).unwrap_or(i32::MAX),
            oldest_report: kind::name(Kind::Report, &backlog.oldest),
        }
    };
    Ok(v1::GetReviewBacklogResponse {
        backlogs: backlogs.into_iter().map(show).collect(),
        revision: revision(&reader),
    })
}

async fn list_history(
    standard: &Standard,
    request: Request<v1::ListReportHistoryRequest>,
) -> Result<v1::ListReportHistoryResponse> {
    let page = history::page::<Reports, _>(standard, request).await?;
    let versions = page.versions.into_iter().map(|version| v1::ReportVersion {
        change: Some(version.change),
        before: version.before,
        after: Some(version.after),
    });
    Ok(v1::ListReportHistoryResponse {
        versions: versions.collect(),
        next_page_token: page.next_page_token,
        revision: page.revision,
    })
}
