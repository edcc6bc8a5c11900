//! What callers are told of the server's state besides its stage.

use std::fmt;
use std::sync::{Arc, OnceLock};

use http::{HeaderMap, HeaderValue};

/// Header of every reply of a server that takes no changes: why.
pub const READ_ONLY_HEADER: &str = "outlay-read-only";

/// Says how far the start is, if that is known.
type Starting = Box<dyn Fn() -> Option<String> + Send + Sync>;

/// What is told. Clones tell the same.
#[derive(Clone)]
pub struct Notice {
    inner: Arc<Inner>,
}

struct Inner {
    starting: Starting,
    read_only: OnceLock<HeaderValue>,
}

impl Notice {
    /// `starting` is asked while the server starts: a clause, such as `making
    /// its index again, 43 %`.
    #[must_use]
    pub fn new(starting: impl Fn() -> Option<String> + Send + Sync + 'static) -> Self {
        let inner = Inner { starting: Box::new(starting), read_only: OnceLock::new() };
        Self { inner: Arc::new(inner) }
    }

    /// From now on every reply says that nothing can be changed, and `why`;
    /// what is no ASCII in it is left out.
    pub fn read_only(&self, why: &str) {
        let text: String =
            why.chars().filter(|one| one.is_ascii_graphic() || *one == ' ').collect();
        if let Ok(value) = HeaderValue::from_str(&text) {
            self.inner.read_only.get_or_init(|| value);
        }
    }

    pub(super) fn starting(&self) -> Option<String> {
        (self.inner.starting)()
    }

    pub(super) fn mark(&self, headers: &mut HeaderMap) {
        if let Some(why) = self.inner.read_only.get() {
            headers.insert(READ_ONLY_HEADER, why.clone());
        }
    }
}

impl Default for Notice {
    fn default() -> Self {
        Self::new(|| None)
    }
}

impl fmt::Debug for Notice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let read_only = self.inner.read_only.get();
        formatter.debug_struct("Notice").field("read_only", &read_only).finish_non_exhaustive()
    }
}
