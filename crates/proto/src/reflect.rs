//! The protos as data: for update masks, filters and JSON, which work on
//! fields by their names.

use std::sync::LazyLock;

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, MessageDescriptor};

use crate::FILE_DESCRIPTOR_SET;
use crate::v1::FieldRules;

/// All messages and services of the protos.
///
/// # Panics
/// Never: the set is made by the build, which decodes it too.
#[must_use]
pub fn pool() -> &'static DescriptorPool {
    #[expect(clippy::expect_used, reason = "the build has decoded the same bytes")]
    static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
        DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("the build made a valid set")
    });
    &POOL
}

/// A message of `outlay.v1`, by its short name: `Project`.
#[must_use]
pub fn message(name: &str) -> Option<MessageDescriptor> {
    pool().get_message_by_name(&format!("outlay.v1.{name}"))
}

/// The rules of a field as `annotations.proto` has them; none are set where the
/// field states none.
#[must_use]
pub fn rules(field: &FieldDescriptor) -> FieldRules {
    let message = rules_message(field);
    message.and_then(|rules| rules.transcode_to().ok()).unwrap_or_default()
}

/// The rules of a field by their names, for those who print them.
#[must_use]
pub fn rules_message(field: &FieldDescriptor) -> Option<DynamicMessage> {
    let extension = field.parent_pool().get_extension_by_name("outlay.v1.field")?;
    field.options().get_extension(&extension).as_message().cloned()
}

/// A generated message as a dynamic one.
///
/// # Errors
/// Where `descriptor` isn't that of the message.
pub fn to_dynamic<M: Message>(
    descriptor: MessageDescriptor,
    message: &M,
) -> Result<DynamicMessage, prost::DecodeError> {
    DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice())
}

/// A dynamic message as the generated one of the same type.
///
/// # Errors
/// Where the dynamic message isn't of that type.
pub fn from_dynamic<M: Message + Default>(
    message: &DynamicMessage,
) -> Result<M, prost::DecodeError> {
    M::decode(message.encode_to_vec().as_slice())
}
