//! Deadlines, exceptions and closings of a month.

use outlay_server::domain::date::Date;
use outlay_server::domain::flaw::Flaw;
use outlay_server::domain::id::Id;
use outlay_server::domain::month::Month;
use outlay_server::domain::reporting_period::{
    DeadlineDays, Excepted, Grant, PeriodClosing, ReportingPeriod, ReportingStage, ReviewDeadlines,
    deadline, due, month_of, reported,
};
use outlay_server::domain::review_level::ReviewLevel::{self, City, County, Nation, Province};
use outlay_server::error::{Error, Reason};

use super::sample::{TODAY, date, found, id, instant};
use super::stored::check;

const NAME: &str = "reportingPeriods/2023-06";
/// A county, its city and its province.
const LINE: [&str; 3] = ["330402", "330400", "330000"];

fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

fn june() -> ReportingPeriod {
    ReportingPeriod::new(month("2023-06"))
}

/// The line of a region, from the county, the city, or the province on.
fn line(from: usize) -> Vec<Id> {
    LINE[from..].iter().map(|one| id(one)).collect()
}

fn stages(period: Option<&ReportingPeriod>, of: &str) -> Vec<String> {
    let usual = DeadlineDays::default();
    let dates = ReportingStage::ALL.map(|stage| deadline(period, &usual, month(of), stage));
    dates.iter().map(ToString::to_string).collect()
}

#[test]
fn the_usual_days_lie_in_the_month_that_follows() {
    let june = ["2023-07-05", "2023-07-08", "2023-07-10", "2023-07-12", "2023-07-15"];
    assert_eq!(stages(None, "2023-06"), june);
    assert_eq!(stages(Some(&self::june()), "2023-06"), june);
    assert_eq!(stages(None, "2023-12")[0], "2024-01-05");
    let days = DeadlineDays { submission: 31, ..DeadlineDays::default() };
    let last = |of: &str| days.date(month(of), ReportingStage::Submission).to_string();
    assert_eq!(last("2023-03"), "2023-04-30", "a month with fewer days has its last one");
    assert_eq!(last("2024-01"), "2024-02-29");
}

#[test]
fn a_usual_day_moves_as_far_as_the_given_ones_need_it() {
    let late = ReportingPeriod { submission_deadline: Some(date("2023-07-11")), ..june() };
    assert_eq!(
        stages(Some(&late), "2023-06"),
        ["2023-07-11", "2023-07-11", "2023-07-11", "2023-07-12", "2023-07-15"]
    );
    let early = ReviewDeadlines { city: Some(date("2023-07-04")), ..ReviewDeadlines::default() };
    let early = ReportingPeriod { review_deadlines: early, ..june() };
    assert_eq!(
        stages(Some(&early), "2023-06"),
        ["2023-07-04", "2023-07-04", "2023-07-04", "2023-07-12", "2023-07-15"]
    );
}

#[test]
fn whatever_is_given_no_deadline_is_before_that_of_a_lower_level() {
    for given in 0_u32..32 {
        for first in 1..=25 {
            let day = |at: i32| Date::new(2023, 7, first + at).unwrap();
            let of = |at: i32| (given >> at & 1 == 1).then(|| day(at));
            let period = ReportingPeriod {
                submission_deadline: of(0),
                review_deadlines: ReviewDeadlines {
                    county: of(1),
                    city: of(2),
                    province: of(3),
                    nation: of(4),
                },
                ..june()
            };
            assert_eq!(found(|v| period.check(v)), []);
            let came = stages(Some(&period), "2023-06");
            assert!(came.is_sorted(), "{given:05b} from {first} on: {came:?}");
            for (at, came) in (0..).zip(&came) {
                assert!(of(at).is_none_or(|due| due.to_string() == *came), "{given:05b} {at}");
            }
        }
    }
}

#[test]
fn given_deadlines_neither_decrease_nor_lie_far_from_the_month() {
    let given = |submission: &str, county: &str, nation: &str| {
        let read = |text: &str| Date::parse(text).ok();
        let (county, nation) = (read(county), read(nation));
        let review_deadlines = ReviewDeadlines { county, nation, ..ReviewDeadlines::default() };
        let submission_deadline = read(submission);
        let period = ReportingPeriod { submission_deadline, review_deadlines, ..june() };
        found(|v| period.check(v))
    };
    let wrong = |field: &str, reason| vec![(field.to_owned(), reason)];
    assert_eq!(given("2023-07-05", "2023-07-05", "2024-06-30"), []);
    assert_eq!(given("2023-06-01", "", "2023-06-30"), []);
    assert_eq!(
        given("2023-07-05", "2023-07-04", "2023-07-05"),
        wrong("review_deadlines.county", Reason::DateOrder)
    );
    assert_eq!(
        given("2023-07-05", "", "2023-07-04"),
        wrong("review_deadlines.nation", Reason::DateOrder)
    );
    assert_eq!(given("2023-05-31", "", ""), wrong("submission_deadline", Reason::FieldOutOfRange));
    assert_eq!(
        given("", "", "2024-07-02"),
        wrong("review_deadlines.nation", Reason::FieldOutOfRange)
    );
}

