//! Regions that change, and lists as of a day, from the command line.

use super::outlay;
use crate::support::Server;
use crate::support::records::project;

/// Ids of a list.
async fn ids(server: &Server, command: &str) -> Vec<String> {
    let listed = outlay(server).run(&format!("{command} -o json")).await.json();
    let name = |one: &serde_json::Value| one["name"].as_str().unwrap().to_owned();
    listed.as_array().unwrap().iter().map(name).collect()
}

#[tokio::test]
async fn regions_move_merge_and_split() {
    let server = Server::seeded().await;
    crate::project::create(&mut server.projects(), "p", project("一")).await;
    let say = async |verb: &str| outlay(&server).run(verb).await;
    say("region move 330411 --parent 330100 --date 2020-01-01 --reason 划转 --document 12号")
        .await
        .worked();
    assert_eq!(
        ids(&server, "region list --region 330100 --as-of 2019-12-31").await,
        ["regions/330100", "regions/330106", "regions/330108"]
    );
    let moved = say("region get 330411 --as-of 2019-12-31 -o json").await.json();
    assert_eq!(moved["parent"], "regions/330400");
    assert_eq!(moved["links"][1]["documentNumber"], "12号");
    say("region split 330402 --part 330402 --date 2021-01-01 \
         --new '{\"code\": \"330403\", \"displayName\": \"新区\", \"type\": \"COUNTY\"}'")
    .await
    .worked();
    let reassigned = say("project reassign p --region 330403 --date 2021-01-01").await.worked();
    assert!(reassigned.contains("CHANGED"), "{reassigned}");
    assert!(ids(&server, "project list --region 330402").await.is_empty());
    let eve = "project list --region 330402 --as-of 2020-12-31";
    assert_eq!(ids(&server, eve).await, ["projects/p"]);
    say("region merge 330402 --source 330403 --date 2022-01-01").await.worked();
    assert_eq!(ids(&server, "project list --region 330402").await, ["projects/p"]);
    let all = ids(&server, "region list --region 330400 --show-invalid").await;
    assert_eq!(all, ["regions/330400", "regions/330402", "regions/330403"]);
    let history = say("region history 330403").await.worked();
    assert!(
        history.contains("regions/330403 merged into regions/330402 on 2022-01-01"),
        "{history}"
    );
}

#[tokio::test]
async fn what_can_not_be_is_told_with_the_field_and_the_way_out() {
    let server = Server::seeded().await;
    let say = async |verb: &str| outlay(&server).run(verb).await;
    say("region merge 330402 --source 330411 --date 2021-01-01").await.worked();
    for (command, code, said) in [
        ("region move 330402 --parent 330411 --date 2022-01-01", 2, "followed by regions/330402"),
        ("region merge 330402 --source 330411 --date 2022-01-01", 2, "REGION_NOT_VALID"),
        ("region split 330402 --part 330402 --date 2022-01-01", 2, "FIELD_TOO_SHORT"),
        ("project list --region 330411", 2, "followed by regions/330402"),
        ("project list --region 330402 --as-of 2021-02-30", 2, "as_of"),
        ("region move 330402 --parent 330100", 2, "--date"),
        ("region move 339999 --parent 330100 --date 2022-01-01", 3, "RECORD_NOT_FOUND"),
        ("project reassign nobody --region 330402 --date 2022-01-01", 3, "projects/nobody"),
    ] {
        let err = say(command).await.failed(code);
        assert!(err.contains(said), "{command}: {err}");
    }
}

#[tokio::test]
async fn the_first_day_of_a_region_is_imported() {
    let server = Server::seeded().await;
    let file = "code,name_zh,level,parent,valid_from\n330403,新区,county,330400,2021-04-09\n";
    outlay(&server).stdin(file).run("region import -").await.worked();
    let listed =
        async |day| ids(&server, &format!("region list --region 330400 --as-of {day}")).await;
    assert_eq!(listed("2021-04-08").await.len(), 3);
    assert_eq!(listed("2021-04-09").await.len(), 4);
    let revision = server.revision().await;
    let exported = outlay(&server).run("region list --all --show-invalid -o csv").await.worked();
    outlay(&server).stdin(exported).run("region import -").await.worked();
    assert_eq!(server.revision().await, revision, "what was exported is as it was");
}
