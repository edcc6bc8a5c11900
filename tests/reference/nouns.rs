//! The same life for each of the nouns: created, read, changed, deleted,
//! brought back, and remembered.

use outlay_proto::v1;
use outlay_proto::v1::reference_record::Record;
use tonic::Code;

use crate::support::records::{
    cluster, county, indicator, industry, organisation, policy, request_id,
};
use crate::support::{Server, refused, told};

/// A test of one noun: its record, the field that is changed, and its RPCs.
macro_rules! life {
    (
        $test:ident, $Noun:ident, $field:ident, $id_field:ident, $id:literal, $given:expr,
        $changed:ident, $many:ident,
        $create:ident, $get:ident, $list:ident, $update:ident, $delete:ident, $undelete:ident,
        $Create:ident, $Get:ident, $List:ident, $Update:ident, $Delete:ident, $Undelete:ident
    ) => {
        #[tokio::test]
        async fn $test() {
            let server = Server::seeded().await;
            let mut reference = server.reference();
            let seeds = told(reference.$list(v1::$List::default()).await).$many.len();

            let create = v1::$Create {
                $field: Some($given),
                $id_field: $id.to_owned(),
                request_id: request_id(),
                ..Default::default()
            };
            let created = told(reference.$create(create.clone()).await);
            assert_eq!(told(reference.$create(create.clone()).await), created, "by its id");
            let create = v1::$Create { request_id: String::new(), ..create };
            let taken = refused(reference.$create(create).await);
            assert_eq!(taken, (Code::AlreadyExists, "RECORD_EXISTS"));
            let name = created.name.clone();
            assert!(name.ends_with(concat!("/", $id)), "{name}");
            let get = v1::$Get { name: name.clone(), ..Default::default() };
            assert_eq!(told(reference.$get(get.clone()).await), created);
            let nobody = v1::$Get { name: format!("{name}x"), ..Default::default() };
            let absent = refused(reference.$get(nobody).await);
            assert_eq!(absent, (Code::NotFound, "RECORD_NOT_FOUND"));

            let mut given = v1::$Noun { name: name.clone(), ..Default::default() };
            given.$changed = "新名".to_owned();
            given.etag = created.etag.clone();
            let update = v1::$Update { $field: Some(given), ..Default::default() };
            let updated = told(reference.$update(update.clone()).await);
            assert_eq!(updated.$changed, "新名");
            assert_eq!(updated.uid, created.uid);
            let stale = refused(reference.$update(update).await);
            assert_eq!(stale, (Code::Aborted, "ETAG_MISMATCH"));

            let delete = v1::$Delete { name: name.clone(), ..Default::default() };
            let deleted = told(reference.$delete(delete.clone()).await);
            assert!(deleted.delete_time.is_some());
            let again = refused(reference.$delete(delete).await);
            assert_eq!(again, (Code::FailedPrecondition, "RECORD_DELETED"));
            assert_eq!(told(reference.$get(get).await), deleted);
            let list = v1::$List { show_deleted: true, ..Default::default() };
            assert_eq!(told(reference.$list(list).await).$many.len(), seeds + 1);
            let listed = told(reference.$list(v1::$List::default()).await).$many;
            assert_eq!(listed.len(), seeds);

            let undelete = v1::$Undelete { name: name.clone(), ..Default::default() };
            let back = told(reference.$undelete(undelete).await);
            assert_eq!(back.delete_time, None);
            let list = v1::$List {
                filter: format!("name = \"{name}\""),
                order_by: "name desc".to_owned(),
                ..Default::default()
            };
            assert_eq!(told(reference.$list(list).await).$many, std::slice::from_ref(&back));

            let history = v1::ListReferenceHistoryRequest { name, ..Default::default() };
            let versions = told(reference.list_reference_history(history).await).versions;
            let after: Vec<_> = versions
                .into_iter()
                .map(|version| match version.after.and_then(|after| after.record) {
                    Some(Record::$Noun(record)) => record,
                    other => panic!("a history of another noun: {other:?}"),
                })
                .collect();
            assert_eq!(after, [back, deleted, updated, created]);
        }
    };
}

life!(
    a_region_lives,
    Region,
    region,
    region_id,
    "330421",
    county("330421", "330400"),
    display_name,
    regions,
    create_region,
    get_region,
    list_regions,
    update_region,
    delete_region,
    undelete_region,
    CreateRegionRequest,
    GetRegionRequest,
    ListRegionsRequest,
    UpdateRegionRequest,
    DeleteRegionRequest,
    UndeleteRegionRequest
);
life!(
    an_industry_lives,
    Industry,
    industry,
    industry_id,
    "391",
    industry("391", "计算机制造", "39"),
    display_name,
    industries,
    create_industry,
    get_industry,
    list_industries,
    update_industry,
    delete_industry,
    undelete_industry,
    CreateIndustryRequest,
    GetIndustryRequest,
    ListIndustriesRequest,
    UpdateIndustryRequest,
    DeleteIndustryRequest,
    UndeleteIndustryRequest
);
life!(
    a_cluster_lives,
    Cluster,
    cluster,
    cluster_id,
    "c14",
    cluster("C14", "节能环保", "w4"),
    display_name,
    clusters,
    create_cluster,
    get_cluster,
    list_clusters,
    update_cluster,
    delete_cluster,
    undelete_cluster,
    CreateClusterRequest,
    GetClusterRequest,
    ListClustersRequest,
    UpdateClusterRequest,
    DeleteClusterRequest,
    UndeleteClusterRequest
);
life!(
    an_organisation_lives,
    Organisation,
    organisation,
    organisation_id,
    "new",
    organisation("新公司"),
    display_name,
    organisations,
    create_organisation,
    get_organisation,
    list_organisations,
    update_organisation,
    delete_organisation,
    undelete_organisation,
    CreateOrganisationRequest,
    GetOrganisationRequest,
    ListOrganisationsRequest,
    UpdateOrganisationRequest,
    DeleteOrganisationRequest,
    UndeleteOrganisationRequest
);
life!(
    a_policy_lives,
    Policy,
    policy,
    policy_id,
    "new",
    policy("新政策"),
    title,
    policies,
    create_policy,
    get_policy,
    list_policies,
    update_policy,
    delete_policy,
    undelete_policy,
    CreatePolicyRequest,
    GetPolicyRequest,
    ListPoliciesRequest,
    UpdatePolicyRequest,
    DeletePolicyRequest,
    UndeletePolicyRequest
);

life!(
    an_indicator_lives,
    Indicator,
    indicator,
    indicator_id,
    "industrial-investment",
    indicator("industrial-investment", "工业投资", "fixed-asset-investment"),
    display_name,
    indicators,
    create_indicator,
    get_indicator,
    list_indicators,
    update_indicator,
    delete_indicator,
    undelete_indicator,
    CreateIndicatorRequest,
    GetIndicatorRequest,
    ListIndicatorsRequest,
    UpdateIndicatorRequest,
    DeleteIndicatorRequest,
    UndeleteIndicatorRequest
);

#[tokio::test]
async fn a_history_is_of_reference_data_only() {
    let server = Server::seeded().await;
    let mut reference = server.reference();
    for name in ["projects/p", "meetings/m", "x", ""] {
        let request =
            v1::ListReferenceHistoryRequest { name: name.to_owned(), ..Default::default() };
        let answer = refused(reference.list_reference_history(request).await);
        assert_eq!(answer.fields[0].0, "name", "{name}");
    }
}