#[test]
fn january_is_reported_with_february() {
    assert_eq!(reported(month("2023-01")).unwrap_err().reason, Reason::MonthJanuary);
    assert_eq!(reported(month("2999-12")).unwrap_err().reason, Reason::FieldOutOfRange);
    assert_eq!(month_of(&id("2023-02")).unwrap(), month("2023-02"));
    assert_eq!(month_of(&id("2023-13")).unwrap_err().reason, Reason::FieldOutOfRange);
    assert_eq!(month_of(&id("june")).unwrap_err().reason, Reason::FieldFormat);
}

fn except(
    period: &mut ReportingPeriod,
    excepted: Excepted,
    level: Option<ReviewLevel>,
    day: &str,
) -> Result<(), Flaw> {
    let line = match &excepted {
        Excepted::Region(region) => {
            line(LINE.iter().position(|one| *one == region.as_str()).unwrap())
        }
        Excepted::Project(_) => Vec::new(),
    };
    let (reason, time) = ("Flood".to_owned(), instant("2023-07-04T00:00:00Z"));
    let grant = Grant { excepted, level, date: date(day), reason, time };
    period.except(grant, &DeadlineDays::default(), &line)
}

#[test]
fn the_latest_exception_of_project_and_line_counts() {
    let mut period = june();
    let region = |text: &str| Excepted::Region(id(text));
    except(&mut period, region("330400"), None, "2023-07-10").unwrap();
    except(&mut period, region("330402"), None, "2023-07-12").unwrap();
    except(&mut period, Excepted::Project(id("p-1")), None, "2023-07-11").unwrap();
    except(&mut period, region("330400"), Some(City), "2023-07-20").unwrap();
    let due = |project: &str, line: &[Id], level: Option<ReviewLevel>| {
        let (usual, stage) = (DeadlineDays::default(), ReportingStage::of(level));
        due(Some(&period), &usual, period.month, stage, line, &id(project)).to_string()
    };
    let elsewhere = [id("330106"), id("330100"), id("330000")];
    assert_eq!(due("p-2", &line(0), None), "2023-07-12", "the county's is later than the city's");
    assert_eq!(due("p-2", &line(1), None), "2023-07-10");
    assert_eq!(due("p-1", &line(1), None), "2023-07-11");
    assert_eq!(due("p-1", &elsewhere, None), "2023-07-11");
    assert_eq!(due("p-2", &elsewhere, None), "2023-07-05");
    assert_eq!(due("p-2", &line(0), Some(City)), "2023-07-20");
    assert_eq!(due("p-2", &line(0), Some(Province)), "2023-07-12", "each level has its own");
}

#[test]
fn an_exception_is_later_than_what_counts_and_is_withdrawn_once() {
    let mut period = june();
    let region = |text: &str| Excepted::Region(id(text));
    let refused = |result: Result<(), Flaw>| result.unwrap_err().reason;
    let usual = except(&mut period, region("330400"), None, "2023-07-05");
    assert_eq!(refused(usual), Reason::DateOrder);
    except(&mut period, region("330400"), None, "2023-07-10").unwrap();
    let below = except(&mut period, region("330402"), None, "2023-07-10");
    assert_eq!(refused(below), Reason::DateOrder);
    except(&mut period, region("330000"), None, "2023-07-06").unwrap();
    let far = except(&mut period, region("330402"), None, "2025-01-01");
    assert_eq!(refused(far), Reason::FieldOutOfRange);

    let time = instant("2023-07-06T00:00:00Z");
    let first = id("exception-1");
    period.withdraw(&first, time, "Mistaken".to_owned()).unwrap();
    let again = period.withdraw(&first, time, "Mistaken".to_owned());
    assert_eq!(refused(again), Reason::ExceptionWithdrawn);
    let unknown = period.withdraw(&id("exception-9"), time, String::new());
    assert_eq!(refused(unknown), Reason::ReferenceUnknown);
    assert_eq!(period.exceptions.len(), 2, "it stays on the record");
    assert_eq!(period.exceptions[0].withdraw_reason, "Mistaken");
    assert_eq!(period.references().len(), 1, "a withdrawn one holds no region");
    // What it said counts no more.
    except(&mut period, region("330402"), None, "2023-07-07").unwrap();
    assert_eq!(period.exceptions[2].id, id("exception-3"));
}

fn close(period: &mut ReportingPeriod, from: usize, level: ReviewLevel) -> Result<(), Error> {
    let time = instant("2023-07-20T00:00:00Z");
    let closing = PeriodClosing::new(id(LINE[from]), level, time, String::new());
    period.close(NAME, closing, &line(from), date(TODAY))
}

fn reopen(period: &mut ReportingPeriod, from: usize, level: ReviewLevel) -> Result<(), Error> {
    let time = instant("2023-07-21T00:00:00Z");
    period.reopen(NAME, level, &line(from), time, "Correction".to_owned())
}

