//! A server that was started to be read only.

use outlay_proto::v1;
use outlay_server::wire::READ_ONLY_HEADER;
use tonic::Code;

use crate::project::creation;
use crate::support::{Server, records, refused, told};

#[tokio::test]
async fn reads_go_on_changes_are_refused_and_every_reply_says_why() {
    let server = Server::seeded().await;
    let revision = server.revision().await;
    let server = server.restart_with(|config| config.read_only = true);
    let request = v1::ListClustersRequest { page_size: 1, ..Default::default() };
    let page = server.reference().list_clusters(request.clone()).await.unwrap();
    let header = page.metadata().get(READ_ONLY_HEADER).map(|value| value.to_str().unwrap());
    assert_eq!(header, Some("it was started with --read-only"));
    assert_eq!(page.into_inner().revision, revision);
    let creation = || creation("new", records::project("一"));
    let answer = server.projects().create_project(creation()).await;
    let metadata = answer.as_ref().unwrap_err().metadata();
    assert!(metadata.contains_key(READ_ONLY_HEADER), "{metadata:?}");
    let reason = refused(answer);
    assert_eq!(reason, (Code::FailedPrecondition, "READ_ONLY"));
    assert!(reason.message.contains("--read-only"), "{reason:?}");
    let server = server.restart();
    let page = server.reference().list_clusters(request).await.unwrap();
    assert!(!page.metadata().contains_key(READ_ONLY_HEADER));
    told(server.projects().create_project(creation()).await);
}
