//! Which fields a command may give: not those that the server writes.
//!
//! In JSON files they are passed over, so that what was read can be written
//! back. Who names one in a command means to change it, and is told how.

use prost_reflect::MessageDescriptor;

use super::fault::Fault;
use super::noun::Noun;
use super::schema;

/// Refuses a path that leads to what the server writes; `whence` is the
/// argument that names it.
pub(super) fn check(noun: &Noun, path: &str, whence: &str) -> Result<(), Fault> {
    match flaw(noun, &noun.descriptor()?, path) {
        Some(why) => Err(Fault::Usage(format!("{whence}: {why}"))),
        None => Ok(()),
    }
}

fn flaw(noun: &Noun, message: &MessageDescriptor, path: &str) -> Option<String> {
    let (head, _) = schema::split(path);
    let mut prefix = head.len();
    loop {
        // A field that isn't known is refused where it is to be set, and by
        // the server in a mask.
        let field = schema::at(message, path.get(..prefix)?)?;
        let rules = schema::rules(&field);
        let name = field.name();
        if rules.identifier {
            return Some(format!(
                "{name} stays as it is: `create --id` gives it, and `update NAME` says which"
            ));
        }
        if name == "etag" {
            return Some("etag says which version is meant: give it with --etag".to_owned());
        }
        if rules.output_only {
            return Some(match verbs(noun, name) {
                Some(verbs) => format!("the server writes {name}: {verbs} changes it"),
                None => format!("the server writes {name} itself: it can't be given"),
            });
        }
        let rest = path.get(prefix + 1..).filter(|_| !field.is_map())?;
        let (next, _) = schema::split(rest);
        prefix += 1 + next.len();
    }
}

/// The verbs that change a field, the first of them in full.
fn verbs(noun: &Noun, field: &str) -> Option<String> {
    let of_its_own =
        noun.actions.iter().filter(|action| action.writes.contains(&field)).map(|a| a.verb);
    let of_all = ["delete", "undelete"].into_iter().filter(|_| {
        // When it is purged follows from when it was deleted.
        matches!(field, "delete_time" | "purge_time")
    });
    let mut verbs = of_its_own.chain(of_all);
    let first = format!("`outlay {} {}`", noun.noun, verbs.next()?);
    let others: Vec<_> = verbs.collect();
    Some(match others.as_slice() {
        [] => first,
        others => format!("{first} (or {})", others.join(", ")),
    })
}
