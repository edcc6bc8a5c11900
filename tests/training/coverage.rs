//! Which counties had somebody attending.

use outlay_proto::v1;
use tonic::Code;

use super::{
    HOUR, close, course, create_course, creation, enrol, enrolling, opened, person, session,
    sign_in,
};
use crate::support::records::{date, organisation};
use crate::support::{Server, Trainings, refused, told};

fn asking(region: &str, day: i32) -> v1::GetTrainingCoverageRequest {
    v1::GetTrainingCoverageRequest {
        region: format!("regions/{region}"),
        first_date: date(2023, 7, 1),
        last_date: date(2023, 7, day),
        ..Default::default()
    }
}

/// The counties with their participants, percentages and hours.
fn rows(answer: &v1::GetTrainingCoverageResponse) -> Vec<String> {
    let row = |county: &v1::CountyCoverage| {
        let v1::CountyCoverage { participant_count, participant_percent, hours, .. } = county;
        let region = county.region.trim_start_matches("regions/");
        assert_eq!(county.covered, *participant_count > 0);
        format!("{region} {participant_count} {participant_percent} {hours}")
    };
    answer.counties.iter().map(row).collect()
}

async fn in_region(server: &Server, id: &str, region: &str) {
    let region = if region.is_empty() { String::new() } else { format!("regions/{region}") };
    let organisation = v1::Organisation { region, ..organisation(id) };
    let request = v1::CreateOrganisationRequest {
        organisation: Some(organisation),
        organisation_id: id.to_owned(),
        ..Default::default()
    };
    told(server.reference().create_organisation(request).await);
}

async fn attend(trainings: &mut Trainings, id: &str, organisation: &str) {
    let organisation = format!("organisations/{organisation}");
    let given = v1::Enrolment { organisation, ..person(id) };
    told(trainings.create_enrolment(enrolling(id, given)).await);
    told(sign_in(trainings, id, None).await);
}

async fn held() -> (Server, Trainings) {
    let (server, mut trainings) = opened(v1::TrainingSession { capacity: 9, ..session() }).await;
    server.advance(HOUR);
    in_region(&server, "xihu", "330106").await;
    in_region(&server, "city", "330400").await;
    in_region(&server, "nowhere", "").await;
    told(enrol(&mut trainings, "absent").await);
    let came =
        [("a", "jx-solar"), ("b", "jx-wind"), ("c", "xihu"), ("d", "city"), ("e", "nowhere")];
    for (id, organisation) in came {
        attend(&mut trainings, id, organisation).await;
    }
    told(close(&mut trainings).await);
    (server, trainings)
}

#[tokio::test]
async fn counties_with_and_without_participants_are_told_with_percentages() {
    let (server, mut trainings) = held().await;
    let province = told(trainings.get_training_coverage(asking("330000", 31)).await);
    let due = ["330106 1 25.00 2", "330402 2 50.00 4", "330108 0 0.00 0", "330411 0 0.00 0"];
    assert_eq!(rows(&province), due);
    assert_eq!((province.county_count, province.covered_count), (4, 2));
    assert_eq!(province.covered_percent, "50.00");
    assert_eq!((province.participant_count, province.other_participant_count), (4, 1));
    assert_eq!(province.hours, "8");
    assert_eq!(province.counties[0].display_name, "西湖区");
    let city = told(trainings.get_training_coverage(asking("330400", 31)).await);
    assert_eq!(rows(&city), ["330402 2 66.67 4", "330411 0 0.00 0"]);
    let county = told(trainings.get_training_coverage(asking("330411", 31)).await);
    assert_eq!(
        (rows(&county), county.covered_percent.as_str()),
        (vec!["330411 0  0".to_owned()], "0.00")
    );
    let before = told(trainings.get_training_coverage(asking("330000", 27)).await);
    assert_eq!((before.participant_count, before.covered_percent.as_str()), (0, "0.00"));
    let other = v1::Course { certificate_prefix: String::new(), ..course() };
    create_course(&mut trainings, "other", other).await;
    for (id, due) in [("statistics", 4), ("other", 0)] {
        let request = v1::GetTrainingCoverageRequest {
            course: format!("courses/{id}"),
            ..asking("330000", 31)
        };
        assert_eq!(told(trainings.get_training_coverage(request).await).participant_count, due);
    }
    let name = "enrolments/c".to_owned();
    let request = v1::DeleteEnrolmentRequest { name, ..Default::default() };
    told(trainings.delete_enrolment(request).await);
    let server = server.restart();
    let less = told(server.trainings().get_training_coverage(asking("330100", 31)).await);
    assert_eq!(rows(&less), ["330106 0  0", "330108 0  0"]);
}

#[tokio::test]
async fn a_county_that_was_merged_counts_to_what_follows_it() {
    let (server, mut trainings) = held().await;
    let merge = v1::MergeRegionsRequest {
        name: "regions/330411".to_owned(),
        sources: vec!["regions/330402".to_owned()],
        effective_date: date(2023, 7, 29),
        reason: "撤并".to_owned(),
        ..Default::default()
    };
    told(server.reference().merge_regions(merge).await);
    let before = told(trainings.get_training_coverage(asking("330400", 28)).await);
    assert_eq!(rows(&before), ["330402 2 66.67 4", "330411 0 0.00 0"]);
    let after = told(trainings.get_training_coverage(asking("330400", 29)).await);
    assert_eq!(rows(&after), ["330411 2 66.67 4"]);
}

#[tokio::test]
async fn what_can_not_be_asked_is_told() {
    let (_server, mut trainings) = opened(session()).await;
    told(trainings.create_training_session(creation("s-2", session())).await);
    let request = v1::GetTrainingCoverageRequest::default();
    refused(trainings.get_training_coverage(request).await).has_fields(&[
        ("region", "FIELD_REQUIRED"),
        ("first_date", "FIELD_REQUIRED"),
        ("last_date", "FIELD_REQUIRED"),
    ]);
    let request =
        v1::GetTrainingCoverageRequest { first_date: date(2023, 8, 1), ..asking("330000", 31) };
    refused(trainings.get_training_coverage(request).await)
        .has_fields(&[("last_date", "DATE_ORDER")]);
    refused(trainings.get_training_coverage(asking("999999", 31)).await)
        .has_fields(&[("region", "REFERENCE_UNKNOWN")]);
    let course = "courses/nothing".to_owned();
    let request = v1::GetTrainingCoverageRequest { course, ..asking("330000", 31) };
    let unknown = refused(trainings.get_training_coverage(request).await);
    assert_eq!(unknown, (Code::NotFound, "RECORD_NOT_FOUND"));
}
