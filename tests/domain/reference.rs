//! Rules of reference data.

use std::collections::BTreeMap;

use outlay_server::domain::kind::{Kind, Reference};
use outlay_server::domain::reference::region::RegionLink;
use outlay_server::domain::reference::{
    Cluster, ClusterTier, Indicator, IndicatorUnit, Industry, IndustryLevel, Organisation,
    OrganisationKind, Policy, Region, RegionType, ReportScope,
};
use outlay_server::error::Reason;

use super::sample::{Wrong, date, expected, found, id};

pub(super) fn region(parent: Option<&str>) -> Region {
    Region {
        code: "330400".to_owned(),
        display_name: "嘉兴市".to_owned(),
        localized_names: BTreeMap::new(),
        region_type: RegionType::Prefecture,
        links: parent.map(|parent| RegionLink::ever(id(parent))).into_iter().collect(),
        valid_from: None,
        valid_to: None,
        successors: Vec::new(),
    }
}

pub(super) fn cluster(parent: Option<&str>) -> Cluster {
    Cluster {
        code: "W1".to_owned(),
        display_name: "IT".to_owned(),
        localized_names: BTreeMap::new(),
        tier: ClusterTier::WorldClass,
        parent: parent.map(id),
    }
}

pub(super) fn industry(code: &str, parent: Option<&str>) -> Industry {
    Industry {
        code: code.to_owned(),
        display_name: "Industry".to_owned(),
        localized_names: BTreeMap::new(),
        parent: parent.map(id),
    }
}

pub(super) fn indicator(share_of: Option<&str>) -> Indicator {
    Indicator {
        code: "fai".to_owned(),
        display_name: "FAI".to_owned(),
        localized_names: BTreeMap::new(),
        unit: IndicatorUnit::Yuan,
        share_of: share_of.map(id),
        report_scope: None,
    }
}

pub(super) fn organisation(credit_code: &str) -> Organisation {
    Organisation {
        display_name: "Bureau".to_owned(),
        localized_names: BTreeMap::new(),
        kind: OrganisationKind::Bureau,
        credit_code: credit_code.to_owned(),
        region: None,
        address: String::new(),
        contacts: Vec::new(),
    }
}

pub(super) fn policy(from: Option<&str>, to: Option<&str>) -> Policy {
    Policy {
        title: "415X".to_owned(),
        localized_titles: BTreeMap::new(),
        issuer: None,
        document_number: String::new(),
        issue_date: None,
        valid_from_date: from.map(date),
        valid_to_date: to.map(date),
        uri: String::new(),
    }
}

#[test]
fn the_level_of_an_industry_is_in_its_code() {
    let cases = [
        ("C", Some(IndustryLevel::Section)),
        ("38", Some(IndustryLevel::Division)),
        ("382", Some(IndustryLevel::Group)),
        ("3825", Some(IndustryLevel::Class)),
        ("c", None),
        ("", None),
        ("3", None),
        ("38251", None),
        ("C38", None),
        ("制", None),
    ];
    for (code, level) in cases {
        assert_eq!(industry(code, None).level(), level, "{code}");
    }
}

#[test]
fn an_industry_stands_below_the_one_that_its_code_says() {
    let contradiction = Some(("parent", Reason::FieldContradiction));
    let missing = Some(("parent", Reason::FieldRequired));
    let cases = [
        ("C", None, None),
        ("C", Some("B"), contradiction),
        ("38", Some("C"), None),
        ("38", None, missing),
        ("38", Some("37"), contradiction),
        ("382", Some("38"), None),
        ("382", Some("37"), contradiction),
        ("382", Some("C"), contradiction),
        ("3825", Some("382"), None),
        ("3825", Some("38"), contradiction),
        ("3825", Some("3825"), contradiction),
        ("3825", None, missing),
        ("3", None, Some(("code", Reason::FieldFormat))),
    ];
    for (code, above, wrong) in cases {
        let above = above.map(str::to_lowercase);
        let wrong: Vec<_> = wrong.into_iter().collect();
        let found = found(|v| industry(code, above.as_deref()).check(v));
        assert_eq!(found, expected(&wrong), "{code} below {above:?}");
    }
}

#[test]
fn an_organisation_needs_no_credit_code_but_a_right_one() {
    let wrong = [("credit_code", Reason::CreditCodeInvalid)];
    let cases: [(&str, &[Wrong<'_>]); 3] =
        [("", &[]), ("91350100M000100Y43", &[]), ("91350100M000100Y44", &wrong)];
    for (code, wrong) in cases {
        assert_eq!(found(|v| organisation(code).check(v)), expected(wrong), "{code}");
    }
}

#[test]
fn a_policy_ends_no_earlier_than_it_begins() {
    let wrong = [("valid_to_date", Reason::DateOrder)];
    let cases: [(Option<&str>, Option<&str>, &[Wrong<'_>]); 5] = [
        (None, None, &[]),
        (None, Some("2023-01-01"), &[]),
        (Some("2023-01-01"), None, &[]),
        (Some("2023-01-01"), Some("2023-01-01"), &[]),
        (Some("2023-01-02"), Some("2023-01-01"), &wrong),
    ];
    for (from, to, wrong) in cases {
        assert_eq!(found(|v| policy(from, to).check(v)), expected(wrong), "{from:?} {to:?}");
    }
}

#[test]
fn reference_data_names_what_it_refers_to() {
    let reference = |field: &str, kind, own: &str| {
        vec![Reference { field: field.to_owned(), kind, id: id(own), from: None }]
    };
    assert_eq!(region(Some("a")).references(), reference("parent", Kind::Region, "a"));
    assert_eq!(cluster(Some("a")).references(), reference("parent", Kind::Cluster, "a"));
    let below = industry("38", Some("c"));
    assert_eq!(below.references(), reference("parent", Kind::Industry, "c"));
    let located = Organisation { region: Some(id("330400")), ..organisation("") };
    assert_eq!(located.references(), reference("region", Kind::Region, "330400"));
    let issued = Policy { issuer: Some(id("zj")), ..policy(None, None) };
    assert_eq!(issued.references(), reference("issuer", Kind::Organisation, "zj"));
    let scope = ReportScope { industries: vec![id("c")], technical_transformation: false };
    let part = Indicator { report_scope: Some(scope), ..indicator(Some("fai")) };
    let industries = reference("report_scope.industries[0]", Kind::Industry, "c");
    let due = [reference("share_of", Kind::Indicator, "fai"), industries].concat();
    assert_eq!(part.references(), due);
    assert!(region(None).references().is_empty());
}
