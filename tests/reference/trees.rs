//! Trees of regions, industries and clusters.

use outlay_proto::v1;
use tonic::Code;

use crate::support::records::{cluster, county, mask, named};
use crate::support::{Reference, Server, refused, told};

async fn place(
    reference: &mut Reference,
    child: &str,
    parent: &str,
) -> Result<tonic::Response<v1::Region>, tonic::Status> {
    let request = v1::UpdateRegionRequest {
        region: Some(v1::Region {
            name: named("regions", child),
            parent: named("regions", parent),
            ..Default::default()
        }),
        update_mask: mask(&["parent"]),
        ..Default::default()
    };
    reference.update_region(request).await
}

fn deletion(id: &str) -> v1::DeleteRegionRequest {
    v1::DeleteRegionRequest { name: named("regions", id), ..Default::default() }
}

fn return_of(id: &str) -> v1::UndeleteRegionRequest {
    v1::UndeleteRegionRequest { name: named("regions", id), ..Default::default() }
}

#[tokio::test]
async fn a_region_never_stands_below_itself() {
    let server = Server::seeded().await;
    let mut reference = server.reference();
    let revision = server.revision().await;
    for (child, parent) in
        [("330400", "330400"), ("330400", "330402"), ("100000", "330402"), ("330000", "330400")]
    {
        refused(place(&mut reference, child, parent).await)
            .has_fields(&[("region.parent", "TREE_CYCLE")]);
    }
    let request = v1::CreateClusterRequest {
        cluster: Some(cluster("X1", "自己", "x1")),
        ..Default::default()
    };
    let answer = refused(reference.create_cluster(request).await);
    assert_eq!(answer.fields[0].0, "cluster.parent");
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn of_two_moves_that_would_make_a_circle_together_one_is_refused() {
    let server = Server::seeded().await;
    for _ in 0..5 {
        let (mut one, mut other) = (server.reference(), server.reference());
        let (first, second) = tokio::join!(
            place(&mut one, "330100", "330400"),
            place(&mut other, "330400", "330100"),
        );
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        told(place(&mut one, "330100", "330000").await);
        told(place(&mut other, "330400", "330000").await);
    }
}

#[tokio::test]
async fn a_region_with_others_below_it_is_not_deleted() {
    let server = Server::seeded().await;
    let mut reference = server.reference();
    let used = refused(reference.delete_region(deletion("330100")).await);
    assert_eq!(used, (Code::FailedPrecondition, "RECORD_IN_USE"));
    for id in ["330106", "330108", "330100"] {
        told(reference.delete_region(deletion(id)).await);
    }
    refused(place(&mut reference, "330411", "330100").await)
        .has_fields(&[("region.parent", "REFERENCE_UNKNOWN")]);
}

#[tokio::test]
async fn a_region_is_not_deleted_while_another_is_put_below_it() {
    let server = Server::seeded().await;
    for number in 0..8 {
        let code = format!("33049{number}");
        let mut reference = server.reference();
        let create = |code: &str, parent: &str| v1::CreateRegionRequest {
            region: Some(county(code, parent)),
            ..Default::default()
        };
        told(reference.create_region(create(&code, "330400")).await);
        let mut other = server.reference();
        let (deleted, created) = tokio::join!(
            reference.delete_region(deletion(&code)),
            other.create_region(create(&format!("{code}1"), &code)),
        );
        assert!(deleted.is_ok() != created.is_ok(), "{deleted:?} {created:?}");
    }
}

#[tokio::test]
async fn a_region_does_not_come_back_below_a_deleted_one() {
    let server = Server::seeded().await;
    let mut reference = server.reference();
    for id in ["330106", "330108", "330100"] {
        told(reference.delete_region(deletion(id)).await);
    }
    let early = refused(reference.undelete_region(return_of("330106")).await);
    assert_eq!(early.code, Code::FailedPrecondition);
    told(reference.undelete_region(return_of("330100")).await);
    told(reference.undelete_region(return_of("330106")).await);
}

#[tokio::test]
async fn a_region_does_not_come_back_below_one_that_has_ended() {
    let server = Server::seeded().await;
    let mut reference = server.reference();
    told(reference.delete_region(deletion("330106")).await);
    let merge = v1::MergeRegionsRequest {
        name: named("regions", "330400"),
        sources: vec![named("regions", "330100")],
        effective_date: crate::support::records::date(2022, 1, 1),
        ..Default::default()
    };
    told(reference.merge_regions(merge).await);
    refused(reference.undelete_region(return_of("330106")).await)
        .has_fields(&[("region.parent", "REGION_NOT_VALID")]);
}

#[tokio::test]
async fn a_project_is_not_put_into_a_region_while_that_ends() {
    let server = Server::seeded().await;
    for number in 0..8 {
        let code = format!("33049{number}");
        let region =
            v1::CreateRegionRequest { region: Some(county(&code, "330400")), ..Default::default() };
        told(server.reference().create_region(region).await);
        let merge = v1::MergeRegionsRequest {
            name: named("regions", "330402"),
            sources: vec![named("regions", &code)],
            effective_date: crate::support::records::date(2023, 7, 28),
            ..Default::default()
        };
        let given = v1::Project {
            region: named("regions", &code),
            ..crate::support::records::project(&code)
        };
        let (mut reference, mut projects) = (server.reference(), server.projects());
        let (merged, created) = tokio::join!(
            reference.merge_regions(merge),
            projects.create_project(crate::project::creation(&code, given)),
        );
        told(merged);
        // It came first, or was told what follows.
        if let Err(status) = created {
            crate::support::refusal::taken_apart(&status)
                .has_fields(&[("project.region", "REGION_NOT_VALID")]);
        }
    }
}

#[tokio::test]
async fn regions_created_at_once_are_all_created() {
    let server = Server::seeded().await;
    let tries = (0..32).map(|number| {
        let mut reference = server.reference();
        let request = v1::CreateRegionRequest {
            region: Some(county(&format!("3305{number:02}"), "330000")),
            ..Default::default()
        };
        tokio::spawn(async move { reference.create_region(request).await })
    });
    for attempt in tries.collect::<Vec<_>>() {
        told(attempt.await.unwrap());
    }
}
