//! CSV: a heading, and a row for each record.
//!
//! The columns are the fields that hold one value, by their paths: a date is
//! ISO 8601, an amount a decimal number beside a column with its currency, a
//! list is parted by `;`, a map is JSON. Lists of messages are left out.

use prost_reflect::{FieldDescriptor, MessageDescriptor};

use crate::cli::schema::{self, Shape};

/// Paths of the columns, in the order of the fields.
pub(super) fn paths(descriptor: &MessageDescriptor) -> Vec<String> {
    let mut paths = Vec::new();
    collect(descriptor, "", &mut paths);
    paths
}

/// Names of the fields that have no column.
pub(in crate::cli) fn left_out(descriptor: &MessageDescriptor) -> Vec<String> {
    let fields = descriptor.fields();
    let is_left_out = |field: &FieldDescriptor| {
        field.is_list() && !field.is_map() && matches!(schema::shape(field), Shape::Message(_))
    };
    fields.filter(is_left_out).map(|field| field.name().to_owned()).collect()
}

/// A line with its line feed.
pub(in crate::cli) fn line<S: AsRef<[u8]>>(cells: &[S]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory can't fail, nor can a single record be uneven.
    let _ = writer.write_record(cells);
    writer.into_inner().unwrap_or_default()
}

fn collect(descriptor: &MessageDescriptor, prefix: &str, paths: &mut Vec<String>) {
    for field in descriptor.fields() {
        let path = format!("{prefix}{}", field.name());
        match schema::shape(&field) {
            _ if field.is_map() => paths.push(path),
            Shape::Message(_) if field.is_list() => {}
            Shape::Message(inner) => collect(&inner, &format!("{path}."), paths),
            Shape::Money => {
                let currency = format!("{path}.currency_code");
                paths.extend([path, currency]);
            }
            _ => paths.push(path),
        }
    }
}
