//! What is true of reference data: codes, levels, unique numbers.

use outlay_proto::v1;
use tonic::Code;

use crate::support::records::{county, date, industry, mask, organisation, policy};
use crate::support::{Server, check, refused, told};

fn named(id: &str, given: v1::Organisation) -> v1::CreateOrganisationRequest {
    v1::CreateOrganisationRequest {
        organisation: Some(given),
        organisation_id: id.to_owned(),
        ..Default::default()
    }
}

/// A credit code whose check character fits (GB 32100).
pub(super) fn credit_code(body: &str) -> String {
    const DIGITS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let value = |letter: char| DIGITS.find(letter).unwrap();
    let mut weight = 1;
    let mut sum = 0;
    for letter in body.chars() {
        sum += value(letter) * weight;
        weight = weight * 3 % 31;
    }
    let sign = DIGITS.chars().nth((31 - sum % 31) % 31).unwrap();
    format!("{body}{sign}")
}

#[tokio::test]
async fn an_id_is_the_code_in_lower_case() {
    let server = Server::seeded().await;
    let mut reference = server.reference();
    let request = |id: &str| v1::CreateRegionRequest {
        region: Some(county("33-A", "330400")),
        region_id: id.to_owned(),
        ..Default::default()
    };
    refused(reference.create_region(request("other")).await)
        .has_fields(&[("region_id", "FIELD_CONTRADICTION")]);
    let created = told(reference.create_region(request("")).await);
    assert_eq!((created.name.as_str(), created.code.as_str()), ("regions/33-a", "33-A"));
}

#[tokio::test]
async fn a_code_that_makes_no_id_is_refused() {
    let server = Server::seeded().await;
    for code in ["-33", "33-", "-", "3 3", "县", ""] {
        let request =
            v1::CreateRegionRequest { region: Some(county(code, "330400")), ..Default::default() };
        let answer = refused(server.reference().create_region(request).await);
        assert_eq!(answer.fields[0].0, "region.code", "{code}: {answer:?}");
    }
}

#[tokio::test]
async fn a_code_is_never_changed() {
    let server = Server::seeded().await;
    let update = |code: &str, paths: &[&str]| v1::UpdateRegionRequest {
        region: Some(v1::Region { name: "regions/330402".to_owned(), ..county(code, "330400") }),
        update_mask: mask(paths),
        ..Default::default()
    };
    for paths in [&["*"][..], &["code"], &[]] {
        let answer = refused(server.reference().update_region(update("330499", paths)).await);
        answer.has_fields(&[("region.code", "FIELD_IMMUTABLE")]);
    }
    told(server.reference().update_region(update("330402", &["*"])).await);
}

#[tokio::test]
async fn the_level_of_an_industry_follows_from_its_code() {
    let server = Server::seeded().await;
    use v1::IndustryLevel::{Class, Division, Group, Section};
    for (name, due) in [("c", Section), ("38", Division), ("382", Group), ("3825", Class)] {
        let request =
            v1::GetIndustryRequest { name: format!("industries/{name}"), ..Default::default() };
        assert_eq!(told(server.reference().get_industry(request).await).level(), due);
    }
}

#[tokio::test]
async fn an_industry_without_its_parent_is_refused() {
    let server = Server::seeded().await;
    let mut compared = Vec::new();
    for (code, parent, due) in [
        ("391", "", "industry.parent FIELD_REQUIRED"),
        ("40", "", "industry.parent FIELD_REQUIRED"),
        ("D", "c", "industry.parent FIELD_CONTRADICTION"),
        ("401", "40", "industry.parent REFERENCE_UNKNOWN"),
        ("3", "c", "industry.code FIELD_FORMAT"),
        ("39111", "39", "industry.code FIELD_TOO_LONG"),
        ("d", "", "industry.code FIELD_FORMAT"),
    ] {
        let request = v1::CreateIndustryRequest {
            industry: Some(industry(code, "x", parent)),
            ..Default::default()
        };
        let answer = refused(server.reference().create_industry(request).await);
        let (field, reason) = &answer.fields[0];
        compared.push((format!("{code} {parent}"), format!("{field} {reason}"), due.to_owned()));
    }
    check(compared);
}

