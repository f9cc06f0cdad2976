//! The set-up in the form: a scenario that is changed, and a script that is kept until it runs,
//! even while it does not fit.

use super::draft::{self, Change};
use election_engine::ids::NodeId;
use election_engine::run::Run;
use election_engine::scenario::{Scenario, Scripted};

/// A set-up that is being written.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    scenario: Scenario,
    /// For how many nodes its script and its clocks were written.
    nodes: u8,
    /// For which algorithm.
    row: &'static str,
}

impl Plan {
    /// One that begins with a scenario.
    pub fn new(scenario: Scenario) -> Plan {
        Plan { nodes: scenario.cluster.nodes, row: scenario.protocol.info().name, scenario }
    }

    /// The set-up of a run, without what was done to it by hand.
    pub fn of(run: &dyn Run) -> Plan {
        let mut scenario = run.scenario();
        scenario.script.truncate(scenario.script.len() - run.done_by_hand().len());
        Plan::new(scenario)
    }

    /// The scenario as it is shown. Its script may not fit: see [`Plan::ready`].
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The same with a change.
    ///
    /// # Errors
    /// A sentence that says what fits.
    pub fn with(&self, change: &Change) -> Result<Plan, String> {
        Ok(Plan { scenario: draft::with(&self.scenario, change)?, ..*self })
    }

    /// The same with nothing in its script.
    pub fn without_script(&self) -> Plan {
        Plan { scenario: Scenario { script: vec![], ..self.scenario.clone() }, ..*self }
    }

    /// The same with what was done by hand to a run in its script.
    ///
    /// # Errors
    /// A sentence, if there is nothing, or if it does not fit.
    pub fn with_done_by_hand(&self, run: &dyn Run) -> Result<Plan, String> {
        let done = run.done_by_hand();
        let mut next = self.clone();
        next.scenario.script.extend(done.iter().filter(|entry| !self.does(entry)).cloned());
        next.scenario.script.sort_by_key(|entry| entry.at_ms);
        if done.is_empty() {
            return Err("Nothing was done by hand to the run in view.".to_owned());
        }
        if next.scenario.script == self.scenario.script {
            return Err("Its script does that already.".to_owned());
        }
        if run.scenario().cluster.nodes != self.nodes {
            return Err(format!(
                "What was done by hand is for {} nodes, but this set-up is for {}.",
                run.scenario().cluster.nodes,
                self.nodes
            ));
        }
        let row = run.scenario().protocol.info().name;
        if row != self.row && done.iter().any(|entry| entry.action.message().is_some()) {
            return Err("Messages were touched by hand, and this set-up was begun with another algorithm, which sends others.".to_owned());
        }
        Ok(next)
    }

    fn does(&self, entry: &Scripted) -> bool {
        self.scenario.script.contains(entry)
    }

    /// How many things its script does that do not fit it now.
    pub fn left_out(&self) -> usize {
        self.scenario.script.iter().filter(|entry| !self.fits(entry)).count()
    }

    /// What can run: without what does not fit.
    pub fn ready(&self) -> Scenario {
        let mut ready = self.scenario.clone();
        ready.script.retain(|entry| self.fits(entry));
        ready.cluster.clocks.retain(|change| self.knows(change.node));
        ready
    }

    fn fits(&self, entry: &Scripted) -> bool {
        let is_same = self.scenario.protocol.info().name == self.row;
        // Another algorithm sends other messages.
        (is_same || entry.action.message().is_none())
            && entry.action.members().into_iter().all(|member| self.knows(member))
            && self.scenario.check_action(&entry.action).is_ok()
    }

    /// The store takes the number after the last node, so in a cluster of another size the old
    /// number of the store, and its new one, are somebody else's.
    fn knows(&self, member: NodeId) -> bool {
        let nodes = self.scenario.cluster.nodes;
        nodes == self.nodes || member.0 < nodes.min(self.nodes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use election_engine::action::Action;
    use election_engine::protocols::registry;
    use election_engine::time::SimTime;

    const TEXT: &str = r#"{"version": 1, "protocol": {"raft": {}}, "cluster": {"nodes": 5}, "script": [
        {"at_ms": 1000, "do": {"crash": 1}},
        {"at_ms": 2000, "do": {"crash": 2}},
        {"at_ms": 3000, "do": {"crash": 5}},
        {"at_ms": 4000, "do": {"partition": [[0, 1], [2, 3, 4]]}},
        {"at_ms": 5000, "do": "heal"}
    ], "until_ms": 6000}"#;

