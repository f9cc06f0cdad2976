//! The smallest course without a problem, written into a temporary folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use election_content::Course;
use election_content::compile::{Problem, compile};
use election_engine::experiments;
use election_engine::protocols::registry::{self, ProtocolConfig};
use tempfile::TempDir;

const FILES: [(&str, &str); 36] = [
    (
        "course/steps/1-why.md",
        "+++\ntitle = \"Why\"\ntask = \"Read this.\"\n+++\n\n## One leader\n\n\
         A [leader](term:leader) is one node ([paper](source:paper)).\n\n{{check who}}\n",
    ),
    ("course/steps/2-terms.md", "+++\ntitle = \"Terms\"\ntask = \"Say one.\"\n+++\n{{glossary}}\n"),
    (
        "course/steps/3-visual-model.md",
        "+++\ntitle = \"See\"\ntask = \"Watch.\"\n+++\n{{tour round}}\n",
    ),
    (
        "course/steps/4-code-example.md",
        "+++\ntitle = \"Code\"\ntask = \"Run.\"\n+++\n{{code count}}\n",
    ),
    (
        "course/steps/5-experiment.md",
        "+++\ntitle = \"Try\"\ntask = \"Do.\"\n+++\n{{experiments}}\n",
    ),
    ("course/steps/6-quiz.md", "+++\ntitle = \"Quiz\"\ntask = \"Answer.\"\n+++\n{{quiz}}\n"),
    (
        "course/steps/7-challenge.md",
        "+++\ntitle = \"Solve\"\ntask = \"Pass.\"\n+++\n{{challenge same}}\n",
    ),
    (
        "course/steps/8-real-world.md",
        "+++\ntitle = \"Real\"\ntask = \"Read.\"\n+++\nBack to [why](step:why).\n",
    ),
    (
        "course/steps/9-connections.md",
        "+++\ntitle = \"Next\"\ntask = \"Read.\"\n+++\nSee <https://example.org/>.\n",
    ),
    (
        "course/glossary.toml",
        "[[term]]\nid = \"leader\"\nname = \"Leader\"\ndefinition = \"The node that decides.\"\n",
    ),
    (
        "course/sources.toml",
        "[[source]]\nid = \"paper\"\ntitle = \"A Paper\"\nauthors = \"Somebody\"\nyear = 2014\n\
         published = \"A journal\"\nurl = \"https://example.org/paper\"\n",
    ),
    (
        "course/misconceptions.toml",
        "[[misconception]]\nid = \"two\"\nbelief = \"There are two.\"\ntruth = \"There is one.\"\n",
    ),
    (
        "course/quiz.toml",
        "[[question]]\nid = \"how-many\"\nprompt = \"How many leaders?\"\n\n\
         [[question.option]]\ntext = \"One\"\nright = true\nexplanation = \"So it is.\"\n\n\
         [[question.option]]\ntext = \"Two\"\nexplanation = \"\"\"\nNo:\n\none.\n\"\"\"\nmisconception = \"two\"\n\n\
         [[question.option]]\ntext = \"Three\"\nexplanation = \"Too many.\"\n",
    ),
    (
        "course/checks.toml",
        "[[question]]\nid = \"who\"\nprompt = \"Who leads?\"\n\n\
         [[question.option]]\ntext = \"Node 4\"\nright = true\nexplanation = \"It is the highest.\"\n\n\
         [[question.option]]\ntext = \"Node 0\"\nexplanation = \"It is the lowest.\"\n\n\
         [[question.option]]\ntext = \"Nobody\"\nexplanation = \"Somebody does.\"\n",
    ),
    (
        "course/tours/round.toml",
        "title = \"A round\"\nscenario = \"healthy\"\n\n\
         [[beat]]\ntitle = \"It stops\"\ncaption = \"Node 4 stops.\"\n\
         until = { kind = \"crash\", node = 4 }\nshows = [{ crashed = { node = 4 } }]\n\n\
         [beat.predict]\nprompt = \"Who stops?\"\n\
         [[beat.predict.option]]\ntext = \"Node 4\"\nright = true\nexplanation = \"Yes.\"\n\
         [[beat.predict.option]]\ntext = \"Node 0\"\nexplanation = \"No.\"\n",
    ),
    (
        "course/experiments.toml",
        "[[experiment]]\nid = \"stop-it\"\ntitle = \"Stop it\"\nintro = \"Try.\"\nscenario = \"healthy\"\n\
         after = \"Done.\"\nchallenge = \"same\"\n\n\
         [[experiment.goal]]\ntext = \"Crash node 4.\"\nhint = \"Press crash.\"\n\
         sequence = [{ kind = \"crash\", node = 4 }]\n",
    ),
    ("course/code/count.js", "// title: Counting\nconsole.log(1);\n"),
    ("course/scenarios/healthy.json", include_str!("healthy.json")),
    (
        "challenges/same/challenge.toml",
        "title = \"The same\"\nfunction = \"same\"\nafter_tour = \"round\"\nplace = 1\npar = 1\nhidden = 5\npart = \"ring\"\n",
    ),
    (
        "challenges/same/runs/calm.json",
        "{ \"version\": 1, \"title\": \"Calm\", \"protocol\": { \"chang-roberts\": {} } }",
    ),
    ("challenges/same/statement.md", "Write `same(a, b)`.\n"),
    ("challenges/same/starter.js", "function same(a, b) {}\n"),
    ("challenges/same/solution.js", "function same(a, b) { return a === b; }\n"),
    (
        "challenges/same/cases.json",
        "[\n  { \"name\": \"equal\", \"arguments\": [1, 1], \"expected\": true }\n]\n",
    ),
    ("challenges/same/hints.md", "Compare.\n---\nUse equality.\n---\nUse `===`.\n"),
    (
        "challenges/same/hidden.js",
        "function draw(random) { return { name: \"two\", arguments: [1, random.below(3)] }; }\n",
    ),
    ("challenges/same/ordered.js", "function same(a, b) {\n\n  return a === b;\n\n}\n"),
    ("challenges/same/gaps.js", "function same(a, b) { return a ⟦===⟧ b; }\n"),
    ("challenges/same/after.md", "Well done.\n"),
    (
        "course/capstone/capstone.toml",
        "title = \"All of it\"\nclass = \"Node\"\nwords = []\nrivals = [\"bully\"]\n\n\
         [[level]]\nid = \"calm\"\ntitle = \"Calm\"\nclaim = \"One leads.\"\nfaults = []\n\
         checks = [\"one-leader-per-number\"]\nmajority = false\nsettles_ms = 5000\n\n\
         [[example]]\nfile = \"first\"\ntitle = \"The first\"\nabout = \"It leads.\"\npasses = [\"calm\"]\n",
    ),
    ("course/capstone/statement.md", "Write `Node`.\n"),
    ("course/capstone/api.md", "`boot()` comes first.\n"),
    ("course/capstone/starter.js", "class Node extends Process {}\n"),
    ("course/capstone/hints.md", "Begin.\n---\nGo on.\n---\nEnd.\n"),
    ("course/capstone/after.md", "Well done.\n"),
    ("course/capstone/examples/first.js", "class Node extends Process {}\n"),
];

