//! `outlay course`.

use super::noun::{Flag, Noun, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "course",
    collection: "courses",
    message: "Course",
    plural: "Courses",
    service: "TrainingService",
    history: "ListCourseHistory",
    about: "Courses: what is taught, however often it is held",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("TITLE", "title"),
        column("HOURS", "hours"),
        column("PASS MARK", "pass_mark"),
        column("CERTIFICATES", "certificate_prefix"),
    ],
    actions: &[],
    questions: &[],
    import: None,
};

const EXAMPLE: &str = "\
Examples:
  outlay course create --id statistics --title 投资统计培训 --hours 2 --pass-mark 60 \\
      --certificate-prefix TZ
  outlay course update statistics --hours 2.5
  outlay course list -o json > courses.json";

static FLAGS: [Flag; 6] = [
    flag("title", "title", "Title"),
    flag("title-en", "localized_titles.en", "Title in English"),
    flag("description", "description", "What is taught, and to whom"),
    flag("hours", "hours", "Teaching hours: 1.5"),
    flag("pass-mark", "pass_mark", "Score from which on the test is passed; none without a test"),
    flag("certificate-prefix", "certificate_prefix", "What certificate numbers begin with: TZ"),
];
