//! Where the server stands in its life, as the wire needs to know it.

/// The stages, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The engine is being opened: only health and reflection are served.
    Starting,
    /// Everything is served.
    Serving,
    /// No new connections; running calls go on, feeds are ended.
    Draining,
    /// Running calls are ended too.
    Cut,
    /// Connections are closed.
    Closed,
}
