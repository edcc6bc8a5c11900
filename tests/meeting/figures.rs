//! The figures of a speaker's region, frozen with the speech.

use outlay_proto::v1;
use outlay_proto::v1::{Dimension, Measure};

use super::attendance::{invitation, person};
use super::speeches::{ending, starting};
use super::{get, held};
use crate::report::{accepted, content};
use crate::statistics::query::{answered, fixture, query};
use crate::support::records::date;
use crate::support::{Server, refused, told};

const NAME: &str = "meetings/m";
const INDICATOR: &str = "indicators/manufacturing-investment";

/// Publishes an official value.
async fn publish(server: &Server, region: &str, period: &str, value: &str) -> String {
    let given = v1::Observation {
        region: format!("regions/{region}"),
        indicator: INDICATOR.to_owned(),
        period: period.to_owned(),
        published_value: Some(v1::PublishedValue {
            value: value.to_owned(),
            publish_date: date(2023, 7, 20),
            status: v1::ObservationStatus::Preliminary.into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let request = v1::CreateObservationRequest { observation: Some(given), ..Default::default() };
    told(server.statistics().create_observation(request).await).name
}

fn of(speech: &v1::Speech, source: v1::StatisticsSource) -> v1::FrozenFigures {
    let statistics = speech.statistics.as_ref().expect("figures are frozen");
    let mut figures = statistics.figures.iter();
    figures.find(|figures| figures.source() == source).cloned().expect("of this source")
}

fn value(figure: Option<&v1::Figure>) -> (&str, v1::Absence) {
    let figure = figure.expect("it is told, or why not");
    (figure.value.as_str(), figure.absence())
}

#[tokio::test]
async fn the_figures_of_the_speakers_region_are_those_of_a_query_at_that_revision() {
    let server = fixture().await;
    for (region, period, amount) in [
        ("330402", "2023H1", "300"),
        ("330402", "2022H1", "200"),
        ("330411", "2023H1", "100"),
        ("330000", "2023H1", "1200"),
    ] {
        publish(&server, region, period, amount).await;
    }
    let mut meetings = server.meetings();
    held(&mut meetings).await;
    let revision = server.revision().await;
    // 嘉兴's office belongs to 南湖 here, and July's meeting hears the half-year.
    let begun = told(meetings.start_speech(starting("jiaxing")).await);
    let speech = &begun.speeches[0];
    let statistics = speech.statistics.clone().unwrap();
    assert_eq!(
        (statistics.region.as_str(), statistics.period.as_str()),
        ("regions/330402", "2023H1")
    );
    assert_eq!(statistics.store_revision, revision);
    assert_eq!(statistics.freeze_time, begun.update_time);

    let reports = of(speech, v1::StatisticsSource::Reports);
    let none = v1::Absence::Unspecified;
    assert_eq!(value(reports.value.as_ref()), ("60", none));
    assert_eq!(value(reports.growth.as_ref()), ("0.500000", none));
    // 60 of the 217 of the whole province.
    assert_eq!(value(reports.province_share.as_ref()), ("0.276498", none));
    assert_eq!(value(reports.rank.as_ref()), ("2", none));
    assert_eq!((reports.ranked_within.as_str(), reports.ranked_count), ("regions/330400", 2));
    assert_eq!(value(reports.plan_completion.as_ref()), ("", v1::Absence::TargetMissing));
    assert_eq!(reports.basis(), v1::StatisticsBasis::Province);
    let asked = v1::QueryStatisticsRequest {
        region: "regions/330400".to_owned(),
        ..query("2023H1", &[Measure::Value, Measure::Growth, Measure::Rank], &[Dimension::Region])
    };
    let row = &answered(&server, asked).await.rows[0];
    let frozen = [reports.value, reports.growth, reports.rank].map(Option::unwrap);
    assert_eq!(row.figures, frozen);

    let official = of(speech, v1::StatisticsSource::Official);
    assert_eq!(official.indicator, INDICATOR);
    assert_eq!(value(official.value.as_ref()), ("300", none));
    assert_eq!(value(official.growth.as_ref()), ("0.500000", none));
    assert_eq!(official.growth.unwrap().base_kind(), v1::BaseKind::Published);
    assert_eq!(value(official.province_share.as_ref()), ("0.250000", none));
    assert_eq!(value(official.rank.as_ref()), ("1", none));
}

#[tokio::test]
async fn what_is_corrected_later_leaves_them_as_they_were() {
    let server = fixture().await;
    let name = publish(&server, "330402", "2023H1", "300").await;
    let mut meetings = server.meetings();
    held(&mut meetings).await;
    let begun = told(meetings.start_speech(starting("jiaxing")).await);
    let again = v1::PublishObservationRequest {
        name,
        published_value: Some(v1::PublishedValue {
            value: "310".to_owned(),
            publish_date: date(2023, 7, 28),
            status: v1::ObservationStatus::Revised.into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    told(server.statistics().publish_observation(again).await);
    let says = v1::ReportContent { comment: "核实".to_owned(), ..content(1, 2, 3) };
    let levels = [v1::ReviewLevel::County, v1::ReviewLevel::City, v1::ReviewLevel::Province];
    accepted(&mut server.reports(), "p", "2023-03", says, &levels).await;
    assert_eq!(get(&mut meetings, NAME).await.speeches, begun.speeches);

    let server = server.restart();
    let mut meetings = server.meetings();
    assert_eq!(get(&mut meetings, NAME).await.speeches, begun.speeches);
    let refresh = |speeches: &[&str]| v1::RefreshSpeechFiguresRequest {
        name: NAME.to_owned(),
        speeches: speeches.iter().map(|id| (*id).to_owned()).collect(),
        ..Default::default()
    };
    refused(meetings.refresh_speech_figures(refresh(&["no"])).await)
        .has_fields(&[("speeches[0]", "REFERENCE_UNKNOWN")]);
    let refreshed = told(meetings.refresh_speech_figures(refresh(&["speech-1"])).await);
    let official = of(&refreshed.speeches[0], v1::StatisticsSource::Official);
    assert_eq!(official.value.unwrap().value, "310");
    let reports = of(&refreshed.speeches[0], v1::StatisticsSource::Reports);
    assert_eq!(reports.value.unwrap().value, "66");
    // What was frozen before stays in the history.
    let request = v1::ListMeetingHistoryRequest { name: NAME.to_owned(), ..Default::default() };
    let versions = told(meetings.list_meeting_history(request).await).versions;
    let before = versions[0].before.clone().unwrap();
    assert_eq!(before.speeches, begun.speeches);
    assert_eq!(told(meetings.refresh_speech_figures(refresh(&[])).await).speeches.len(), 1);
}

#[tokio::test]
async fn what_has_no_figure_says_why() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    held(&mut meetings).await;
    let bare = v1::Organisation {
        display_name: "协会".to_owned(),
        kind: v1::OrganisationKind::Association.into(),
        ..Default::default()
    };
    let request = v1::CreateOrganisationRequest {
        organisation: Some(bare),
        organisation_id: "bare".to_owned(),
        ..Default::default()
    };
    told(server.reference().create_organisation(request).await);
    let guest = v1::Attendee {
        id: "bare".to_owned(),
        ..person("bare", "秘书长", v1::AttendeeRole::Guest)
    };
    told(meetings.invite_attendees(invitation(vec![guest])).await);
    use v1::SpeechStatisticsAbsence as Missing;
    for (speaker, missing) in [
        ("attendee-1", Missing::NoOrganisation),
        ("bare", Missing::NoRegion),
        ("chair", Missing::Unspecified),
    ] {
        let begun = told(meetings.start_speech(starting(speaker)).await);
        let statistics = begun.speeches.last().unwrap().statistics.clone().unwrap();
        assert_eq!(statistics.absence(), missing, "{speaker}");
        assert_eq!(statistics.explanation.is_empty(), missing == Missing::Unspecified);
        assert_eq!(statistics.figures.is_empty(), missing != Missing::Unspecified);
        server.advance(std::time::Duration::from_secs(1));
        told(meetings.end_speech(ending("")).await);
    }
    let meeting = get(&mut meetings, NAME).await;
    let official = of(&meeting.speeches[2], v1::StatisticsSource::Official);
    assert_eq!(official.indicator, "");
    for figure in [&official.value, &official.growth, &official.rank, &official.province_share] {
        assert_eq!(value(figure.as_ref()), ("", v1::Absence::NoValue));
    }
}

#[tokio::test]
async fn a_meeting_may_hear_of_another_period() {
    let server = fixture().await;
    let mut meetings = server.meetings();
    held(&mut meetings).await;
    let update = |period: &str| v1::UpdateMeetingRequest {
        meeting: Some(v1::Meeting {
            name: NAME.to_owned(),
            figures_period: period.to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    refused(meetings.update_meeting(update("2023-01")).await)
        .has_fields(&[("meeting.figures_period", "PERIOD_INVALID")]);
    refused(meetings.update_meeting(update("half")).await)
        .has_fields(&[("meeting.figures_period", "FIELD_FORMAT")]);
    // The shortest form of a period is the one that is kept.
    let updated = told(meetings.update_meeting(update("2023-01/2023-03")).await);
    assert_eq!(updated.figures_period, "2023Q1");
    let begun = told(meetings.start_speech(starting("jiaxing")).await);
    let reports = of(&begun.speeches[0], v1::StatisticsSource::Reports);
    assert_eq!(reports.value.unwrap().value, "50");
}
