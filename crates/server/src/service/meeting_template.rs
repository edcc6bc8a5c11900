//! `MeetingTemplateService`.

use outlay_proto::v1;
use outlay_proto::v1::meeting_template_service_server::MeetingTemplateService;
use tonic::Request;

use super::convert::{Convert, Head, name, plain};
use super::history;
use super::meeting::parts;
use super::noun::{Noun, Query};
use super::standard::{Reply, Standard, reply};
use crate::domain::date::Date;
use crate::domain::kind::Kind;
use crate::domain::meeting::{AttendeeRole, MeetingKind};
use crate::domain::meeting_template::{ExpectedAttendee, MeetingTemplate};
use crate::error::{Result, Violations};
use crate::store::Known;
use crate::store::index::{self, Index};
use crate::store::key::Key;
use crate::store::list::Plan;
use crate::store::record::Stored;

/// The noun.
pub(super) struct MeetingTemplates;

impl Noun for MeetingTemplates {
    type Wire = v1::MeetingTemplate;
    type Record = MeetingTemplate;
    const MESSAGE: &'static str = "MeetingTemplate";
    const ORDERS: &'static [&'static str] = &["create_time"];
    const NEWEST_FIRST: bool = true;

    fn show(stored: &Stored<MeetingTemplate>, _day: Date) -> v1::MeetingTemplate {
        let head = Head::of(stored);
        let template = &stored.record;
        v1::MeetingTemplate {
            name: head.name,
            uid: head.uid,
            create_time: head.create_time,
            update_time: head.update_time,
            delete_time: head.delete_time,
            purge_time: head.purge_time,
            etag: head.etag,
            revision: head.revision,
            display_name: template.display_name.clone(),
            title_pattern: template.title_pattern.clone(),
            kind: template.kind.number(),
            length_minutes: template.length_minutes,
            agenda_sections: template.agenda_sections.iter().map(parts::show_section).collect(),
            agenda: template.agenda.iter().map(parts::show_item).collect(),
            expected_attendees: template.expected_attendees.iter().map(show_expected).collect(),
            quorum: template.quorum,
            summary: template.summary.clone(),
        }
    }

    fn read(
        wire: &v1::MeetingTemplate,
        _old: Option<&MeetingTemplate>,
        convert: &mut Convert<'_>,
    ) -> MeetingTemplate {
        let kind = MeetingKind::from_number(wire.kind);
        let sections = &wire.agenda_sections;
        let expected = &wire.expected_attendees;
        let mut template = MeetingTemplate {
            display_name: wire.display_name.clone(),
            title_pattern: wire.title_pattern.clone(),
            kind: convert.required("kind", kind, MeetingKind::Other),
            length_minutes: wire.length_minutes,
            agenda_sections: convert.items("agenda_sections", sections, parts::read_section),
            agenda: convert.items("agenda", &wire.agenda, parts::read_item),
            expected_attendees: convert.items("expected_attendees", expected, read_expected),
            quorum: wire.quorum,
            summary: wire.summary.clone(),
        };
        template.assign_ids();
        template
    }

    fn check(record: &MeetingTemplate, _known: &Known, _today: Date, v: &mut Violations) {
        record.check(v);
    }

    fn plan(query: &Query<'_>) -> Plan {
        let by = Key::part().done();
        let flags = query.deleted_flags().iter();
        let range = |deleted: &bool| index::range(Index::MeetingTemplateCreated, *deleted, &by);
        Plan { ranges: flags.map(range).collect(), order_len: 8, direction: query.direction }
    }
}

fn read_expected(convert: &mut Convert<'_>, expected: &v1::ExpectedAttendee) -> ExpectedAttendee {
    let role = AttendeeRole::from_number(expected.role);
    ExpectedAttendee {
        id: convert.plain_id("id", &expected.id),
        organisation: convert.id("organisation", Kind::Organisation, &expected.organisation),
        role: convert.required("role", role, AttendeeRole::Attendee),
        post: expected.post.clone(),
    }
}

fn show_expected(expected: &ExpectedAttendee) -> v1::ExpectedAttendee {
    v1::ExpectedAttendee {
        id: plain(expected.id.as_ref()),
        organisation: name(Kind::Organisation, &expected.organisation),
        role: expected.role.number(),
        post: expected.post.clone(),
    }
}

#[tonic::async_trait]
impl MeetingTemplateService for Standard {
    async fn create_meeting_template(
        &self,
        request: Request<v1::CreateMeetingTemplateRequest>,
    ) -> Reply<v1::MeetingTemplate> {
        self.create(request).await
    }

    async fn get_meeting_template(
        &self,
        request: Request<v1::GetMeetingTemplateRequest>,
    ) -> Reply<v1::MeetingTemplate> {
        self.get(request).await
    }

    async fn list_meeting_templates(
        &self,
        request: Request<v1::ListMeetingTemplatesRequest>,
    ) -> Reply<v1::ListMeetingTemplatesResponse> {
        self.list(request).await
    }

    async fn update_meeting_template(
        &self,
        request: Request<v1::UpdateMeetingTemplateRequest>,
    ) -> Reply<v1::MeetingTemplate> {
        self.update(request).await
    }

    async fn delete_meeting_template(
        &self,
        request: Request<v1::DeleteMeetingTemplateRequest>,
    ) -> Reply<v1::MeetingTemplate> {
        self.delete(request).await
    }

    async fn undelete_meeting_template(
        &self,
        request: Request<v1::UndeleteMeetingTemplateRequest>,
    ) -> Reply<v1::MeetingTemplate> {
        self.undelete(request).await
    }

    async fn list_meeting_template_history(
        &self,
        request: Request<v1::ListMeetingTemplateHistoryRequest>,
    ) -> Reply<v1::ListMeetingTemplateHistoryResponse> {
        reply(list_history(self, request).await)
    }
}

async fn list_history(
    standard: &Standard,
    request: Request<v1::ListMeetingTemplateHistoryRequest>,
) -> Result<v1::ListMeetingTemplateHistoryResponse> {
    let page = history::page::<MeetingTemplates, _>(standard, request).await?;
    let versions = page.versions.into_iter().map(|version| v1::MeetingTemplateVersion {
        change: Some(version.change),
        before: version.before,
        after: Some(version.after),
    });
    Ok(v1::ListMeetingTemplateHistoryResponse {
        versions: versions.collect(),
        next_page_token: page.next_page_token,
        revision: page.revision,
    })
}
