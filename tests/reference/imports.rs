//! The import: by codes and names, in batches, as often as one likes.

use outlay_proto::v1;
use outlay_proto::v1::ImportOutcome::{Created, Refused, Unchanged, Updated};
use outlay_proto::v1::reference_record::Record;
use tonic::Code;

use super::rules::credit_code;
use crate::support::records::{county, industry, organisation, policy, row, seeds};
use crate::support::refusal::taken_apart;
use crate::support::{Server, batch, import, import_into, refused, told};

fn options(validate_only: bool, all_or_nothing: bool) -> Option<v1::ImportOptions> {
    Some(v1::ImportOptions { validate_only, all_or_nothing })
}

fn regions(given: &[v1::Region]) -> Vec<v1::ReferenceRecord> {
    given.iter().cloned().map(Record::Region).map(row).collect()
}

/// The outcomes of all rows of an import.
async fn outcomes(
    server: &Server,
    batches: Vec<v1::ImportReferencesRequest>,
) -> Vec<v1::ImportOutcome> {
    let answers = import(&mut server.reference(), batches).await.unwrap();
    let results = answers.iter().flat_map(|answer| &answer.results);
    results.map(v1::ImportResult::outcome).collect()
}

async fn exists(server: &Server, id: &str) -> bool {
    let request = v1::GetRegionRequest { name: format!("regions/{id}"), ..Default::default() };
    server.reference().get_region(request).await.is_ok()
}

