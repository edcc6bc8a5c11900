//! `outlay edition`.

use super::noun::{Flag, Noun, Question, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "edition",
    collection: "editions",
    message: "Edition",
    plural: "Editions",
    service: "StatisticsService",
    history: "ListEditionHistory",
    about: "Tables of figures as they were published",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("TABLE", "table"),
        column("PERIOD", "period"),
        column("NUMBER", "number"),
        column("TITLE", "title"),
        column("PUBLISHED", "create_time"),
    ],
    actions: &[],
    questions: &QUESTIONS,
    import: None,
};

const EXAMPLE: &str = "\
Examples:
  outlay edition create --id cities-2023h1-1 --table half-year-cities --title '上半年各市投资' \\
      --source reports --period 2023H1 --region 330000 --by region --measure value --measure growth
  outlay edition list --filter 'table = \"half-year-cities\"'
  outlay edition get cities-2023h1-1 -o json
  outlay edition compare --earlier cities-2023h1-1 --later cities-2023h1-2";

static FLAGS: [Flag; 11] = [
    flag("title", "title", "Title, as it is printed"),
    flag("table", "table", "Which table it is an edition of, in the office's own word"),
    flag("note", "note", "Remark: why there is another edition, for example"),
    flag("source", "query.source", "Where figures come from"),
    flag("period", "query.period", "2023, 2023H1, 2023Q1, 2023-06 or 2023-01/2023-05"),
    flag("region", "query.region", "The whole, with all below it"),
    flag("measure", "query.measures", "What is told; may be repeated"),
    flag("by", "query.dimensions", "What rows are told apart by; may be repeated"),
    flag("basis", "query.basis", "Whose acceptance counts"),
    flag("indicator", "query.indicator", "What official figures are of, or targets are set for"),
    flag("depth", "query.region_depth", "How many levels below the region rows are"),
];

static QUESTIONS: [Question; 1] = [Question {
    verb: "compare",
    method: "CompareEditions",
    about: "Says in which figures two editions differ",
    flags: &[
        flag("earlier", "earlier", "The earlier one"),
        flag("later", "later", "The later one"),
    ],
    list: "differences",
    columns: &[
        column("ROW", "keys.value"),
        column("MEASURE", "measure"),
        column("EARLIER", "earlier_value"),
        column("LATER", "later_value"),
        column("DIFFERENCE", "difference"),
    ],
}];
