//! What records of several kinds have.

use minicbor::{Decode, Encode};

use super::stored::is_zero;

/// A person to speak to.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Contact {
    /// Name as the person writes it.
    #[n(1)]
    pub display_name: String,
    /// Post: `Deputy Director`; may be empty.
    #[n(2)]
    #[cbor(skip_if = "String::is_empty")]
    pub post: String,
    /// Organisation the person belongs to, as text; may be empty.
    #[n(3)]
    #[cbor(skip_if = "String::is_empty")]
    pub organisation: String,
    /// Telephone number; may be empty.
    #[n(4)]
    #[cbor(skip_if = "String::is_empty")]
    pub phone: String,
    /// E-mail address; may be empty.
    #[n(5)]
    #[cbor(skip_if = "String::is_empty")]
    pub email: String,
}

/// A document kept elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Document {
    /// Title.
    #[n(1)]
    pub title: String,
    /// Where it is.
    #[n(2)]
    pub uri: String,
    /// SHA-256 of its bytes, in hexadecimal; may be empty.
    #[n(3)]
    #[cbor(skip_if = "String::is_empty")]
    pub sha256: String,
    /// Its size in bytes; 0 where it isn't known.
    #[n(4)]
    #[cbor(skip_if = "is_zero")]
    pub size_bytes: i64,
    /// Its media type; may be empty.
    #[n(5)]
    #[cbor(skip_if = "String::is_empty")]
    pub media_type: String,
}
