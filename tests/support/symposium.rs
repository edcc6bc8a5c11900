//! The symposium of 28 July 2023, recorded whole.

use outlay_proto::v1;

use super::records::{english, instant, meeting};

/// 2023-07-28T01:00:00Z, nine o'clock in Hangzhou.
const NINE: i64 = 1_690_506_000;
const MINUTE: i64 = 60;

/// The meeting, without ids for what stands within it but where others name
/// them.
pub(crate) fn symposium() -> v1::Meeting {
    v1::Meeting {
        localized_titles: english("Symposium on manufacturing investment"),
        kind: v1::MeetingKind::Symposium.into(),
        host: "organisations/zj-eit".to_owned(),
        co_hosts: vec!["organisations/jx-eit".to_owned()],
        region: "regions/330100".to_owned(),
        regions: vec!["regions/330100".to_owned(), "regions/330400".to_owned()],
        policies: vec!["policies/415x".to_owned()],
        place: "杭州市西湖区 三楼会议室".to_owned(),
        start_time: instant(NINE),
        end_time: instant(NINE + 180 * MINUTE),
        time_zone: "Asia/Shanghai".to_owned(),
        summary: "各市汇报制造业投资情况\n并讨论下半年安排".to_owned(),
        agenda: agenda(),
        attendees: attendees(),
        speeches: speeches(),
        documents: vec![v1::Document {
            title: "Minutes".to_owned(),
            uri: "https://example.org/minutes.pdf".to_owned(),
            sha256: "0f".repeat(32),
            size_bytes: 12_345,
            media_type: "application/pdf".to_owned(),
        }],
        ..meeting("全省制造业投资工作座谈会")
    }
}

fn agenda() -> Vec<v1::AgendaItem> {
    let item = |id: &str, kind: v1::AgendaItemKind, title: &str, minutes| v1::AgendaItem {
        id: id.to_owned(),
        kind: kind.into(),
        title: title.to_owned(),
        planned_minutes: minutes,
        ..Default::default()
    };
    let mut reports = item("reports", v1::AgendaItemKind::Report, "各市汇报", 120);
    reports.presenter = "chair".to_owned();
    vec![
        reports,
        item("", v1::AgendaItemKind::Training, "“415X”集群政策培训", 30),
        item("", v1::AgendaItemKind::Training, "投资统计培训", 30),
        item("", v1::AgendaItemKind::Discussion, "讨论", 20),
    ]
}

fn attendees() -> Vec<v1::Attendee> {
    let attendee =
        |id: &str, name: &str, organisation: &str, role: v1::AttendeeRole| v1::Attendee {
            id: id.to_owned(),
            display_name: name.to_owned(),
            organisation: organisation.to_owned(),
            role: role.into(),
            invitation_answer: v1::InvitationAnswer::Accepted.into(),
            attendance: v1::Attendance::Present.into(),
            ..Default::default()
        };
    let chair = attendee("chair", "王主任", "organisations/zj-eit", v1::AttendeeRole::Chair);
    let speaker = attendee("jiaxing", "李处长", "organisations/jx-eit", v1::AttendeeRole::Speaker);
    let mut substituted = attendee("", "张局长", "", v1::AttendeeRole::Attendee);
    substituted.attendance = v1::Attendance::Substitute.into();
    substituted.substitute = "赵科长".to_owned();
    let office = attendee("", "", "organisations/jx-solar", v1::AttendeeRole::Guest);
    vec![chair, speaker, substituted, office]
}

fn speeches() -> Vec<v1::Speech> {
    vec![v1::Speech {
        id: String::new(),
        speaker: "jiaxing".to_owned(),
        agenda_item: "reports".to_owned(),
        start_time: instant(NINE + 10 * MINUTE),
        end_time: instant(NINE + 25 * MINUTE),
        achievements: "上半年制造业投资增长\t12.5%".to_owned(),
        challenges: "用地紧张".to_owned(),
        plans: "加快项目开工".to_owned(),
        figures: vec![v1::SpeechFigure {
            label: "制造业投资增速".to_owned(),
            value: "12.5".to_owned(),
            unit: "percent".to_owned(),
            period: "2023H1".to_owned(),
        }],
        ..Default::default()
    }]
}