#[tokio::test]
async fn an_industry_stands_below_the_code_that_its_own_begins_with() {
    let server = Server::seeded().await;
    for (code, parent) in [("391", "38"), ("40", "38"), ("391", "c"), ("3911", "39")] {
        let request = v1::CreateIndustryRequest {
            industry: Some(industry(code, "x", parent)),
            validate_only: true,
            ..Default::default()
        };
        refused(server.reference().create_industry(request).await)
            .has_fields(&[("industry.parent", "FIELD_CONTRADICTION")]);
    }
}

#[tokio::test]
async fn a_credit_code_is_checked_and_unique() {
    let server = Server::seeded().await;
    let mut reference = server.reference();
    let code = credit_code("91330400MA28A0000");
    let with =
        |code: &str| v1::Organisation { credit_code: code.to_owned(), ..organisation("甲") };
    let first = told(reference.create_organisation(named("first", with(&code))).await);
    assert_eq!(first.credit_code, code);
    let taken = refused(reference.create_organisation(named("second", with(&code))).await);
    assert_eq!(taken, (Code::AlreadyExists, "CODE_TAKEN"));
    assert_eq!(taken.whole.metadata["holder"], "organisations/first");
    let wrong = if code.ends_with('0') { "1" } else { "0" };
    for bad in [&format!("{}{wrong}", &code[..17]), &code[..17], &code.to_lowercase(), "x"] {
        refused(reference.create_organisation(named("third", with(bad))).await)
            .has_fields(&[("organisation.credit_code", "CREDIT_CODE_INVALID")]);
    }
}

#[tokio::test]
async fn a_document_number_is_unique_and_dates_are_in_order() {
    let server = Server::seeded().await;
    let mut reference = server.reference();
    let request = |id: &str, given: v1::Policy| v1::CreatePolicyRequest {
        policy: Some(given),
        policy_id: id.to_owned(),
        ..Default::default()
    };
    let numbered = || v1::Policy {
        document_number: "浙政发〔2023〕4号".to_owned(),
        issuer: "organisations/zj-eit".to_owned(),
        issue_date: date(2023, 1, 30),
        valid_from_date: date(2023, 1, 1),
        valid_to_date: date(2027, 12, 31),
        uri: "https://example.org/4".to_owned(),
        ..policy("一")
    };
    told(reference.create_policy(request("first", numbered())).await);
    let taken = refused(reference.create_policy(request("second", numbered())).await);
    assert_eq!(taken, (Code::AlreadyExists, "CODE_TAKEN"));
    let given = v1::Policy {
        document_number: String::new(),
        valid_to_date: date(2022, 12, 31),
        issuer: "organisations/nobody".to_owned(),
        ..numbered()
    };
    refused(reference.create_policy(request("third", given)).await).has_fields(&[
        ("policy.valid_to_date", "DATE_ORDER"),
        ("policy.issuer", "REFERENCE_UNKNOWN"),
    ]);
}

#[tokio::test]
async fn organisations_are_found_by_region_and_listed_by_creation() {
    let server = Server::seeded().await;
    let mut reference = server.reference();
    let mut far = organisation("远");
    far.region = "regions/330106".to_owned();
    server.advance(std::time::Duration::from_secs(1));
    told(reference.create_organisation(named("far", far)).await);
    for (filter, order_by, due) in [
        ("region = \"regions/330106\"", "", "far"),
        ("region = \"regions/330106\"", "create_time", "far"),
        ("region = \"regions/330106\" OR kind = BUREAU", "", "far jx-eit zj-eit"),
        ("kind = COMPANY", "name desc", "jx-wind jx-solar far"),
        ("kind = COMPANY AND create_time > \"2023-07-28T08:00:00Z\"", "create_time desc", "far"),
    ] {
        let request = v1::ListOrganisationsRequest {
            filter: filter.to_owned(),
            order_by: order_by.to_owned(),
            ..Default::default()
        };
        let listed = told(reference.list_organisations(request).await).organisations;
        let names: Vec<_> = listed.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names.join(" ").replace("organisations/", ""), due, "{filter} {order_by}");
    }
}
