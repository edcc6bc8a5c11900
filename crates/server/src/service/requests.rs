//! The standard requests of every noun, seen as what they have in common.

use outlay_proto::v1;
use outlay_proto::validate::Validate;
use prost::Message;
use prost_types::FieldMask;

use super::noun::Noun;

/// A request that changes something.
pub(super) trait Mutation: Message + Validate {
    /// Its id, or nothing.
    fn request_id(&self) -> &str;
    /// Check everything, change nothing.
    fn validate_only(&self) -> bool;
}

/// A request that names one record.
pub(super) trait Named {
    /// The noun.
    type Noun: Noun;
    /// The record's name.
    fn name(&self) -> &str;
}

/// A change of one record that names it and the version that is meant.
pub(super) trait Tagged: Mutation + Named {
    /// The tag that the caller saw.
    fn etag(&self) -> &str;
}

/// A read from a revision that isn't older than one.
pub(super) trait Fresh: Message + Validate {
    /// The oldest revision that will do.
    fn min_revision(&self) -> i64;
}

/// A request for one record at a revision.
pub(super) trait Get: Named + Fresh {
    /// The revision; 0 for the newest.
    fn revision(&self) -> i64;
    /// The day as of which dates count; none for today.
    fn as_of(&self) -> Option<&v1::Date> {
        None
    }
}

pub(super) trait Create: Mutation {
    type Noun: Noun;
    fn resource(&self) -> Option<&<Self::Noun as Noun>::Wire>;
    fn id(&self) -> &str;
}

pub(super) trait Update: Mutation {
    type Noun: Noun;
    fn resource(&self) -> Option<&<Self::Noun as Noun>::Wire>;
    fn mask(&self) -> Option<&FieldMask>;
}

/// A request of one page.
pub(super) trait Paged: Fresh + Clone {
    fn page_size(&self) -> i32;
    fn page_token(&self) -> &str;
    /// The request without what may differ between pages.
    fn same_for_all_pages(&self) -> Self;
}

pub(super) trait List: Paged {
    type Noun: Noun;
    type Response;
    fn filter(&self) -> &str;
    fn order_by(&self) -> &str;
    fn show_deleted(&self) -> bool;
    fn region(&self) -> &str {
        ""
    }
    /// The day whose boundaries count; none for today.
    fn as_of(&self) -> Option<&v1::Date> {
        None
    }
    /// What its other fields ask for, as a filter.
    fn narrowing(&self) -> String {
        String::new()
    }
    /// Also what isn't valid on the day.
    fn show_invalid(&self) -> bool {
        false
    }
    fn respond(
        items: Vec<<Self::Noun as Noun>::Wire>,
        next_page_token: String,
        revision: i64,
    ) -> Self::Response;
}

macro_rules! mutations {
    ($($Request:ident)*) => {$(
        impl Mutation for v1::$Request {
            fn request_id(&self) -> &str {
                &self.request_id
            }
            fn validate_only(&self) -> bool {
                self.validate_only
            }
        }
    )*};
}

macro_rules! named {
    ($($Noun:path: $($Request:ident)*;)*) => {$($(
        impl Named for v1::$Request {
            type Noun = $Noun;
            fn name(&self) -> &str {
                &self.name
            }
        }
    )*)*};
}

macro_rules! tagged {
    ($($Request:ident)*) => {$(
        mutations!($Request);
        impl Tagged for v1::$Request {
            fn etag(&self) -> &str {
                &self.etag
            }
        }
    )*};
}

macro_rules! fresh {
    ($($Request:ident)*) => {$(
        impl Fresh for v1::$Request {
            fn min_revision(&self) -> i64 {
                self.min_revision
            }
        }
    )*};
}

macro_rules! paged {
    ($($Request:ident)*) => {$(
        fresh!($Request);
        impl Paged for v1::$Request {
            fn page_size(&self) -> i32 {
                self.page_size
            }
            fn page_token(&self) -> &str {
                &self.page_token
            }
            fn same_for_all_pages(&self) -> Self {
                Self { page_size: 0, page_token: String::new(), min_revision: 0, ..self.clone() }
            }
        }
    )*};
}

