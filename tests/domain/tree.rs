//! Trees, also of data that isn't one.

use outlay_server::domain::id::Id;
use outlay_server::domain::tree::Tree;

use super::sample::id;

fn tree(nodes: &[(&str, &str)]) -> Tree {
    let parent = |parent: &str| (!parent.is_empty()).then(|| id(parent));
    Tree::new(nodes.iter().map(|(node, above)| (id(node), parent(above))))
}

fn regions() -> Tree {
    tree(&[
        ("330000", "100000"),
        ("330400", "330000"),
        ("330402", "330400"),
        ("330411", "330400"),
        ("330100", "330000"),
        ("100000", ""),
    ])
}

fn ids(nodes: &[&str]) -> Vec<Id> {
    nodes.iter().map(|node| id(node)).collect()
}

#[test]
fn a_subtree_has_its_root_and_all_below() {
    let tree = regions();
    let cases: [(&str, &[&str]); 4] = [
        ("330400", &["330400", "330402", "330411"]),
        ("330402", &["330402"]),
        ("330000", &["330000", "330100", "330400", "330402", "330411"]),
        ("999999", &[]),
    ];
    for (top, nodes) in cases {
        assert_eq!(tree.subtree(&id(top)), ids(nodes), "{top}");
        for node in tree.subtree(&id("100000")) {
            assert_eq!(tree.is_within(&node, &id(top)), ids(nodes).contains(&node), "{node} {top}");
        }
    }
    assert_eq!(tree.roots(), ids(&["100000"]));
    assert_eq!(tree.children(&id("330400")), ids(&["330402", "330411"]));
    assert_eq!(tree.children(&id("330402")), ids(&[]));
}

#[test]
fn the_nodes_above_come_nearest_first() {
    assert_eq!(regions().ancestors(&id("330402")), ids(&["330400", "330000", "100000"]));
    assert_eq!(regions().ancestors(&id("100000")), ids(&[]));
    assert_eq!(regions().parent(&id("330402")), Some(&id("330400")));
    assert_eq!(regions().parent(&id("999999")), None);
}

#[test]
fn a_circle_or_a_missing_parent_in_the_data_does_no_harm() {
    let circle = tree(&[("a", "c"), ("b", "a"), ("c", "b"), ("self", "self"), ("lone", "gone")]);
    assert_eq!(circle.subtree(&id("a")), ids(&["a", "b", "c"]));
    assert_eq!(circle.ancestors(&id("a")), ids(&["c", "b"]));
    assert_eq!(circle.ancestors(&id("self")), ids(&[]));
    assert_eq!(circle.roots(), ids(&["lone"]));
    assert_eq!(circle.parent(&id("lone")), None);
    assert!(circle.subtree(&id("gone")).is_empty());
    assert!(!circle.is_within(&id("lone"), &id("gone")));
}
