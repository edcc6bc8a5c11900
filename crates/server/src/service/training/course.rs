//! Courses.

use outlay_proto::v1;

use super::plan;
use crate::domain::date::Date;
use crate::domain::decimal::Decimal;
use crate::domain::training::Course;
use crate::error::Violations;
use crate::service::convert::{Convert, Head};
use crate::service::history::Shown;
use crate::service::noun::{Noun, Query};
use crate::store::Known;
use crate::store::index::Index;
use crate::store::key::Key;
use crate::store::list::Plan;
use crate::store::record::Stored;

/// The noun.
pub(in crate::service) struct Courses;

impl Noun for Courses {
    type Wire = v1::Course;
    type Record = Course;
    const MESSAGE: &'static str = "Course";
    const ORDERS: &'static [&'static str] = &["create_time"];
    const NEWEST_FIRST: bool = true;

    fn show(stored: &Stored<Course>, _day: Date) -> v1::Course {
        let head = Head::of(stored);
        let course = &stored.record;
        v1::Course {
            name: head.name,
            uid: head.uid,
            create_time: head.create_time,
            update_time: head.update_time,
            delete_time: head.delete_time,
            purge_time: head.purge_time,
            etag: head.etag,
            revision: head.revision,
            title: course.title.clone(),
            localized_titles: course.localized_titles.clone(),
            description: course.description.clone(),
            hours: course.hours.to_string(),
            pass_mark: course.pass_mark.map_or_else(String::new, |mark| mark.to_string()),
            certificate_prefix: course.certificate_prefix.clone(),
        }
    }

    fn read(wire: &v1::Course, _old: Option<&Course>, convert: &mut Convert<'_>) -> Course {
        let hours = convert.optional_decimal("hours", &wire.hours);
        Course {
            title: wire.title.clone(),
            localized_titles: wire.localized_titles.clone(),
            description: wire.description.clone(),
            hours: convert.required("hours", hours, Decimal::ZERO),
            pass_mark: convert.optional_decimal("pass_mark", &wire.pass_mark),
            certificate_prefix: wire.certificate_prefix.clone(),
        }
    }

    fn check(record: &Course, _known: &Known, _today: Date, v: &mut Violations) {
        record.check(v);
    }

    fn plan(query: &Query<'_>) -> Plan {
        plan(query, Index::CourseCreated, vec![Key::part()])
    }
}

pub(super) fn version(version: Shown<Courses>) -> v1::CourseVersion {
    let Shown { change, before, after } = version;
    v1::CourseVersion { change: Some(change), before, after: Some(after) }
}
