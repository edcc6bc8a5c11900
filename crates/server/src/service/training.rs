//! `TrainingService`.

mod course;
mod coverage;
mod enrolment;
mod training_session;

use outlay_proto::v1;
use outlay_proto::v1::training_service_server::TrainingService;
use tonic::Request;

use super::history;
use super::standard::{Reply, Standard, reply};
use crate::domain::kind::{self, Kind};
use crate::domain::training::TrainingSession;
use crate::store::Edit;
use crate::store::index::{self, Index};
use crate::store::key::Key;
use crate::store::list::Plan;

pub(super) use course::Courses;
pub(super) use enrolment::Enrolments;
pub(super) use training_session::TrainingSessions;

use super::noun::Query;

/// A list over the ranges of an index.
fn plan(query: &Query<'_>, index: Index, by: Vec<Key>) -> Plan {
    let mut ranges = Vec::with_capacity(by.len());
    for by in by.into_iter().map(Key::done) {
        let flags = query.deleted_flags().iter();
        ranges.extend(flags.map(|deleted| index::range(index, *deleted, &by)));
    }
    Plan { ranges, order_len: size_of::<i64>(), direction: query.direction }
}

/// Components by which the records are found that name one of some others, where
/// the filter says so.
fn named(query: &Query<'_>, field: &str, kind: Kind) -> Option<Vec<Key>> {
    let names = query.filter.one_of(field)?;
    let ids = names.iter().filter_map(|name| kind::parse_as(kind, name).ok());
    Some(ids.map(|id| Key::part().text(id.as_str())).collect())
}

#[tonic::async_trait]
impl TrainingService for Standard {
    async fn create_course(&self, request: Request<v1::CreateCourseRequest>) -> Reply<v1::Course> {
        self.create(request).await
    }

    async fn get_course(&self, request: Request<v1::GetCourseRequest>) -> Reply<v1::Course> {
        self.get(request).await
    }

    async fn list_courses(
        &self,
        request: Request<v1::ListCoursesRequest>,
    ) -> Reply<v1::ListCoursesResponse> {
        self.list(request).await
    }

    async fn update_course(&self, request: Request<v1::UpdateCourseRequest>) -> Reply<v1::Course> {
        self.update(request).await
    }

    async fn delete_course(&self, request: Request<v1::DeleteCourseRequest>) -> Reply<v1::Course> {
        self.delete(request).await
    }

    async fn undelete_course(
        &self,
        request: Request<v1::UndeleteCourseRequest>,
    ) -> Reply<v1::Course> {
        self.undelete(request).await
    }

    async fn list_course_history(
        &self,
        request: Request<v1::ListCourseHistoryRequest>,
    ) -> Reply<v1::ListCourseHistoryResponse> {
        let page = history::page::<Courses, _>(self, request).await;
        reply(page.map(|page| v1::ListCourseHistoryResponse {
            versions: page.versions.into_iter().map(course::version).collect(),
            next_page_token: page.next_page_token,
            revision: page.revision,
        }))
    }

    async fn create_training_session(
        &self,
        request: Request<v1::CreateTrainingSessionRequest>,
    ) -> Reply<v1::TrainingSession> {
        self.create(request).await
    }

    async fn get_training_session(
        &self,
        request: Request<v1::GetTrainingSessionRequest>,
    ) -> Reply<v1::TrainingSession> {
        self.get(request).await
    }

    async fn list_training_sessions(
        &self,
        request: Request<v1::ListTrainingSessionsRequest>,
    ) -> Reply<v1::ListTrainingSessionsResponse> {
        self.list(request).await
    }

    async fn update_training_session(
        &self,
        request: Request<v1::UpdateTrainingSessionRequest>,
    ) -> Reply<v1::TrainingSession> {
        self.update(request).await
    }

    async fn delete_training_session(
        &self,
        request: Request<v1::DeleteTrainingSessionRequest>,
    ) -> Reply<v1::TrainingSession> {
        self.delete(request).await
    }

    async fn undelete_training_session(
        &self,
        request: Request<v1::UndeleteTrainingSessionRequest>,
    ) -> Reply<v1::TrainingSession> {
        self.undelete(request).await
    }

    async fn open_training_session(
        &self,
        request: Request<v1::OpenTrainingSessionRequest>,
    ) -> Reply<v1::TrainingSession> {
        self.act(request, |_, old, _, v| training_session::edit(old, v, TrainingSession::open))
            .await
    }

    async fn close_training_session(
        &self,
        request: Request<v1::CloseTrainingSessionRequest>,
    ) -> Reply<v1::TrainingSession> {
        self.act(request, |_, old, call, v| {
            training_session::edit(old, v, |session, name| session.close(name, call.now))
        })
        .await
    }