#[tokio::test]
async fn a_second_run_finds_everything_as_it_should_be_and_writes_nothing() {
    let server = Server::seeded().await;
    let revision = server.revision().await;
    let answers = import(&mut server.reference(), vec![batch(1, seeds())]).await.unwrap();
    assert_eq!((answers.len(), answers[0].sequence, answers[0].revision), (1, 1, revision));
    for result in &answers[0].results {
        assert_eq!(result.outcome(), Unchanged, "{result:?}");
        assert!(!result.name.is_empty());
    }
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn each_row_is_created_updated_left_or_refused() {
    let server = Server::seeded().await;
    let mut renamed = county("330402", "330400");
    renamed.display_name = "南湖".to_owned();
    let rows = regions(&[
        county("330421", "330400"),
        renamed,
        county("330424", "999999"),
        county("bad code", "330400"),
        county("330482", "330421"),
    ]);
    let answers = import(&mut server.reference(), vec![batch(1, rows)]).await.unwrap();
    let results = &answers[0].results;
    let came: Vec<_> = results.iter().map(v1::ImportResult::outcome).collect();
    assert_eq!(came, [Created, Updated, Refused, Refused, Created]);
    assert_eq!(results[0].name, "regions/330421");
    let why: Vec<_> = results
        .iter()
        .flat_map(|result| &result.violations)
        .map(|one| (one.field.as_str(), one.reason.as_str()))
        .collect();
    assert_eq!(why, [("region.parent", "REFERENCE_UNKNOWN"), ("region.code", "FIELD_FORMAT")]);
    assert_eq!(answers[0].revision, server.revision().await);
    assert!(exists(&server, "330421").await && !exists(&server, "330424").await);
}

#[tokio::test]
async fn batches_are_acknowledged_as_they_come() {
    let server = Server::start();
    let batches = (1..=5).map(|at| batch(at, regions(&[county(&format!("33000{at}"), "")])));
    let answers = import(&mut server.reference(), batches.collect()).await.unwrap();
    let sequences: Vec<_> = answers.iter().map(|answer| answer.sequence).collect();
    assert_eq!(sequences, [1, 2, 3, 4, 5]);
    assert!(answers.windows(2).all(|two| two[0].revision < two[1].revision));
}

#[tokio::test]
async fn a_dry_run_tells_and_writes_nothing() {
    let server = Server::seeded().await;
    let revision = server.revision().await;
    let mut dry = batch(1, regions(&[county("330421", "330400"), county("330402", "330400")]));
    dry.options = options(true, false);
    assert_eq!(outcomes(&server, vec![dry]).await, [Created, Updated]);
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn all_or_nothing_writes_all_in_one_commit_or_nothing() {
    let server = Server::seeded().await;
    let revision = server.revision().await;
    let mut first = batch(1, regions(&[county("330421", "330400")]));
    first.options = options(false, true);
    let bad = batch(2, regions(&[county("330424", "nope"), county("330482", "330421")]));
    let mut answers = Vec::new();
    let ended = import_into(&mut server.reference(), vec![first.clone(), bad], &mut answers).await;
    let refusal = taken_apart(&ended.unwrap_err());
    assert_eq!(refusal.code, Code::InvalidArgument);
    assert_eq!(answers.len(), 2, "every row is told of: {answers:?}");
    assert_eq!(answers[1].results[0].outcome(), Refused);
    assert_eq!(server.revision().await, revision);
    assert!(!exists(&server, "330421").await);

    let good = batch(2, regions(&[county("330482", "330421")]));
    assert_eq!(outcomes(&server, vec![first, good]).await, [Created, Created]);
    assert_eq!(server.revision().await, revision + 1);
}

#[tokio::test]
async fn too_much_for_one_commit_is_refused_at_once() {
    let server = Server::start();
    let rows = |from: usize, count: usize| {
        let counties: Vec<_> = (from..from + count).map(|at| county(&at.to_string(), "")).collect();
        regions(&counties)
    };
    let mut first = batch(1, rows(100_000, 1_000));
    first.options = options(false, true);
    let batches = vec![first.clone(), batch(2, rows(200_000, 1))];
    let refusal = taken_apart(&import(&mut server.reference(), batches).await.unwrap_err());
    assert_eq!(refusal, (Code::ResourceExhausted, "TOO_LARGE"));
    assert_eq!(server.revision().await, 1, "nothing but the server's own secret");
    let outcomes = outcomes(&server, vec![first]).await;
    assert_eq!(outcomes.len(), 1_000);

    let many = taken_apart(
        &import(&mut server.reference(), vec![batch(1, rows(1, 1_001))]).await.unwrap_err(),
    );
    many.has_fields(&[("rows", "FIELD_TOO_LONG")]);
}

#[tokio::test]
async fn a_wrong_sequence_ends_the_stream_and_what_came_before_stays() {
    let server = Server::seeded().await;
    for (sequences, code) in
        [(&[0][..], "4210"), (&[2], "4211"), (&[1, 3], "4212"), (&[1, 1], "4213")]
    {
        let batches = sequences.iter().enumerate().map(|(at, number)| {
            batch(*number, regions(&[county(&format!("{code}{at}"), "330400")]))
        });
        let mut answers = Vec::new();
        let ended = import_into(&mut server.reference(), batches.collect(), &mut answers).await;
        taken_apart(&ended.unwrap_err()).names_fields(&[("sequence", "FIELD_OUT_OF_RANGE")]);
        assert_eq!(answers.len(), sequences.len() - 1, "{sequences:?}");
        assert_eq!(exists(&server, &format!("{code}0")).await, sequences.len() > 1);
    }
}

#[tokio::test]
async fn options_stand_in_the_first_message_only() {
    let server = Server::start();
    let mut second = batch(2, Vec::new());
    second.options = options(true, false);
    let ended = import(&mut server.reference(), vec![batch(1, Vec::new()), second]).await;
    taken_apart(&ended.unwrap_err()).has_fields(&[("options", "FIELD_CONTRADICTION")]);
}

#[tokio::test]
async fn a_row_twice_in_a_batch_is_refused_the_second_time() {
    let server = Server::seeded().await;
    let rows = regions(&[county("330421", "330400"), county("330421", "330000")]);
    assert_eq!(outcomes(&server, vec![batch(1, rows)]).await, [Created, Refused]);
}

#[tokio::test]
async fn rows_without_a_code_need_a_name_or_a_unique_number() {
    let server = Server::seeded().await;
    let code = credit_code("91330400MA28A0000");
    let coded = v1::Organisation { credit_code: code.clone(), ..organisation("甲") };
    let nameless = organisation("乙");
    let numbered = v1::Policy { document_number: "No. 4".to_owned(), ..policy("丙") };
    let rows = |organisation: v1::Organisation| {
        vec![
            row(Record::Organisation(organisation)),
            row(Record::Organisation(nameless.clone())),
            row(Record::Policy(numbered.clone())),
        ]
    };
    let first = batch(1, rows(coded.clone()));
    assert_eq!(outcomes(&server, vec![first.clone()]).await, [Created, Refused, Created]);
    let revision = server.revision().await;
    assert_eq!(outcomes(&server, vec![first]).await, [Unchanged, Refused, Unchanged]);
    assert_eq!(server.revision().await, revision);
    let renamed = v1::Organisation { display_name: "改名".to_owned(), ..coded };
    let again = batch(1, rows(renamed));
    assert_eq!(outcomes(&server, vec![again]).await, [Updated, Refused, Unchanged]);
}

#[tokio::test]
async fn an_empty_row_is_refused_with_a_reason() {
    let server = Server::start();
    let rows = vec![v1::ReferenceRecord { record: None }];
    let answers = import(&mut server.reference(), vec![batch(1, rows)]).await.unwrap();
    let result = &answers[0].results[0];
    assert_eq!(result.outcome(), Refused);
    assert!(!result.violations.is_empty(), "{result:?}");
}

#[tokio::test]
async fn a_name_that_contradicts_the_code_is_refused() {
    let server = Server::seeded().await;
    let mut strange = county("330421", "330400");
    strange.name = "regions/elsewhere".to_owned();
    assert_eq!(outcomes(&server, vec![batch(1, regions(&[strange]))]).await, [Refused]);
    assert!(!exists(&server, "elsewhere").await);
}

#[tokio::test]
async fn a_deleted_record_is_not_brought_back_by_an_import() {
    let server = Server::seeded().await;
    let delete =
        v1::DeleteRegionRequest { name: "regions/330411".to_owned(), ..Default::default() };
    told(server.reference().delete_region(delete).await);
    let rows = regions(&[county("330411", "330400")]);
    assert_eq!(outcomes(&server, vec![batch(1, rows)]).await, [Refused]);
}

#[tokio::test]
async fn an_industry_of_an_import_is_held_to_the_rules() {
    let server = Server::seeded().await;
    let rows = vec![
        row(Record::Industry(industry("391", "计算机制造", ""))),
        row(Record::Industry(industry("392", "通信设备制造", "39"))),
    ];
    assert_eq!(outcomes(&server, vec![batch(1, rows)]).await, [Refused, Created]);
}

#[tokio::test]
async fn a_refused_row_leaves_no_trace() {
    let server = Server::seeded().await;
    let (one, two) = (credit_code("91330400MA28A0000"), credit_code("91330400MA28A0001"));
    let coded = |id: &str, code: &str| v1::Organisation {
        name: format!("organisations/{id}"),
        credit_code: code.to_owned(),
        ..organisation(id)
    };
    let rows = vec![
        row(Record::Organisation(coded("first", &one))),
        row(Record::Organisation(coded("second", &two))),
    ];
    assert_eq!(outcomes(&server, vec![batch(1, rows)]).await, [Created, Created]);
    let revision = server.revision().await;

    // The second wants the first's code: it is refused, and keeps its own.
    let rows = vec![row(Record::Organisation(coded("second", &one)))];
    assert_eq!(outcomes(&server, vec![batch(1, rows)]).await, [Refused]);
    assert_eq!(server.revision().await, revision, "a refused row writes nothing");
    let thief = v1::CreateOrganisationRequest {
        organisation: Some(v1::Organisation { name: String::new(), ..coded("third", &two) }),
        ..Default::default()
    };
    let answer = refused(server.reference().create_organisation(thief).await);
    assert_eq!(answer, (Code::AlreadyExists, "CODE_TAKEN"));
}

#[tokio::test]
async fn a_dry_run_of_several_batches_tells_what_a_run_would() {
    let server = Server::seeded().await;
    let mut first = batch(1, regions(&[county("330421", "330400")]));
    let second = batch(2, regions(&[county("330422", "330421")]));
    first.options = options(true, false);
    let dry = outcomes(&server, vec![first.clone(), second.clone()]).await;
    first.options = None;
    assert_eq!(dry, outcomes(&server, vec![first, second]).await);
}

#[tokio::test]
async fn several_imports_at_once_all_come_to_their_end() {
    let server = Server::seeded().await;
    let runs = (0..4).map(|run| {
        let mut reference = server.reference();
        let batches = (1..=10)
            .map(move |at| batch(at, regions(&[county(&format!("33{run}{at:03}"), "330400")])));
        tokio::spawn(async move { import(&mut reference, batches.collect()).await })
    });
    for run in runs.collect::<Vec<_>>() {
        let answers = run.await.unwrap().unwrap();
        let results = answers.iter().flat_map(|answer| &answer.results);
        assert!(results.clone().all(|result| result.outcome() == Created), "{answers:?}");
        assert_eq!(results.count(), 10);
    }
}

#[tokio::test]
async fn a_row_changes_what_it_gives_and_nothing_else() {
    let server = Server::start();
    let names = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(tag, name)| ((*tag).to_owned(), (*name).to_owned())).collect()
    };
    let mut first = county("330402", "");
    first.localized_names = names(&[("zh", "南湖区"), ("en", "Nanhu District")]);
    assert_eq!(outcomes(&server, vec![batch(1, regions(&[first.clone()]))]).await, [Created]);
    // Neither its name nor its type is repeated, and one language is new.
    let second = v1::Region {
        code: "330402".to_owned(),
        localized_names: names(&[("de", "Bezirk Nanhu")]),
        ..Default::default()
    };
    let batches = || vec![batch(1, regions(std::slice::from_ref(&second)))];
    assert_eq!(outcomes(&server, batches()).await, [Updated]);
    assert_eq!(outcomes(&server, batches()).await, [Unchanged]);
    let get = v1::GetRegionRequest { name: "regions/330402".to_owned(), ..Default::default() };
    let region = told(server.reference().get_region(get).await);
    assert_eq!((&region.display_name, region.r#type), (&first.display_name, first.r#type));
    let all = [("zh", "南湖区"), ("en", "Nanhu District"), ("de", "Bezirk Nanhu")];
    assert_eq!(region.localized_names, names(&all));
}
