//! `outlay meeting-template`.

use super::noun::{Flag, Noun, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "meeting-template",
    collection: "meetingTemplates",
    message: "MeetingTemplate",
    plural: "MeetingTemplates",
    service: "MeetingTemplateService",
    history: "ListMeetingTemplateHistory",
    about: "What meetings of a kind have in common",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("NAME", "display_name"),
        column("TITLE", "title_pattern"),
        column("KIND", "kind"),
        column("MINUTES", "length_minutes"),
        column("QUORUM", "quorum"),
    ],
    actions: &[],
    questions: &[],
    import: None,
};

const EXAMPLE: &str = "\
Examples:
  outlay meeting-template create --id dispatch --name 'Dispatch meeting' --kind dispatch \\
      --title-pattern '{series} {number}, {year}-{month}' --minutes 90
  outlay meeting-template get dispatch -o json > dispatch.json   # add the agenda …
  outlay meeting-template update dispatch --file dispatch.json
  outlay meeting create --template dispatch --host zj-eit --region 330000 --title 'Dispatch'
  outlay meeting-template list";

static FLAGS: [Flag; 6] = [
    flag("name", "display_name", "What the template is called"),
    flag("title-pattern", "title_pattern", "Title of the meetings: '{series} {number}, {date}'"),
    flag("kind", "kind", "Kind of the meetings"),
    flag("minutes", "length_minutes", "Minutes that one takes"),
    flag("quorum", "quorum", "Attendees with a vote who must be there"),
    flag("summary", "summary", "What they are about, in a few sentences"),
];
