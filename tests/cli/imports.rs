//! Imports of CSV files.

use super::outlay;
use crate::support::Server;

const REGIONS: &str = "code,name_zh,name_en,level,parent\n\
    100000,中华人民共和国,China,country,\n\
    330000,浙江省,Zhejiang Province,province,100000\n\
    330400,嘉兴市,Jiaxing City,prefecture,330000\n\
    330402,\"南湖区\",Nanhu District,county,330400\n";

#[tokio::test]
async fn a_file_is_imported_and_a_second_run_changes_nothing() {
    let server = Server::start();
    let dry = outlay(&server).stdin(REGIONS).run("region import - --dry-run").await;
    dry.worked();
    assert_eq!(
        outlay(&server).run("region list -o json").await.json().as_array().unwrap().len(),
        0
    );
    let first = outlay(&server).stdin(REGIONS).run("region import -").await;
    assert!(first.err.contains('4'), "{first:?}");
    first.worked();
    let revision = server.revision().await;
    let second = outlay(&server).stdin(REGIONS).run("region import - --all-or-nothing").await;
    second.worked();
    assert_eq!(server.revision().await, revision);
    let shown = outlay(&server).run("region get 330402 -o json").await.json();
    assert_eq!(shown["displayName"], "南湖区");
    assert_eq!(shown["localizedNames"]["en"], "Nanhu District");
    assert_eq!(shown["parent"], "regions/330400");
}

#[tokio::test]
async fn refused_rows_are_reported_with_their_lines_and_the_exit_code_is_1() {
    let server = Server::start();
    let file = format!(
        "{REGIONS}330411,秀洲区,,county,999999\n,无码,,county,330400\n330421,嘉善县,,county,330400\n"
    );
    let outcome = outlay(&server).stdin(&file).run("region import - -o json").await;
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert!(outcome.out.contains("REFERENCE_UNKNOWN"), "{outcome:?}");
    assert!(outcome.out.contains('6') && outcome.out.contains('7'), "{outcome:?}");
    let listed = outlay(&server).run("region list -o json").await.json();
    assert_eq!(listed.as_array().unwrap().len(), 5, "good rows are kept");
}

#[tokio::test]
async fn a_file_of_another_kind_is_refused() {
    let server = Server::start();
    for file in ["", "nonsense\n1\n", "code,code\n1,2\n"] {
        let outcome = outlay(&server).stdin(file).run("region import -").await;
        assert_ne!(outcome.code, 0, "{file:?} {outcome:?}");
        assert!(!outcome.err.is_empty(), "{outcome:?}");
    }
}
