//! Rules of projects.

use outlay_server::domain::kind::{self, Kind};
use outlay_server::domain::money::Money;
use outlay_server::domain::project::{
    ConstructionKind, FundingKind, FundingSource, InvestmentPlan, Milestone, Project, SizeClass,
};
use outlay_server::error::Reason;

use super::sample::{
    Wrong, check_project, cny, date, expected, fen, found, id, project, usd, whole_project,
};

fn check(project: Project, wrong: &[Wrong<'_>]) {
    assert_eq!(check_project(&project), expected(wrong), "{project:#?}");
}

#[test]
fn the_samples_are_right() {
    check(project(), &[]);
    check(whole_project(), &[]);
}

#[test]
fn reconstruction_is_a_technical_transformation_and_a_new_build_never() {
    for kind in ConstructionKind::ALL.iter().copied() {
        for technical_transformation in [false, true] {
            let wrong = match (kind, technical_transformation) {
                (ConstructionKind::Reconstruction, false) | (ConstructionKind::NewBuild, true) => {
                    vec![("technical_transformation", Reason::FieldContradiction)]
                }
                _ => vec![],
            };
            let tried = Project { construction_kind: kind, technical_transformation, ..project() };
            check(tried, &wrong);
        }
    }
}

/// A plan of these yuan: total, fixed assets, construction, equipment, other,
/// land, working capital; -1 stands for what isn't given.
fn plan(yuan: [i64; 7]) -> InvestmentPlan {
    let [_, fixed, construction, equipment, other, land, working] =
        yuan.map(|yuan| (yuan >= 0).then(|| cny(yuan)));
    InvestmentPlan {
        total: cny(yuan[0]),
        fixed_assets: fixed,
        construction_and_installation: construction,
        equipment,
        other,
        land,
        working_capital: working,
    }
}

#[test]
fn an_investment_adds_up() {
    let total = ("total", Reason::SumMismatch);
    let fixed = ("fixed_assets", Reason::SumMismatch);
    let land = ("land", Reason::SumMismatch);
    let cases: [([i64; 7], &[Wrong<'_>]); 15] = [
        ([100, -1, -1, -1, -1, -1, -1], &[]),
        ([100, 100, -1, -1, -1, -1, -1], &[]),
        ([100, 80, -1, -1, -1, -1, 20], &[]),
        ([100, -1, -1, -1, -1, -1, 100], &[]),
        ([100, 80, 30, 40, 10, 10, 20], &[]),
        ([100, 80, -1, 80, -1, -1, 20], &[]),
        ([100, 0, 0, 0, 0, 0, 100], &[]),
        ([100, 80, -1, -1, -1, -1, -1], &[total]),
        ([100, -1, -1, -1, -1, -1, 20], &[total]),
        ([100, 80, -1, -1, -1, -1, 21], &[total]),
        ([100, 80, 30, 40, 11, -1, 20], &[fixed]),
        ([100, -1, 100, -1, -1, -1, -1], &[fixed]),
        ([100, 100, -1, 90, 10, 11, -1], &[land]),
        ([100, -1, -1, -1, -1, 1, -1], &[land]),
        ([100, 90, 10, 10, 10, 20, 20], &[total, fixed, land]),
    ];
    for (yuan, wrong) in cases {
        assert_eq!(found(|v| plan(yuan).check(v)), expected(wrong), "{yuan:?}");
    }
}

#[test]
fn a_sum_that_is_wrong_shows_both_sides() {
    let mut violations = outlay_server::error::Violations::new();
    plan([1_234_567, 1_000_000, -1, -1, -1, -1, 234_568]).check(&mut violations);
    let text = "is 1,234,567.00 CNY, but fixed_assets and working_capital \
                add up to 1,234,568.00 CNY";
    assert_eq!(violations.as_slice()[0].description, text);
}

#[test]
fn amounts_are_in_their_currency_and_not_negative() {
    let currency = Reason::CurrencyUnexpected;
    let range = Reason::FieldOutOfRange;
    let of_total = |total: Money| InvestmentPlan::of_total(total);
    let sources = |amount: Money| vec![FundingSource { kind: FundingKind::Bond, amount }];
    let planned = |investment| Project { investment, ..project() };
    check(planned(of_total(usd(5))), &[("investment.total", currency)]);
    check(planned(of_total(cny(0))), &[("investment.total", range)]);
    check(planned(of_total(cny(-1))), &[("investment.total", range)]);
    check(planned(of_total(fen(1))), &[]);
    let negative = InvestmentPlan { fixed_assets: Some(cny(-5)), ..of_total(cny(5)) };
    check(planned(negative), &[("investment.fixed_assets", range)]);
    let land = InvestmentPlan { land: Some(usd(0)), ..of_total(cny(5)) };
    check(planned(land), &[("investment.land", currency)]);
    for (imported_equipment, reason) in [(cny(1), currency), (usd(-1), range)] {
        let imported_equipment = Some(imported_equipment);
        check(Project { imported_equipment, ..project() }, &[("imported_equipment", reason)]);
    }
    for (amount, reason) in [(usd(1), currency), (cny(-1), range)] {
        let funded = Project { funding_sources: sources(amount), ..project() };
        check(funded, &[("funding_sources[0].amount", reason)]);
        let expected_annual_output = Some(amount);
        let out = Project { expected_annual_output, ..project() };
        check(out, &[("expected_annual_output", reason)]);
        let taxed = Project { expected_annual_tax: Some(amount), ..project() };
        check(taxed, &[("expected_annual_tax", reason)]);
    }
}

#[test]
fn funding_is_at_most_the_total() {
    let funded = |amounts: &[Money]| {
        let source = |amount: &Money| FundingSource { kind: FundingKind::Other, amount: *amount };
        Project { funding_sources: amounts.iter().map(source).collect(), ..project() }
    };
    check(funded(&[cny(60_000_000), cny(40_000_000)]), &[]);
    let wrong = [("funding_sources", Reason::SumMismatch)];
    check(funded(&[cny(60_000_000), cny(40_000_000), fen(1)]), &wrong);
    // Twenty of the largest there are: the sum is more than one amount can be.
    check(funded(&[cny(10_000_000_000_000); 20]), &wrong);
}

#[test]
fn construction_ends_no_earlier_than_it_begins() {
    let wrong = [("planned_completion_date", Reason::DateOrder)];
    let cases: [(Option<&str>, Option<&str>, &[Wrong<'_>]); 4] = [
        (None, Some("2023-01-01"), &[]),
        (Some("2023-01-01"), None, &[]),
        (Some("2023-01-01"), Some("2023-01-01"), &[]),
        (Some("2023-01-02"), Some("2023-01-01"), &wrong),
    ];
    for (start, end, wrong) in cases {
        let planned_start_date = start.map(date);
        let planned_completion_date = end.map(date);
        check(Project { planned_start_date, planned_completion_date, ..project() }, wrong);
    }
}

#[test]
fn every_violation_is_found_at_once() {
    let milestone = |met: &str| Milestone {
        title: "Roof".to_owned(),
        baseline_date: date("2023-01-01"),
        current_date: None,
        met_date: Some(date(met)),
    };
    let wrong = Project {
        project_code: "2306-339999-04-02-123456".to_owned(),
        technical_transformation: true,
        investment: InvestmentPlan { working_capital: Some(cny(1)), ..project().investment },
        imported_equipment: Some(cny(1)),
        milestones: vec![milestone("2023-07-28"), milestone("2023-07-29")],
        ..project()
    };
    let expected = [
        ("project_code", Reason::ProjectCodeInvalid),
        ("technical_transformation", Reason::FieldContradiction),
        ("investment.total", Reason::SumMismatch),
        ("imported_equipment", Reason::CurrencyUnexpected),
        ("milestones[1].met_date", Reason::FieldOutOfRange),
    ];
    check(wrong, &expected);
}

#[test]
fn a_milestone_slips_from_its_baseline() {
    let cases = [
        (None, None, 0),
        (Some("2023-05-11"), None, 10),
        (Some("2023-05-11"), Some("2023-05-04"), 3),
        (None, Some("2023-04-30"), -1),
        (Some("2024-05-01"), None, 366),
    ];
    for (current, met, days) in cases {
        let milestone = Milestone {
            title: String::new(),
            baseline_date: date("2023-05-01"),
            current_date: current.map(date),
            met_date: met.map(date),
        };
        assert_eq!(milestone.slippage_days(), days, "{current:?} {met:?}");
    }
}

#[test]
fn a_size_class_begins_at_its_threshold() {
    let edges = [
        (5_000_000, SizeClass::BelowThreshold, SizeClass::From5Million),
        (100_000_000, SizeClass::From5Million, SizeClass::From100Million),
        (1_000_000_000, SizeClass::From100Million, SizeClass::From1Billion),
        (5_000_000_000, SizeClass::From1Billion, SizeClass::From5Billion),
        (10_000_000_000, SizeClass::From5Billion, SizeClass::From10Billion),
    ];
    for (yuan, below, from) in edges {
        assert_eq!(SizeClass::of(fen(yuan * 100 - 1)), below, "{yuan}");
        assert_eq!(SizeClass::of(cny(yuan)), from, "{yuan}");
    }
    assert_eq!(SizeClass::of(fen(1)), SizeClass::BelowThreshold);
    assert_eq!(SizeClass::of(cny(10_000_000_000_000)), SizeClass::From10Billion);
    assert_eq!(project().size_class(), SizeClass::From100Million);
}

#[test]
fn a_project_names_what_it_refers_to() {
    let tried = Project { clusters: vec![id("w1"), id("w2")], ..whole_project() };
    let found: Vec<_> = tried
        .references()
        .into_iter()
        .map(|one| (one.field, kind::name(one.kind, &one.id)))
        .collect();
    let expected = [
        ("owner", "organisations/jx-solar"),
        ("region", "regions/330402"),
        ("industry", "industries/3825"),
        ("clusters[0]", "clusters/w1"),
        ("clusters[1]", "clusters/w2"),
        ("policies[0]", "policies/p-4"),
    ];
    let expected = expected.map(|(field, name)| (field.to_owned(), name.to_owned()));
    assert_eq!(found, expected);
    assert_eq!(Kind::ALL.len(), 22);
}