const BROKEN: [&str; 3] = ["loose", "never", "always"];

/// A change to the course that makes it wrong.
pub enum Edit<'a> {
    /// In this file, this text becomes that.
    Replace(&'a str, &'a str, &'a str),
    /// This file has these contents.
    Write(&'a str, &'a str),
    /// This file is gone.
    Remove(&'a str),
}

/// Writes the course, edits it, and compiles it.
pub fn compile_edited(edit: Option<&Edit<'_>>) -> Result<Course, Vec<Problem>> {
    let folder = TempDir::new().expect("a temporary folder can be made");
    for (path, text) in FILES {
        write(folder.path(), path, text);
    }
    for name in BROKEN {
        let path = format!("challenges/same/broken/{name}.js");
        write(folder.path(), &path, "// It guesses.\nfunction same() {}\n");
    }
    write_gallery(folder.path());
    write_measures(folder.path());
    if let Some(edit) = edit {
        apply(folder.path(), edit);
    }
    compile(folder.path())
}

/// A row for each algorithm of the engine, and what the engine cites among the sources.
fn write_gallery(root: &Path) {
    let mut cited = BTreeSet::new();
    for info in registry::ALL {
        let name = info.name;
        let row = "famous = \"It is [old](source:paper).\"\nfails = \"It breaks.\"\n\
                   family = \"classic\"\npromises = \"P\"\nneeds = \"N\"\nnot_promised = \"O\"\n\
                   instead = \"I\"\nchoose = \"C\"\ndetects = \"D\"\nmajority = \"no\"\n\
                   token = \"none\"\nfences = \"nobody\"\n\n\
                   [[scenario]]\nfile = \"calm\"\ntitle = \"Calm\"\nshows = \"Nothing.\"\n\
                   speed_permille = 1000\n";
        write(root, &format!("course/systems/{name}.toml"), row);
        let calm = format!("{{ \"version\": 1,\n  \"protocol\": {{ \"{name}\": {{}} }} }}\n");
        write(root, &format!("course/systems/{name}/calm.json"), &calm);
        let rules = ProtocolConfig::named(name).expect("it is in the registry").rules();
        cited.insert(info.source);
        cited.extend(rules.iter().filter_map(|rule| rule.source.split_whitespace().next()));
    }
    write(root, "course/systems/figures.json", "{}\n");
    let path = "course/sources.toml";
    let mut sources = fs::read_to_string(root.join(path)).expect("the file is in the fixture");
    for id in cited {
        sources += &format!(
            "\n[[source]]\nid = \"{id}\"\ntitle = \"T\"\nauthors = \"A\"\nyear = 2000\npublished = \"P\"\n"
        );
    }
    write(root, path, &sources);
}

/// Words for each experiment of the engine.
fn write_measures(root: &Path) {
    for experiment in experiments::ALL {
        let fact = experiment.facts[0];
        let words = format!(
            "title = \"Failover\"\nquestion = \"How long?\"\nabout = \"Many runs.\"\n\
             reading = \"Look.\"\nspeed_permille = 1000\nresult = \"It takes {{{fact}}} here.\"\n\
             caveat = \"As in the [paper](source:paper).\"\n\n\
             [prediction]\nprompt = \"How long?\"\nfact = \"{fact}\"\nlimits = [\"1 s\"]\n\
             [[prediction.option]]\ntext = \"A moment\"\nright = true\nexplanation = \"Yes.\"\n\
             [[prediction.option]]\ntext = \"Longer\"\nexplanation = \"No.\"\n"
        );
        write(root, &format!("course/measure/{}.toml", experiment.slug), &words);
    }
}

fn apply(root: &Path, edit: &Edit<'_>) {
    match edit {
        Edit::Replace(path, from, to) => {
            let text = fs::read_to_string(root.join(path)).expect("the file is in the fixture");
            assert_eq!(text.matches(from).count(), 1, "{from:?} is once in {path}");
            write(root, path, &text.replace(from, to));
        }
        Edit::Write(path, text) => write(root, path, text),
        Edit::Remove(path) => {
            fs::remove_file(root.join(path)).expect("the file is in the fixture");
        }
    }
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("folders can be made");
    fs::write(path, text).expect("a file can be written");
}