/// Who locks a region's month for a level.
fn locked(period: &ReportingPeriod, level: Option<ReviewLevel>, from: usize) -> String {
    period.lock(level, &line(from)).map_or_else(String::new, |one| one.region.to_string())
}

#[test]
fn a_closing_locks_all_below_the_region_on_the_level_and_below_it() {
    let mut period = june();
    close(&mut period, 1, City).unwrap();
    for level in [None, Some(County), Some(City)] {
        assert_eq!(locked(&period, level, 0), "330400", "{level:?}");
        assert_eq!(locked(&period, level, 1), "330400", "{level:?}");
        assert_eq!(locked(&period, level, 2), "", "{level:?}: nothing above it is locked");
    }
    for level in [Province, Nation] {
        assert_eq!(locked(&period, Some(level), 0), "", "{level}");
    }
}

#[test]
fn what_is_closed_by_itself_or_above_is_not_closed_again() {
    let mut period = june();
    close(&mut period, 0, County).unwrap();
    close(&mut period, 1, City).unwrap();
    for (from, level) in [(0, County), (0, City), (1, County), (1, City)] {
        let refused = close(&mut period, from, level).unwrap_err();
        assert!(matches!(refused, Error::PeriodClosed { .. }), "{from} {level}: {refused}");
    }
    close(&mut period, 1, Province).unwrap();
    close(&mut period, 2, City).unwrap();
    assert_eq!(locked(&period, Some(Province), 0), "330400");
    assert_eq!(locked(&period, Some(City), 2), "330000");
    assert_eq!(period.lock(None, &line(0)).unwrap().level, Province, "the highest is told");
}

#[test]
fn a_month_is_reopened_from_above() {
    let mut period = june();
    close(&mut period, 0, County).unwrap();
    close(&mut period, 1, City).unwrap();
    let held = reopen(&mut period, 0, County).unwrap_err();
    assert!(held.to_string().contains("regions/330400 on CITY"), "{held}");
    let never = reopen(&mut period, 1, Province).unwrap_err();
    assert!(matches!(never, Error::PeriodNotClosed { .. }), "{never}");
    reopen(&mut period, 1, City).unwrap();
    reopen(&mut period, 0, County).unwrap();
    let again = reopen(&mut period, 0, County).unwrap_err();
    assert!(matches!(again, Error::PeriodNotClosed { .. }), "{again}");
    assert_eq!(locked(&period, None, 0), "");
    assert_eq!((period.closings.len(), period.references().len()), (2, 0));
    assert_eq!(period.closings[1].reopen_reason, "Correction");
    close(&mut period, 0, County).unwrap();
    assert_eq!(locked(&period, Some(County), 0), "330402");
}

#[test]
fn only_a_month_that_is_over_is_closed() {
    let on = |of: &str, today: &str| {
        let time = instant("2023-07-20T00:00:00Z");
        let closing = PeriodClosing::new(id("330400"), City, time, String::new());
        ReportingPeriod::new(month(of)).close(NAME, closing, &line(1), date(today))
    };
    for today in ["2023-01-31", "2023-06-30"] {
        let refused = on("2023-06", today).unwrap_err();
        assert!(matches!(refused, Error::PeriodNotEnded { .. }), "{today}: {refused}");
        assert!(refused.to_string().contains("2023-06-30"), "{refused}");
    }
    on("2023-06", "2023-07-01").unwrap();
    on("2024-02", "2024-02-29").unwrap_err();
    on("2024-02", "2024-03-01").unwrap();
}

#[test]
fn it_is_stored_as_ever() {
    check(&june(), JUNE);
    let mut whole = ReportingPeriod {
        submission_deadline: Some(date("2023-07-06")),
        review_deadlines: ReviewDeadlines {
            county: Some(date("2023-07-08")),
            city: Some(date("2023-07-10")),
            province: Some(date("2023-07-12")),
            nation: Some(date("2023-07-15")),
        },
        ..june()
    };
    except(&mut whole, Excepted::Region(id("330402")), None, "2023-07-11").unwrap();
    except(&mut whole, Excepted::Project(id("p-1")), Some(City), "2023-07-12").unwrap();
    let time = instant("2023-07-06T00:00:00Z");
    whole.withdraw(&id("exception-1"), time, "Mistaken".to_owned()).unwrap();
    close(&mut whole, 1, City).unwrap();
    reopen(&mut whole, 1, City).unwrap();
    check(&whole, WHOLE);
}

const JUNE: &str = "a1081a00031642";
const WHOLE: &str = "\
    a5081a00031642091a0134b2320aa4011a0134b234021a0134b236031a0134b238041a0134b23b0b82a7016b \
    657863657074696f6e2d310282038166333330343032051a0134b2370665466c6f6f64071b0005ff9df6da40 \
    00081b0005ffc63289000009684d697374616b656ea6016b657863657074696f6e2d320282028163702d3104 \
    02051a0134b2380665466c6f6f64071b0005ff9df6da40000c81a501663333303430300202031b000600dfd4 \
    504000051b000600f3f227a000066a436f7272656374696f6e";
