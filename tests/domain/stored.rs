//! The stored forms, byte by byte: they can't drift unnoticed.
//!
//! A change here is a change of the format on disk. A field may be added; what
//! is there must still open.

use std::fmt::Debug;

use minicbor::{Decode, Encode};
use outlay_server::domain::date::Date;
use outlay_server::domain::id::Id;
use outlay_server::domain::instant::Instant;
use outlay_server::domain::kind::Kind;
use outlay_server::domain::money::Money;
use outlay_server::domain::month::Month;
use outlay_server::domain::project::{FormerRegion, Project, Stage};
use outlay_server::domain::reference::region::{RegionLink, RegionSuccessor};
use outlay_server::domain::reference::{
    Cluster, Indicator, Industry, Organisation, Policy, Region, ReportScope,
};
use outlay_server::domain::stored::{from_bytes, to_bytes};
use outlay_server::error::Error;

use super::observation::{observation, whole_observation};
use super::reference::{cluster, indicator, industry, organisation, policy, region};
use super::sample::{
    cny, contact, date, english, id, instant, meeting, project, usd, whole_meeting, whole_project,
};
use super::target::{target, whole_target};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let byte = |index| u8::from_str_radix(&text[index..index + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(byte).collect()
}

pub(super) fn check<T>(value: &T, golden: &str)
where
    T: Encode<()> + for<'b> Decode<'b, ()> + PartialEq + Debug,
{
    let golden: String = golden.split_whitespace().collect();
    assert_eq!(hex(&to_bytes(value).unwrap()), golden, "{value:?}");
    assert_eq!(&from_bytes::<T>(&unhex(&golden)).unwrap(), value);
}

#[test]
fn values_are_stored_as_one_number_or_text() {
    check(&id("p-1"), "63 702d31");
    check(&date("2023-07-28"), "1a 0134b248");
    check(&Month::parse("2023-06").unwrap(), "1a 00031642");
    check(&instant("1970-01-01T00:00:01Z"), "1a 000f4240");
    check(&instant("1969-12-31T23:59:59.999999Z"), "20");
    check(&Stage::Terminated, "0d");
    check(&Kind::Meeting, "07");
    check(&Kind::ReviewDelegation, "0a");
    check(&Kind::Enrolment, "17");
    check(&Kind::Action, "13");
}

#[test]
fn money_leaves_out_what_is_usual() {
    check(&cny(0), "a0");
    check(&cny(1), "a1 02 1864");
    check(&cny(-1), "a1 02 3863");
    check(&usd(1), "a2 01 63555344 02 1864");
}

#[test]
fn the_smallest_records_are_stored_as_ever() {
    check(&region(None), REGION);
    check(&cluster(None), CLUSTER);
    check(&industry("C", None), INDUSTRY);
    check(&organisation(""), ORGANISATION);
    check(&policy(None, None), POLICY);
    check(&project(), PROJECT);
    check(&meeting(), MEETING);
    check(&indicator(None), INDICATOR);
    check(&observation(), OBSERVATION);
    check(&target(), TARGET);
}

#[test]
fn whole_records_are_stored_as_ever() {
    let names = english("Jiaxing");
    check(&Region { localized_names: names.clone(), ..region(Some("330000")) }, WHOLE_REGION);
    check(&dated_region(), DATED_REGION);
    check(&Cluster { localized_names: names.clone(), ..cluster(Some("w")) }, WHOLE_CLUSTER);
    let whole = Industry { localized_names: names.clone(), ..industry("38", Some("c")) };
    check(&whole, WHOLE_INDUSTRY);
    let whole = Organisation {
        localized_names: names.clone(),
        region: Some(id("330400")),
        address: "Road 1".to_owned(),
        contacts: vec![contact()],
        ..organisation("91350100M000100Y43")
    };
    check(&whole, WHOLE_ORGANISATION);
    let whole = Policy {
        localized_titles: names,
        issuer: Some(id("zj")),
        document_number: "No. 4".to_owned(),
        issue_date: Some(date("2023-01-01")),
        uri: "https://example.org".to_owned(),
        ..policy(Some("2023-01-01"), Some("2025-12-31"))
    };
    check(&whole, WHOLE_POLICY);
    check(&whole_project(), WHOLE_PROJECT);
    check(&whole_meeting(), WHOLE_MEETING);
    check(&whole_indicator(), WHOLE_INDICATOR);
    check(&whole_observation(), WHOLE_OBSERVATION);
    check(&whole_target(), WHOLE_TARGET);
    let former = FormerRegion {
        region: id("330104"),
        valid_to: date("2021-04-09"),
        reason: "Split".to_owned(),
        document_number: "No. 12".to_owned(),
    };
    let moved = Project { former_regions: vec![former], ..project() };
    let stored = hex(&to_bytes(&moved).unwrap());
    assert!(stored.ends_with(MOVED_PROJECT_END), "{stored}");
    assert_eq!(from_bytes::<Project>(&unhex(&stored)).unwrap(), moved);
}

fn whole_indicator() -> Indicator {
    let scope = ReportScope { industries: vec![id("c")], technical_transformation: true };
    Indicator {
        localized_names: english("Jiaxing"),
        report_scope: Some(scope),
        ..indicator(Some("gdp"))
    }
}

/// A region with dates in all places.
fn dated_region() -> Region {
    let link = |parent: &str, from: Option<&str>, to: Option<&str>| RegionLink {
        valid_from: from.map(date),
        valid_to: to.map(date),
        ..RegionLink::ever(id(parent))
    };
    let successor = RegionSuccessor {
        region: id("330105"),
        date: date("2021-04-09"),
        reason: "Merger".to_owned(),
        document_number: "No. 12".to_owned(),
    };
    Region {
        links: vec![
            link("a", None, Some("2000-01-01")),
            RegionLink {
                reason: "Move".to_owned(),
                document_number: "No. 1".to_owned(),
                ..link("b", Some("2000-01-01"), None)
            },
        ],
        valid_from: Some(date("1990-01-01")),
        valid_to: Some(date("2021-04-09")),
        successors: vec![successor],
        ..region(None)
    }
}

#[test]
fn a_field_of_the_future_is_skipped() {
    // Keys 99 and 100 are added: a number, and a map with a list.
    let mut bytes = to_bytes(&region(None)).unwrap();
    assert_eq!(bytes[0], 0xa3);
    bytes[0] = 0xa5;
    bytes.extend(unhex("186301"));
    bytes.extend(unhex("1864a1018201f6"));
    assert_eq!(from_bytes::<Region>(&bytes).unwrap(), region(None));
}

#[test]
fn what_is_damaged_is_refused() {
    let good = to_bytes(&region(Some("330000"))).unwrap();
    let damaged = |bytes: &[u8]| matches!(from_bytes::<Region>(bytes), Err(Error::Damaged(_)));
    for length in 0..good.len() {
        assert!(damaged(&good[..length]), "{length}");
    }
    assert!(damaged(&[good.as_slice(), &[0]].concat()));
    assert!(damaged(&unhex("a0")), "a region without a code");
    let fails = |text: &str| from_bytes::<Date>(&unhex(text)).is_err();
    assert!(fails("00") && fails("1a0134b28f") && fails("3a0134b247"));
    assert!(from_bytes::<Month>(&unhex("1a00031649")).is_err());
    assert!(from_bytes::<Money>(&unhex("a20163636e79021864")).is_err());
    assert!(from_bytes::<Stage>(&[14]).is_err() && from_bytes::<Stage>(&[0]).is_err());
    assert!(from_bytes::<Id>(&[1]).is_err() && from_bytes::<Instant>(&[0x60]).is_err());
}

const REGION: &str = "a308663333303430300969e59889e585b4e5b8820b03";
const CLUSTER: &str = "a308625731096249540b01";
const INDUSTRY: &str = "a20861430968496e647573747279";
const ORGANISATION: &str = "a208664275726561750a01";
const POLICY: &str = "a1086434313558";
const PROJECT: &str = "\
    a708010a7818e696b0e5bbbae58589e4bc8fe7bb84e4bbb6e9a1b9e79bae0d686a782d736f6c6172\
    0e66333330343032106433383235120114a101a1021b00000002540be400";
const MEETING: &str = "\
    a508010a75e5b7a5e4b89ae68a95e8b584e5baa7e8b088e4bc9a0c010d667a6a2d6569740f663333\
    30343030";
const DATED_REGION: &str = "\
    a708663333303430300969e59889e585b4e5b8820b030d82a2016161031a01312d65a4016162021a\
    01312d6504644d6f766505654e6f2e20310e1a012fa6c50f1a013462e91081a40166333330313035\
    021a013462e903664d657267657204664e6f2e203132";
const MOVED_PROJECT_END: &str = "\
    183c81a40166333330313034021a013462e9036553706c697404664e6f2e203132";
const INDICATOR: &str = "a3086366616909634641490b01";
const OBSERVATION: &str = "\
    a4086631303030303009636661690a663230323248310c81a30166323731343330021a01348b2b04\
    01";
const TARGET: &str = "a4086633333034303009636661690a1907e70c64302e3135";
const WHOLE_INDICATOR: &str = "\
    a6086366616909634641490aa162656e674a696178696e670b010c636764700da20181616302f5";
const WHOLE_OBSERVATION: &str = "\
    a5086631303030303009636661690a663230323248310c82a30166323731343330021a01348b2b04\
    01a601683237313433312e35021a0134afe80365302e303631040305a301636e627302644e657773\
    037368747470733a2f2f6578616d706c652e6f7267066859656172626f6f6b0d81a5016632333432\
    3133021a00031642036643656e7375730466427572656175051b0006018777a86000";
const WHOLE_TARGET: &str = "\
    a8086633333034303009636661690a1907e70b6c3132303030303030303030300c64302e31350d65\
    4e6f2e20310e64343135780f64506c616e";
const WHOLE_REGION: &str = "\
    a508663333303430300969e59889e585b4e5b8820aa162656e674a696178696e670b030d81a10166\
    333330303030";
const WHOLE_CLUSTER: &str = "a508625731096249540aa162656e674a696178696e670b010c6177";
const WHOLE_INDUSTRY: &str = "\
    a4086233380968496e6475737472790aa162656e674a696178696e670c6163";
const WHOLE_ORGANISATION: &str = "\
    a7086642757265617509a162656e674a696178696e670a010b7239313335303130304d3030303130\
    305934330c663333303430300d66526f616420310e81a501654c69204e61026f4465707574792044\
    69726563746f72036642757265617504692b3836203537332031056e6c69406578616d706c652e6f\
    7267";
const WHOLE_POLICY: &str = "\
    a808643431355809a162656e674a696178696e670a627a6a0b654e6f2e20340c1a0134afd50d1a01\
    34afd50e1a0135025f0f7368747470733a2f2f6578616d706c652e6f7267";
const WHOLE_PROJECT: &str = "\
    b81f080c0a664c696e6520320ba162656e664c696e6520320c7818323330362d3333303430322d30\
    342d30322d3132333435360d686a782d736f6c61720e663333303430320f645061726b1064333832\
    351181627731120313f514a701a10219271002a10219232803a102190bb804a102190fa005a10219\
    07d006a1021901f407a1021903e815a201635553440219012c1681a2010202a102191770171903e8\
    18181907d018191a0134afd5181a1a0134db4f181da102194e20181ea102190320181fa501654c69\
    204e61026f446570757479204469726563746f72036642757265617504692b383620353733203105\
    6e6c69406578616d706c652e6f7267182081a501654c69204e61026f446570757479204469726563\
    746f72036642757265617504692b3836203537332031056e6c69406578616d706c652e6f72671821\
    817570726f76696e6369616c2d6d616a6f722d323032331822a1616b6176182381a501665065726d\
    6974027568747470733a2f2f6578616d706c652e6f72672f70037840306630663066306630663066\
    30663066306630663066306630663066306630663066306630663066306630663066306630663066\
    30663066306630663066306604190400056f6170706c69636174696f6e2f706466182481a4016452\
    6f6f66021a0134b165031a0134b16e041a0134b16c18258163702d34182681a80107020c031a0134\
    b1e604654e6f2e20370565466c6f6f6406626a78071b0005ff619d54200008f5182807183e81666c696e652d33184081a8\
    016c6c696e652d322d616761696e02664c696e652032037818323330362d3333303430322d30342d\
    30322d363534333231040c0581a80107020c031a0134b1e604654e6f2e20370565466c6f6f640662\
    6a78071b0005ff619d54200008f50665547769636507626a78081b0005ff75bb2b8000";
const WHOLE_MEETING: &str = "\
    b81e08040a6953796d706f7369756d0ba162656e6953796d706f7369756d0c010d667a6a2d656974\
    0e81666a782d6569740f66333330343030108166333330313030118163702d31128163702d341367\
    4a696178696e67141b00060181999ee400151b000601841d59d000166d417369612f5368616e6768\
    6169176a46697273742068616c66181881b10161690201036948616c662d79656172040f05616106\
    616e078163702d31086178091b00060181999ee4000a8163702d340bf50c010d616f0e140f636d2d\
    3110666974656d2d3911636d2d33181981ae016161026857616e672057656903666a782d65697404\
    684469726563746f7205020601070408644368656e096374776f0a1b000600e0aae3e4000b65436c\
    65726b0c1b0006018187bd41000d1b0006018346c62c000e1b0006018187bd4100181a81ab016173\
    026161036169041b00060181ab808700051b00060181e12570000662757007646c616e6408646d6f\
    72650981a4016a496e766573746d656e74026431322e35036770657263656e740466323032334831\
    0a81a2011b00060181ab808700021b00060181e12570000b421807181d81a501665065726d697402\
    7568747470733a2f2f6578616d706c652e6f72672f70037840306630663066306630663066306630\
    66306630663066306630663066306630663066306630663066306630663066306630663066306630\
    66306630663066306604190400056f6170706c69636174696f6e2f706466181e1b000601819d326b\
    00181f1b000601842480de00182061721822667765656b6c79182368646973706174636818241b00\
    060181999ee400182581a2016178026149182803182b66323032334831182ca70150010101010101\
    01010101010101010101025820020202020202020202020202020202020202020202020202020202\
    0202020202031b0006018175db9e00041b00060181e1257000050106f50781582003030303030303\
    03030303030303030303030303030303030303030303030303182d02";
