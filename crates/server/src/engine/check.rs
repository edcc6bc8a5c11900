//! What a commit must be in itself, whatever the engine and its state.

use std::collections::HashSet;

use super::{
    Commit, Context, Error, MAX_CELL_NUMBERS, MAX_COMMIT_BYTES, MAX_COMMIT_OPERATIONS,
    MAX_CONTEXT_BYTES, MAX_KEY_BYTES, Operation, Precondition, Result,
};

/// Memory that one operation or precondition takes besides its key and value,
/// from the queue to the tree, roughly.
const OVERHEAD: usize = 256;

/// Checks limits and form; answers with the memory that the commit takes.
pub(crate) fn check(commit: &Commit) -> Result<usize> {
    limit("operations", commit.operations.len(), MAX_COMMIT_OPERATIONS)?;
    limit("preconditions", commit.preconditions.len(), MAX_COMMIT_OPERATIONS)?;
    let context = context_bytes(&commit.context);
    limit("bytes of context", context, MAX_CONTEXT_BYTES)?;
    let bytes = commit.operations.iter().map(size).sum();
    limit("bytes", bytes, MAX_COMMIT_BYTES)?;
    let mut memory = context + bytes + OVERHEAD * commit.operations.len();
    for precondition in &commit.preconditions {
        let (Precondition::Absent(key) | Precondition::At(key, _)) = precondition;
        check_key(key)?;
        memory += OVERHEAD + key.len();
    }
    let mut seen = HashSet::with_capacity(commit.operations.len());
    for operation in &commit.operations {
        check_key(operation.key())?;
        if let Operation::Add { deltas, .. } = operation
            && !(1..=MAX_CELL_NUMBERS).contains(&deltas.len())
        {
            return Err(Error::Malformed("it adds no number to a cell, or too many"));
        }
        if !seen.insert(operation.key()) {
            return Err(Error::Malformed("it names a key twice"));
        }
    }
    Ok(memory)
}

fn limit(unit: &'static str, actual: usize, limit: usize) -> Result<()> {
    if actual > limit {
        return Err(Error::TooLarge { unit, actual, limit });
    }
    Ok(())
}

fn check_key(key: &[u8]) -> Result<()> {
    if key.is_empty() {
        return Err(Error::Malformed("a key is empty"));
    }
    if key.len() > MAX_KEY_BYTES {
        return Err(Error::Malformed("a key is too long"));
    }
    Ok(())
}

fn size(operation: &Operation) -> usize {
    let value = match operation {
        Operation::Put { value, .. } | Operation::Insert { value, .. } => value.len(),
        Operation::Delete { .. } => 0,
        Operation::Add { deltas, .. } => size_of_val(deltas.as_slice()),
    };
    operation.key().len() + value
}

fn context_bytes(context: &Context) -> usize {
    let Context { principal, method, request_id: _, time_micros: _, peer, trace_id, note } =
        context;
    [principal, method, peer, trace_id, note].iter().map(|text| text.len()).sum()
}