macro_rules! search {
    ($Noun:path, $one:ident, $Search:ident, $Result:ident, $Response:ident) => {
        paged!($Search);
        impl Search for v1::$Search {
            type Noun = $Noun;
            type Result = v1::$Result;
            type Response = v1::$Response;
            fn query(&self) -> &str {
                &self.query
            }
            fn filter(&self) -> &str {
                &self.filter
            }
            fn region(&self) -> &str {
                &self.region
            }
            fn as_of(&self) -> Option<&v1::Date> {
                self.as_of.as_ref()
            }
            fn result(resource: <$Noun as Noun>::Wire, matched_fields: Vec<String>) -> v1::$Result {
                v1::$Result { $one: Some(resource), matched_fields }
            }
            fn respond(
                results: Vec<v1::$Result>,
                next_page_token: String,
                revision: i64,
            ) -> v1::$Response {
                v1::$Response { results, next_page_token, revision }
            }
        }
    };
}

/// The standard requests of a noun: message, field, field of the id, field of
/// a list, requests, whether a list can be cut to a region on a day, whether
/// the noun itself has dates, and what else a list can be cut to.
macro_rules! standard {
    ($Noun:path, $Wire:ident, $one:ident, $id:ident, $many:ident, $Create:ident, $Get:ident,
     $List:ident, $Response:ident, $Update:ident, $Delete:ident, $Undelete:ident
     $(, $region:ident, $as_of:ident $(, $show_invalid:ident)?)? $(; $narrowing:path)?) => {
        without_update!($Noun, $Wire, $one, $id, $many, $Create, $Get, $List, $Response, $Delete,
            $Undelete $(, $region, $as_of $(, $show_invalid)?)? $(; $narrowing)?);
        mutations!($Update);
        impl Update for v1::$Update {
            type Noun = $Noun;
            fn resource(&self) -> Option<&v1::$Wire> {
                self.$one.as_ref()
            }
            fn mask(&self) -> Option<&FieldMask> {
                self.update_mask.as_ref()
            }
        }
    };
}

/// The same of a noun that is never updated.
macro_rules! without_update {
    ($Noun:path, $Wire:ident, $one:ident, $id:ident, $many:ident, $Create:ident, $Get:ident,
     $List:ident, $Response:ident, $Delete:ident, $Undelete:ident
     $(, $region:ident, $as_of:ident $(, $show_invalid:ident)?)? $(; $narrowing:path)?) => {
        impl Resource for v1::$Wire {
            fn name(&self) -> &str {
                &self.name
            }
            fn etag(&self) -> &str {
                &self.etag
            }
        }
        mutations!($Create);
        tagged!($Delete $Undelete);
        named!($Noun: $Get $Delete $Undelete;);
        fresh!($Get);
        impl Get for v1::$Get {
            fn revision(&self) -> i64 {
                self.revision
            }
            $($(fn as_of(&self) -> Option<&v1::Date> {
                let _has_dates = stringify!($show_invalid);
                self.$as_of.as_ref()
            })?)?
        }
        paged!($List);
        impl Create for v1::$Create {
            type Noun = $Noun;
            fn resource(&self) -> Option<&v1::$Wire> {
                self.$one.as_ref()
            }
            fn id(&self) -> &str {
                &self.$id
            }
        }
        impl List for v1::$List {
            type Noun = $Noun;
            type Response = v1::$Response;
            fn filter(&self) -> &str {
                &self.filter
            }
            fn order_by(&self) -> &str {
                &self.order_by
            }
            fn show_deleted(&self) -> bool {
                self.show_deleted
            }
            $(fn region(&self) -> &str {
                &self.$region
            }
            fn as_of(&self) -> Option<&v1::Date> {
                self.$as_of.as_ref()
            }
            $(fn show_invalid(&self) -> bool {
                self.$show_invalid
            })?)?
            $(fn narrowing(&self) -> String {
                $narrowing(self)
            })?
            fn respond(items: Vec<v1::$Wire>, next_page_token: String, revision: i64) -> v1::$Response {
                v1::$Response { $many: items, next_page_token, revision }
            }
        }
    };
}

mod following;
mod nouns;
mod reference;
mod reporting;
mod statistics;
mod training;
