//! The stored form of a record: CBOR.
//!
//! Equal records have equal bytes: the keys stand in the order of their numbers
//! and what is empty is left out.

use minicbor::{Decode, Decoder, Encode};

use crate::error::Error;

/// The stored form of a value.
///
/// # Errors
/// [`Error::Internal`]; no record of this crate causes it.
pub fn to_bytes<T: Encode<()>>(value: &T) -> Result<Vec<u8>, Error> {
    minicbor::to_vec(value).map_err(|cause| Error::Internal(Box::new(cause)))
}

/// The value of a stored form. Keys that aren't known are skipped.
///
/// # Errors
/// [`Error::Damaged`] where `bytes` aren't one value, whole and alone.
pub fn from_bytes<T: for<'b> Decode<'b, ()>>(bytes: &[u8]) -> Result<T, Error> {
    let mut decoder = Decoder::new(bytes);
    let value = decoder.decode().map_err(|cause| Error::Damaged(Box::new(cause)))?;
    let rest = bytes.len() - decoder.position();
    if rest > 0 {
        return Err(Error::Damaged(format!("{rest} bytes follow the record").into()));
    }
    Ok(value)
}

/// Whether a flag is unset, and so isn't stored.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that `skip_if` calls")]
pub(super) fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Whether a number is zero, and so isn't stored.
pub(super) fn is_zero<N: Default + PartialEq>(number: &N) -> bool {
    *number == N::default()
}
