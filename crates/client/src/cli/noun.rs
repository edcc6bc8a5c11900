//! What the program knows about a noun beyond its protos.
//!
//! RPCs are found by their names: `CreateProject`, `ListProjects`. A noun has
//! the verbs whose RPCs its service has.

use prost_reflect::{Kind, MessageDescriptor, MethodDescriptor};

use super::fault::Fault;
use super::schema;

/// A noun: data, one per file beside this one.
pub(super) struct Noun {
    /// As it is typed: `project`, `reporting-period`.
    pub(super) noun: &'static str,
    /// As the names of its records begin: `projects`.
    pub(super) collection: &'static str,
    /// Its message: `Project`.
    pub(super) message: &'static str,
    /// As its list is called: `Projects`.
    pub(super) plural: &'static str,
    /// Service that keeps it.
    pub(super) service: &'static str,
    /// RPC that lists the versions of a record.
    pub(super) history: &'static str,
    /// What it is, for the help.
    pub(super) about: &'static str,
    /// How it is used, for the help.
    pub(super) example: &'static str,
    /// Flags of create and update.
    pub(super) flags: &'static [Flag],
    /// Columns of the table.
    pub(super) columns: &'static [Column],
    /// Verbs of its own.
    pub(super) actions: &'static [Action],
    /// Verbs of its own that only ask.
    pub(super) questions: &'static [Question],
    /// How its CSV files are read; none where it isn't imported.
    pub(super) import: Option<&'static [Alias]>,
}

/// A flag that sets a field.
pub(super) struct Flag {
    /// `--long`.
    pub(super) long: &'static str,
    /// Path of the field: `investment.total`; for maps also of one entry:
    /// `localized_titles.en`.
    pub(super) path: &'static str,
    /// What it means, for the help.
    pub(super) help: &'static str,
}

/// A column of a table.
pub(super) struct Column {
    /// Heading.
    pub(super) header: &'static str,
    /// Path of the field.
    pub(super) path: &'static str,
}

/// A verb with an RPC of its own: `AdvanceProject`.
pub(super) struct Action {
    /// As it is typed: `advance`, or two words where it is one of a group:
    /// `agenda add`.
    pub(super) verb: &'static str,
    /// The RPC.
    pub(super) method: &'static str,
    /// What it does, for the help.
    pub(super) about: &'static str,
    /// Flags that set fields of the request.
    pub(super) flags: &'static [Flag],
    /// Fields of the record that it changes, and that can't be given.
    pub(super) writes: &'static [&'static str],
    /// Columns of its answer, where that isn't the record: it then takes
    /// several records.
    pub(super) answer: &'static [Column],
}

/// A verb with an RPC of its own that answers a list or a document, and changes
/// nothing. Where the request names a record, the verb is given one.
pub(super) struct Question {
    /// As it is typed: `backlog`, or two words: `agenda show`.
    pub(super) verb: &'static str,
    /// The RPC.
    pub(super) method: &'static str,
    /// What it tells, for the help.
    pub(super) about: &'static str,
    /// Flags that set fields of the request.
    pub(super) flags: &'static [Flag],
    /// The field of the answer that is the list, or the bytes of the document.
    pub(super) list: &'static str,
    /// Columns of the table; a document has none.
    pub(super) columns: &'static [Column],
}

impl Question {
    /// Whether what is answered is a document: it is written as it is.
    pub(super) fn is_document(&self, method: &MethodDescriptor) -> bool {
        let field = method.output().get_field_by_name(self.list);
        field.is_some_and(|field| matches!(field.kind(), Kind::Bytes))
    }
}

/// A column of a CSV file that isn't named like a field.
pub(super) struct Alias {
    /// Heading in the file.
    pub(super) header: &'static str,
    /// Fields that it gives.
    pub(super) paths: &'static [&'static str],
}

/// The word by which a verb is told from others of its group.
pub(super) fn last_word(verb: &'static str) -> &'static str {
    verb.rsplit(' ').next().unwrap_or(verb)
}

/// Short for a flag.
pub(super) const fn flag(long: &'static str, path: &'static str, help: &'static str) -> Flag {
    Flag { long, path, help }
}

/// Short for a column.
pub(super) const fn column(header: &'static str, path: &'static str) -> Column {
    Column { header, path }
}

/// Short for an alias.
pub(super) const fn alias(header: &'static str, paths: &'static [&'static str]) -> Alias {
    Alias { header, paths }
}

impl Noun {
    /// The message's descriptor.
    pub(super) fn descriptor(&self) -> Result<MessageDescriptor, Fault> {
        schema::message(self.message)
    }

    /// The RPC for a verb, such as `Create`; none where there is none.
    pub(super) fn method(&self, verb: &str) -> Option<MethodDescriptor> {
        let object = match verb {
            "List" | "Search" | "SearchDuplicate" | "BatchGet" => self.plural,
            _ => self.message,
        };
        schema::method(self.service, &format!("{verb}{object}"))
    }

    /// An RPC of the noun's own: of its service, or of another one that knows the
    /// noun as well.
    pub(super) fn rpc(&self, name: &str) -> Result<MethodDescriptor, Fault> {
        schema::method(self.service, name)
            .or_else(|| schema::any_method(name))
            .ok_or_else(|| schema::missing(name))
    }

    /// The RPC for a verb that every noun has.
    pub(super) fn standard(&self, verb: &str) -> Result<MethodDescriptor, Fault> {
        self.method(verb).ok_or_else(|| schema::missing(&format!("{verb} of a {}", self.noun)))
    }

    /// The field of a request that holds one: `reporting_period`.
    pub(super) fn field(&self) -> String {
        self.noun.replace('-', "_")
    }

    /// The resource name that `text` means: bare ids are completed.
    pub(super) fn name(&self, text: &str) -> String {
        schema::resource_name(self.collection, text)
    }
}
