//! Lists, page after page.
//!
//! ```no_run
//! # use outlay_client::{Client, page::{self, Page}};
//! # use outlay_proto::v1::ListProjectsRequest;
//! # fn example(client: &Client) {
//! let projects = page::items(String::new(), |page_token| {
//!     let client = client.clone();
//!     let request = ListProjectsRequest { page_token, ..Default::default() };
//!     async move {
//!         let answer = client
//!             .retry(|| {
//!                 let (mut stub, request) = (client.projects(), request.clone());
//!                 async move { stub.list_projects(request).await }
//!             })
//!             .await?;
//!         Ok(Page { items: answer.projects, next_page_token: answer.next_page_token })
//!     }
//! });
//! # drop(projects);
//! # }
//! ```

use futures_util::stream::{self, Stream, TryStreamExt};

use crate::error::Error;

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// What stands on it; it may be empty before the last page.
    pub items: Vec<T>,
    /// Token of the next page; empty at the end.
    pub next_page_token: String,
}

/// All pages from the one with the token `first` on; empty is the first.
///
/// A page is fetched when it is asked for. The stream ends after an error.
pub fn pages<T, F, A>(first: String, fetch: F) -> impl Stream<Item = Result<Page<T>, Error>>
where
    F: FnMut(String) -> A,
    A: Future<Output = Result<Page<T>, Error>>,
{
    stream::try_unfold((fetch, Some(first)), async |(mut fetch, token)| {
        let Some(token) = token else { return Ok(None) };
        let page = fetch(token.clone()).await?;
        if !page.next_page_token.is_empty() && page.next_page_token == token {
            return Err(Error::Answer("a page names itself as the next".to_owned()));
        }
        let next = Some(page.next_page_token.clone()).filter(|token| !token.is_empty());
        Ok(Some((page, (fetch, next))))
    })
}

/// The items of all pages, one by one.
pub fn items<T, F, A>(first: String, fetch: F) -> impl Stream<Item = Result<T, Error>>
where
    F: FnMut(String) -> A,
    A: Future<Output = Result<Page<T>, Error>>,
{
    pages(first, fetch).map_ok(|page| stream::iter(page.items.into_iter().map(Ok))).try_flatten()
}