    async fn cancel_training_session(
        &self,
        request: Request<v1::CancelTrainingSessionRequest>,
    ) -> Reply<v1::TrainingSession> {
        self.act(request, |message, old, _, v| {
            let reason = message.reason.clone();
            training_session::edit(old, v, |session, name| session.cancel(name, reason))
        })
        .await
    }

    async fn list_training_session_history(
        &self,
        request: Request<v1::ListTrainingSessionHistoryRequest>,
    ) -> Reply<v1::ListTrainingSessionHistoryResponse> {
        let page = history::page::<TrainingSessions, _>(self, request).await;
        reply(page.map(|page| v1::ListTrainingSessionHistoryResponse {
            versions: page.versions.into_iter().map(training_session::version).collect(),
            next_page_token: page.next_page_token,
            revision: page.revision,
        }))
    }

    async fn create_enrolment(
        &self,
        request: Request<v1::CreateEnrolmentRequest>,
    ) -> Reply<v1::Enrolment> {
        self.create(request).await
    }

    async fn get_enrolment(
        &self,
        request: Request<v1::GetEnrolmentRequest>,
    ) -> Reply<v1::Enrolment> {
        self.get(request).await
    }

    async fn list_enrolments(
        &self,
        request: Request<v1::ListEnrolmentsRequest>,
    ) -> Reply<v1::ListEnrolmentsResponse> {
        self.list(request).await
    }

    async fn update_enrolment(
        &self,
        request: Request<v1::UpdateEnrolmentRequest>,
    ) -> Reply<v1::Enrolment> {
        self.update(request).await
    }

    async fn delete_enrolment(
        &self,
        request: Request<v1::DeleteEnrolmentRequest>,
    ) -> Reply<v1::Enrolment> {
        self.act_knowing(request, |_, old, _, known, _| {
            if !old.is_deleted() {
                old.record.permit_delete(&old.name(), known.training_scenes.get(&old.id))?;
            }
            Ok(Edit::SetDeleted(true))
        })
        .await
    }

    async fn undelete_enrolment(
        &self,
        request: Request<v1::UndeleteEnrolmentRequest>,
    ) -> Reply<v1::Enrolment> {
        self.undelete(request).await
    }

    async fn cancel_enrolment(
        &self,
        request: Request<v1::CancelEnrolmentRequest>,
    ) -> Reply<v1::Enrolment> {
        self.act(request, |message, old, _, v| {
            let reason = message.reason.clone();
            enrolment::edit(old, v, |enrolment, name| enrolment.cancel(name, reason))
        })
        .await
    }

    async fn sign_in_enrolment(
        &self,
        request: Request<v1::SignInEnrolmentRequest>,
    ) -> Reply<v1::Enrolment> {
        self.act_knowing(request, enrolment::sign_in).await
    }

    async fn grade_enrolment(
        &self,
        request: Request<v1::GradeEnrolmentRequest>,
    ) -> Reply<v1::Enrolment> {
        self.act_knowing(request, enrolment::grade).await
    }

    async fn certify_enrolment(
        &self,
        request: Request<v1::CertifyEnrolmentRequest>,
    ) -> Reply<v1::Enrolment> {
        self.act_knowing(request, |_, old, call, known, v| {
            enrolment::edit(old, v, |enrolment, name| {
                enrolment.certify(name, enrolment::scene(old, known)?, call.now)
            })
        })
        .await
    }

    async fn rate_enrolment(
        &self,
        request: Request<v1::RateEnrolmentRequest>,
    ) -> Reply<v1::Enrolment> {
        self.act(request, |message, old, call, v| {
            let feedback = enrolment::feedback(message, call);
            enrolment::edit(old, v, |enrolment, name| enrolment.rate(name, feedback))
        })
        .await
    }

    async fn list_enrolment_history(
        &self,
        request: Request<v1::ListEnrolmentHistoryRequest>,
    ) -> Reply<v1::ListEnrolmentHistoryResponse> {
        let page = history::page::<Enrolments, _>(self, request).await;
        reply(page.map(|page| v1::ListEnrolmentHistoryResponse {
            versions: page.versions.into_iter().map(enrolment::version).collect(),
            next_page_token: page.next_page_token,
            revision: page.revision,
        }))
    }

    async fn get_training_coverage(
        &self,
        request: Request<v1::GetTrainingCoverageRequest>,
    ) -> Reply<v1::GetTrainingCoverageResponse> {
        reply(coverage::get(self, request).await)
    }
}