    fn plan() -> Plan {
        Plan::new(Scenario::parse(TEXT).unwrap())
    }

    #[test]
    fn a_smaller_cluster_and_back_is_the_same_set_up() {
        let small = plan().with(&Change::Nodes(2)).unwrap();
        assert_eq!(small.left_out(), 3);
        // Neither node 2, who would be the store, nor the store, who was 5.
        let ready = small.ready();
        assert_eq!(ready.script.len(), 2);
        assert_eq!(ready.script[0].action, Action::Crash(NodeId(1)));
        assert_eq!(Scenario::parse(&serde_json::to_string(&ready).unwrap()).unwrap(), ready);
        let back = small.with(&Change::Nodes(5)).unwrap();
        assert_eq!((back.left_out(), back.ready()), (0, Scenario::parse(TEXT).unwrap()));
    }

    #[test]
    fn a_message_is_touched_in_the_algorithm_that_sent_it_and_in_no_other() {
        let mut run = registry::open(Scenario::parse(TEXT).unwrap());
        run.seek(SimTime::from_ms(200));
        let message = run.snapshot().flights.first().expect("Raft says something").id;
        run.act(Action::Drop(message)).unwrap();
        let plan = plan().with_done_by_hand(&*run).unwrap();
        let bully = plan.with(&Change::Protocol("bully".to_owned())).unwrap();
        assert_eq!((plan.left_out(), bully.left_out()), (0, 1));
        assert_eq!(bully.ready().script, Scenario::parse(TEXT).unwrap().script);
        let raft = bully.with(&Change::Protocol("raft".to_owned())).unwrap();
        assert_eq!(raft.ready(), plan.ready());
        // One that was begun with another algorithm never sent it.
        let bully = r#"{"version": 1, "protocol": {"bully": {}}, "cluster": {"nodes": 5}}"#;
        let other = Plan::new(Scenario::parse(bully).unwrap());
        assert!(other.with_done_by_hand(&*run).unwrap_err().starts_with("Messages were touched"));
    }

    #[test]
    fn in_a_larger_cluster_the_number_of_the_store_is_not_taken_for_a_node() {
        let large = plan().with(&Change::Nodes(7)).unwrap();
        assert_eq!(large.left_out(), 1);
        assert!(large.ready().script.iter().all(|entry| entry.action != Action::Crash(NodeId(5))));
    }

    #[test]
    fn another_algorithm_keeps_the_script_until_it_is_cleared() {
        let other = plan().with(&Change::Protocol("bully".into())).unwrap();
        assert_eq!(other.ready().script, plan().scenario().script);
        assert_eq!(other.without_script().ready().script, []);
    }

    #[test]
    fn what_was_done_by_hand_is_in_the_script_only_when_it_is_asked_for() {
        let mut run = registry::open(Scenario::parse(TEXT).unwrap());
        assert!(plan().with_done_by_hand(&*run).unwrap_err().contains("Nothing was done"));
        run.seek(SimTime::from_ms(1500));
        run.act(Action::Crash(NodeId(3))).unwrap();
        run.seek(SimTime::from_ms(6000));
        let written = Plan::of(&*run);
        assert_eq!(written, plan());
        let with = written.with_done_by_hand(&*run).unwrap();
        assert_eq!(with.scenario().script.len(), 6);
        assert_eq!(with.scenario().script[1].action, Action::Crash(NodeId(3)));
        assert!(with.with_done_by_hand(&*run).unwrap_err().contains("already"));
        let small = Plan::new(written.with(&Change::Nodes(3)).unwrap().ready());
        assert!(small.with_done_by_hand(&*run).unwrap_err().contains("for 5 nodes"));
    }
}
