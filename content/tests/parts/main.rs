//! Challenges as parts of a cluster, with the JavaScript that learners would write: the solution
//! gives the run of the built-in rule, and what is wrong shows.

use election_content::compile::compile;
use election_content::{Challenge, Course};
use election_engine::elsewhere::rounds::{Next, Played, Rounds};
use election_engine::protocols::registry;
use election_engine::scenario::Scenario;
use election_engine::trace::TraceHash;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

/// What is wrong and cannot be seen in a cluster: the challenge, the variant, and why not.
const UNSEEN: &[(&str, &str, &str)] = &[
    ("store-that-remembers", "in-a-variable", "every question is asked once"),
    ("store-that-remembers", "one-for-all", "a cluster writes to one resource"),
    ("lease-still-mine", "until-the-very-end", "a lease begins a little after it is asked for"),
    ("lease-still-mine", "stretches-the-write", "a write is so short that its drift is nothing"),
    ("sentinel-failover", "just-now-is-never", "nobody is asked again in the same millisecond"),
    ("raft-count", "counts-strangers", "nobody answers who is no member"),
    ("raft-vote", "keeps-the-term", "the term reaches the node in the next message as well"),
    ("raft-vote", "old-term", "its own vote of the later term is in the way"),
];

static COURSE: LazyLock<Course> = LazyLock::new(|| {
    let problems = |_| panic!("the course has problems; the_course_has_no_problem lists them");
    compile(&root()).unwrap_or_else(problems)
});

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn challenge(slug: &str) -> &'static Challenge {
    let mut all = COURSE.workshop.challenges.iter();
    all.find(|challenge| challenge.slug == slug).expect("there is such a challenge")
}

/// A process that calls learners' functions.
struct Node(Child);

impl Node {
    fn start() -> Node {
        let mut command = Command::new("node");
        command.arg(root().join("tests/challenges/answer.mjs"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        Node(command.spawn().expect("Node.js is installed, as the README asks"))
    }

    fn answer(&mut self, source: &str, function: &str, calls: &[Value]) -> Vec<Option<Value>> {
        let job = json!({ "source": source, "function": function, "calls": calls });
        let input = self.0.stdin.as_mut().expect("it is piped");
        writeln!(input, "{job}").expect("the process listens");
        let mut line = String::new();
        let output = self.0.stdout.as_mut().expect("it is piped");
        BufReader::new(output).read_line(&mut line).expect("the process answers");
        let answers: Vec<Option<[Value; 1]>> =
            serde_json::from_str(&line).expect("the source can be loaded");
        answers.into_iter().map(|answer| answer.map(|[value]| value)).collect()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It ends with its input; there is nothing left to ask.
        drop(self.0.stdin.take());
        self.0.wait().expect("it ends");
    }
}

/// Every run of a challenge with a source in it, and how many rounds each took.
fn play(node: &mut Node, challenge: &Challenge, source: &str) -> Vec<(Played, usize)> {
    let part = challenge.part.expect("it can be a part");
    let settle = |scenario: &Scenario| {
        let mut rounds = Rounds::new(part, scenario).expect("the run has this part");
        for round in 1.. {
            match rounds.play() {
                Next::Settled(played) => return (played, round),
                Next::Ask(calls) => {
                    rounds.learn(&node.answer(source, &challenge.function, &calls));
                }
            }
        }
        unreachable!("rounds end")
    };
    challenge.runs.iter().map(settle).collect()
}

fn hash(scenario: &Scenario) -> TraceHash {
    let mut run = registry::open(scenario.clone());
    run.seek(run.end());
    run.hash()
}

/// The wrong solutions of a challenge by name.
fn broken(slug: &str) -> BTreeMap<String, String> {
    let folder = root().join("challenges").join(slug).join("broken");
    let files = folder.read_dir().expect("there are wrong solutions");
    let read = |path: PathBuf| {
        let name = path.file_stem().expect("it is a file").to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).expect("it can be read"))
    };
    files.map(|file| read(file.expect("it is there").path())).collect()
}

/// The solution follows the rule, and every other code shows what it does, if it can.
fn tells_right_from_wrong(slug: &str) {
    let challenge = challenge(slug);
    let mut node = Node::start();
    for (scenario, (played, rounds)) in
        challenge.runs.iter().zip(play(&mut node, challenge, &challenge.solution))
    {
        let title = &scenario.title;
        assert_eq!(played.damage, Vec::<String>::new(), "{slug}, {title}: the solution");
        assert!(played.decisions > 0, "{slug}, {title}: nothing is asked");
        assert_eq!(hash(&played.scenario), hash(scenario), "{slug}, {title}: not by the rule");
        println!("{slug}, {title}: {} decisions in {rounds} rounds", played.decisions);
    }
    let mut wrong = Vec::new();
    for (variant, source) in broken(slug) {
        let runs = play(&mut node, challenge, &source);
        let unseen = UNSEEN.iter().any(|it| (it.0, it.1) == (slug, &*variant));
        let seen = runs.iter().any(|(played, _)| !played.damage.is_empty());
        println!("{slug}, {variant}:");
        for (played, rounds) in &runs {
            println!("    {rounds} rounds, {:?}", played.damage);
        }
        if seen == unseen {
            wrong.push(variant);
        }
    }
    assert_eq!(wrong, Vec::<String>::new(), "{slug}: shows no damage, or unexpectedly does");
}

macro_rules! challenges {
    ($($test:ident $slug:literal,)*) => {
        $(#[test]
        fn $test() {
            tells_right_from_wrong($slug);
        })*

        #[test]
        fn every_part_is_played() {
            let with_part = COURSE.workshop.challenges.iter().filter(|challenge| challenge.part.is_some());
            let mut slugs: Vec<&str> = with_part.map(|challenge| &*challenge.slug).collect();
            slugs.sort_unstable();
            let mut played = [$($slug,)*];
            played.sort_unstable();
            assert_eq!(slugs, played);
        }
    };
}

challenges! {
    the_store "store-that-remembers",
    votes "raft-vote",
    a_lease "lease-still-mine",
    bully_messages "bully-messages",
    a_ring "ring-election",
    a_count "raft-count",
    a_queue "zookeeper-watch",
    a_failover "sentinel-failover",
    a_detector "failure-detector",
}
