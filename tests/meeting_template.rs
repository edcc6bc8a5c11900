//! Meeting templates, over the wire.

#![cfg(test)]

use outlay_proto::v1;

use crate::support::records::instant;
use crate::support::{Server, refused, told};

pub(crate) fn dispatch() -> v1::MeetingTemplate {
    let item = |title: &str, kind: v1::AgendaItemKind| v1::AgendaItem {
        title: title.to_owned(),
        kind: kind.into(),
        section: "reports".to_owned(),
        planned_minutes: 30,
        ..Default::default()
    };
    let expected = |id: &str, organisation: &str, role: v1::AttendeeRole| v1::ExpectedAttendee {
        id: id.to_owned(),
        organisation: format!("organisations/{organisation}"),
        role: role.into(),
        ..Default::default()
    };
    v1::MeetingTemplate {
        display_name: "调度会".to_owned(),
        title_pattern: "{series}第{number}次（{date}）".to_owned(),
        kind: v1::MeetingKind::Dispatch.into(),
        length_minutes: 60,
        agenda_sections: vec![v1::AgendaSection {
            id: "reports".to_owned(),
            title: "汇报".to_owned(),
        }],
        agenda: vec![
            v1::AgendaItem {
                id: "a".to_owned(),
                ..item("上次会议纪要", v1::AgendaItemKind::Other)
            },
            v1::AgendaItem {
                id: "b".to_owned(),
                presenter: "reporter".to_owned(),
                ..item("各县汇报", v1::AgendaItemKind::Report)
            },
        ],
        expected_attendees: vec![
            expected("chair", "jx-eit", v1::AttendeeRole::Chair),
            expected("reporter", "jx-solar", v1::AttendeeRole::Speaker),
        ],
        quorum: 2,
        ..Default::default()
    }
}

fn creation(id: &str, given: v1::MeetingTemplate) -> v1::CreateMeetingTemplateRequest {
    v1::CreateMeetingTemplateRequest {
        meeting_template: Some(given),
        meeting_template_id: id.to_owned(),
        ..Default::default()
    }
}

pub(crate) async fn create(
    server: &Server,
    id: &str,
    given: v1::MeetingTemplate,
) -> v1::MeetingTemplate {
    told(server.meeting_templates().create_meeting_template(creation(id, given)).await)
}

#[tokio::test]
async fn a_template_is_created_changed_deleted_and_brought_back() {
    let server = Server::seeded().await;
    let created = create(&server, "dispatch", dispatch()).await;
    let due = v1::MeetingTemplate {
        name: "meetingTemplates/dispatch".to_owned(),
        uid: created.uid.clone(),
        create_time: created.create_time,
        update_time: created.update_time,
        etag: created.etag.clone(),
        revision: created.revision,
        ..dispatch()
    };
    assert_eq!(created, due);
    let mut templates = server.meeting_templates();
    let given = v1::MeetingTemplate {
        name: created.name.clone(),
        length_minutes: 45,
        ..Default::default()
    };
    let update =
        v1::UpdateMeetingTemplateRequest { meeting_template: Some(given), ..Default::default() };
    let updated = told(templates.update_meeting_template(update).await);
    assert_eq!(updated.length_minutes, 45);
    let name = created.name.clone();
    let delete = v1::DeleteMeetingTemplateRequest { name: name.clone(), ..Default::default() };
    assert!(told(templates.delete_meeting_template(delete).await).delete_time.is_some());
    let list = v1::ListMeetingTemplatesRequest::default();
    assert_eq!(told(templates.list_meeting_templates(list.clone()).await).meeting_templates, []);
    let undelete = v1::UndeleteMeetingTemplateRequest { name: name.clone(), ..Default::default() };
    let back = told(templates.undelete_meeting_template(undelete).await);
    let server = server.restart();
    let mut templates = server.meeting_templates();
    let get = v1::GetMeetingTemplateRequest { name: name.clone(), ..Default::default() };
    assert_eq!(told(templates.get_meeting_template(get).await), back);
    assert_eq!(told(templates.list_meeting_templates(list).await).meeting_templates, [back]);
    let history = v1::ListMeetingTemplateHistoryRequest { name, ..Default::default() };
    let history = told(templates.list_meeting_template_history(history).await).versions;
    assert_eq!(history.len(), 4);
}

#[tokio::test]
async fn a_template_is_held_to_the_rules_of_its_parts() {
    let server = Server::seeded().await;
    let mut given = dispatch();
    given.title_pattern = "{series}第{week}周".to_owned();
    given.agenda[0].section = "none".to_owned();
    given.agenda[0].start_time = instant(0);
    given.agenda[1].presenter = "nobody".to_owned();
    given.agenda[1].outcome = v1::AgendaOutcome::DealtWith.into();
    given.expected_attendees[1].id = "chair".to_owned();
    given.expected_attendees[0].organisation = "organisations/nobody".to_owned();
    let answer = server.meeting_templates().create_meeting_template(creation("x", given)).await;
    refused(answer).has_fields(&[
        ("meeting_template.title_pattern", "FIELD_FORMAT"),
        ("meeting_template.agenda[0].section", "REFERENCE_UNKNOWN"),
        ("meeting_template.agenda[0].start_time", "FIELD_CONTRADICTION"),
        ("meeting_template.agenda[1].presenter", "REFERENCE_UNKNOWN"),
        ("meeting_template.agenda[1].outcome", "FIELD_CONTRADICTION"),
        ("meeting_template.expected_attendees[1].id", "FIELD_DUPLICATE"),
        ("meeting_template.expected_attendees[0].organisation", "REFERENCE_UNKNOWN"),
    ]);
    for pattern in ["{", "}", "a}b", "{date", "{{date}}", "{}"] {
        let given = v1::MeetingTemplate { title_pattern: pattern.to_owned(), ..dispatch() };
        let answer = server.meeting_templates().create_meeting_template(creation("x", given)).await;
        refused(answer).has_fields(&[("meeting_template.title_pattern", "FIELD_FORMAT")]);
    }
}
