//! The search against another one: Raft's elections, written again for the crate `stateright`,
//! have as many states within the same bounds, and the same shortest violation.
#![cfg(not(target_arch = "wasm32"))]

mod model;

use election_engine::checks::Check;
use election_engine::explore::{Answer, Bounds, Faults, Question, Search};
use election_engine::protocols::registry::{self, ProtocolConfig};
use model::Cluster;
use stateright::{Checker, Model};

/// The same question to the engine.
fn search(cluster: Cluster) -> Box<dyn Search> {
    let mut protocol = ProtocolConfig::named("raft").unwrap();
    if cluster.forgets {
        assert!(protocol.switch_off("vote-on-disk"));
    }
    let (crashes, restarts) = cluster.faults;
    let question = Question {
        faults: Faults { crashes, restarts, ..Faults::default() },
        bounds: Bounds {
            number: u64::from(cluster.terms),
            in_flight: cluster.in_flight as u32,
            ..Bounds::default()
        },
        ..Question::new(protocol, cluster.nodes, Check::OneLeaderPerNumber)
    };
    let mut search = registry::search(question).unwrap();
    while search.advance(100_000) {}
    search
}

const PLAIN: Cluster = Cluster { nodes: 3, forgets: false, faults: (0, 0), terms: 1, in_flight: 3 };

#[test]
fn the_same_number_of_states_within_the_same_bounds() {
    for cluster in [
        Cluster { nodes: 2, in_flight: 4, ..PLAIN },
        Cluster { nodes: 2, terms: 3, in_flight: 3, ..PLAIN },
        PLAIN,
        Cluster { in_flight: 4, ..PLAIN },
        Cluster { terms: 2, ..PLAIN },
        Cluster { faults: (1, 1), ..PLAIN },
        Cluster { nodes: 2, faults: (2, 1), terms: 2, ..PLAIN },
        Cluster { nodes: 4, ..PLAIN },
    ] {
        let theirs = cluster.checker().spawn_bfs().join();
        theirs.assert_no_discovery("one leader per term");
        let ours = search(cluster);
        assert_eq!(ours.answer(), Some(&Answer::None(None)), "{cluster:?}");
        assert_eq!(ours.progress().states as usize, theirs.unique_state_count(), "{cluster:?}");
        assert!(ours.progress().led, "{cluster:?}");
    }
}

#[test]
fn the_same_shortest_run_to_two_leaders_in_one_term() {
    let cluster = Cluster { forgets: true, faults: (1, 1), in_flight: 7, ..PLAIN };
    let theirs = cluster.checker().spawn_bfs().join();
    let path = theirs.discovery("one leader per term").expect("it falls").into_actions();
    let ours = search(cluster);
    let finding = ours.finding().expect("it falls");
    assert_eq!((path.len(), finding.events.len() - 1), (8, 8));
}
