//! What a change does to what is found.

use outlay_proto::v1;

use super::{all, found, ids, query, titled};
use crate::project::create;
use crate::support::records::{date, english, mask, project};
use crate::support::{Server, told};

async fn retitle(server: &Server, id: &str, title: &str) {
    let update = v1::UpdateProjectRequest {
        project: Some(v1::Project {
            name: format!("projects/{id}"),
            title: title.to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    told(server.projects().update_project(update).await);
}

#[tokio::test]
async fn a_new_title_takes_the_place_of_the_old_one() {
    let server = titled(&["光伏组件", "风机"]).await;
    let mut projects = server.projects();
    retitle(&server, "a", "储能电池组件").await;
    assert_eq!(found(&mut projects, "光伏").await, Vec::<String>::new());
    assert_eq!(found(&mut projects, "gf").await, Vec::<String>::new());
    for text in ["储能", "组件", "储", "cndc", "储能电池组件"] {
        assert_eq!(found(&mut projects, text).await, ["a"], "{text}");
    }
    retitle(&server, "a", "光伏组件").await;
    assert_eq!(found(&mut projects, "光伏").await, ["a"]);
    assert_eq!(found(&mut projects, "储能").await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_deleted_is_not_found_until_it_comes_back() {
    let server = titled(&["光伏组件", "光伏电站"]).await;
    let mut projects = server.projects();
    let name = "projects/a".to_owned();
    let delete = v1::DeleteProjectRequest { name: name.clone(), ..Default::default() };
    told(projects.delete_project(delete).await);
    assert_eq!(found(&mut projects, "光伏").await, ["b"]);
    assert_eq!(found(&mut projects, "西湖").await, ["b"]);
    assert_eq!(found(&mut projects, "光").await, ["b"]);
    let undelete = v1::UndeleteProjectRequest { name, ..Default::default() };
    told(projects.undelete_project(undelete).await);
    assert_eq!(found(&mut projects, "光伏").await, ["b", "a"]);
}

#[tokio::test]
async fn an_owner_is_found_by_the_new_name_at_once() {
    let server = titled(&["甲"]).await;
    let mut projects = server.projects();
    create(&mut projects, "solar", project("乙")).await;
    let update = |display_name: &str, names| v1::UpdateOrganisationRequest {
        organisation: Some(v1::Organisation {
            name: "organisations/jx-solar".to_owned(),
            display_name: display_name.to_owned(),
            localized_names: names,
            ..Default::default()
        }),
        update_mask: mask(&["display_name", "localized_names"]),
        ..Default::default()
    };
    let renamed = update("禾城新能源有限公司", english("Hecheng Energy"));
    told(server.reference().update_organisation(renamed).await);
    assert_eq!(found(&mut projects, "阳光").await, Vec::<String>::new());
    for text in ["禾城", "hcxny", "hecheng", "energy", "乙 禾城", "有限公司"] {
        assert_eq!(found(&mut projects, text).await, ["solar"], "{text}");
    }
}

#[tokio::test]
async fn a_region_is_found_by_the_new_name_and_above_its_new_place() {
    let server = titled(&["甲"]).await;
    let mut projects = server.projects();
    create(&mut projects, "solar", project("乙")).await;
    let update = v1::UpdateRegionRequest {
        region: Some(v1::Region {
            name: "regions/330402".to_owned(),
            display_name: "秀城区".to_owned(),
            parent: "regions/330100".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    told(server.reference().update_region(update).await);
    assert_eq!(found(&mut projects, "南湖").await, Vec::<String>::new());
    assert_eq!(found(&mut projects, "秀城").await, ["solar"]);
    assert_eq!(found(&mut projects, "乙 杭州").await, ["solar"]);
    assert_eq!(found(&mut projects, "乙 嘉兴市").await, Vec::<String>::new());
}

#[tokio::test]
async fn what_was_in_a_region_that_has_ended_is_found_by_both_names() {
    let server = titled(&["甲"]).await;
    let mut projects = server.projects();
    create(&mut projects, "solar", project("乙")).await;
    let merge = v1::MergeRegionsRequest {
        name: "regions/330106".to_owned(),
        sources: vec!["regions/330402".to_owned()],
        effective_date: date(2022, 1, 1),
        ..Default::default()
    };
    told(server.reference().merge_regions(merge).await);
    for text in ["乙 西湖", "乙 杭州", "乙 南湖"] {
        assert_eq!(found(&mut projects, text).await, ["solar"], "{text}");
    }
    assert_eq!(found(&mut projects, "乙 嘉兴市").await, Vec::<String>::new());
    let before = |text| v1::SearchProjectsRequest { as_of: date(2021, 12, 31), ..query(text) };
    assert_eq!(ids(&all(&mut projects, before("乙 嘉兴市")).await), ["solar"]);
    assert_eq!(ids(&all(&mut projects, before("乙 西湖")).await), Vec::<String>::new());
}

#[tokio::test]
async fn postings_outlive_the_server() {
    let server = titled(&["光伏组件"]).await;
    let server = server.restart();
    for text in ["光伏", "gf", "西湖"] {
        assert_eq!(found(&mut server.projects(), text).await, ["a"], "{text}");
    }
}

#[tokio::test]
async fn a_word_that_stays_in_a_title_is_found_whatever_else_changes() {
    let words = ["芯片", "120 光", "南湖", "x5g", "重庆", "9", "储能", "sic"];
    let server = titled(&["芯片"]).await;
    let mut projects = server.projects();
    for change in 1..40_usize {
        let kept = |at: &usize| !change.is_multiple_of(at + 2);
        let title: Vec<&str> =
            (0..words.len()).filter(kept).map(|at| words[at]).chain(["组"]).collect();
        retitle(&server, "a", &title.join("（")).await;
        for (at, word) in words.iter().enumerate() {
            let due: &[&str] = if kept(&at) { &["a"] } else { &[] };
            assert_eq!(found(&mut projects, word).await, due, "{word} in {title:?}");
        }
    }
}
