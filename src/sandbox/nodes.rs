//! The nodes of many clusters in one frame, asked in rounds.

use std::cell::RefCell;
use std::rc::Rc;

use election_engine::trial::words::{Act, Asked, Question};
use serde::{Deserialize, Serialize, Serializer};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageChannel, MessageEvent, MessagePort};

use super::cancel::Cancel;
use super::frame::{Frame, GRACE, START_UP, Sandbox, Settle, Watchdog, pending};
use super::outcome::{Console, End, Outcome, Thrown};
use super::request::{BUDGET, Job, LONGEST_SOURCE};

/// More than a round of answers within the sandbox's limits can be.
const LONGEST_ROUND: usize = 16_000_000;

/// What the sandbox is to hold.
#[derive(Clone, Debug, Serialize)]
pub struct Holding {
    /// What the learner wrote.
    pub source: String,
    /// The class of the nodes.
    pub nodes: String,
    /// Whether every call has the whole budget and is known by its number when it is up, which
    /// takes longer; otherwise a round has.
    pub each: bool,
    /// In milliseconds.
    pub budget: u32,
}

impl Holding {
    /// The nodes of this class.
    pub fn new(source: &str, class: &str, each: bool) -> Self {
        Self { source: source.into(), nodes: class.into(), each, budget: BUDGET }
    }
}

/// What a node's code did.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// All it wished, in order.
    Acts(Vec<Act>),
    /// It threw.
    Thrown(Thrown),
    /// It gave a promise: it would go on when its turn is over.
    Promise,
}

/// Frames that hold nodes, as long as this exists.
pub struct Session {
    port: MessagePort,
    pending: Rc<RefCell<Option<Settle>>>,
    each: bool,
    cancel: Rc<Cancel>,
    /// When to give up whatever is under way, by the page's clock in milliseconds.
    deadline: f64,
    _frame: Frame,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _send: Closure<dyn FnMut()>,
}

impl Session {
    /// Opens a frame, until somebody cancels or the deadline comes, in milliseconds by the page's
    /// clock.
    ///
    /// # Errors
    /// Why there is none. Whether the source can be used shows in the first round.
    pub async fn open(holding: &Holding, cancel: &Rc<Cancel>, deadline: f64) -> Result<Self, End> {
        if holding.source.len() > LONGEST_SOURCE {
            return Err(End::TooLong);
        }
        let failure = |what: &str| End::Failure(what.into());
        let text = serde_json::to_string(holding).expect("a job is plain data");
        let channel = MessageChannel::new().map_err(|_| failure("the browser gives it no port"))?;
        let address = Sandbox::here().address;
        let frame = Frame::new(&address).ok_or_else(|| failure("its frame did not open"))?;
        let waiting: Rc<RefCell<Option<Settle>>> = Rc::default();
        let on_message = {
            let waiting = waiting.clone();
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                if let (Some(settle), Some(text)) = (waiting.take(), event.data().as_string()) {
                    settle.with(&text);
                }
            })
        };
        let port = channel.port1();
        port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let _send = frame.open(text, channel.port2());
        let session = Self {
            port,
            pending: waiting,
            each: holding.each,
            cancel: cancel.clone(),
            deadline,
            _frame: frame,
            _on_message: on_message,
            _send,
        };
        match session.hear(START_UP).await.as_deref() {
            Some("ready") => Ok(session),
            Some(text) => Err(ended(text, 0)),
            None => Err(failure("it did not start")),
        }
    }

    /// Asks the nodes of several runs at once; a reply to each question, in order.
    ///
    /// # Errors
    /// How the sandbox ended instead. Of a timeout it says during which question, if that is
    /// known.
    pub async fn ask(&self, questions: &[(usize, Question)]) -> Result<Vec<Reply>, End> {
        let words = questions.iter().map(|(run, asked)| Words(*run, asked));
        let round = serde_json::to_string(&words.collect::<Vec<_>>()).expect("it is plain data");
        let heard = self.tell(&round, questions.len()).await;
        let Some(text) = heard else { return Err(End::Timeout { call: None }) };
        if !text.starts_with('[') {
            return Err(ended(&text, questions.len()));
        }
        let replies = match text.len() <= LONGEST_ROUND {
            true => serde_json::from_str::<Vec<Reply>>(&text).ok(),
            false => None,
        };
        let fits = |replies: &Vec<Reply>| replies.len() == questions.len();
        replies.filter(fits).ok_or_else(|| End::Failure("its answer cannot be read".into()))
    }

    /// Ends it, and says what the code has printed.
    pub async fn end(self) -> Console {
        let heard = self.tell("end", 0).await;
        heard.map_or_else(Console::default, |text| Outcome::read(&text, &Job::program("")).console)
    }

    async fn tell(&self, text: &str, calls: usize) -> Option<String> {
        let budget = if self.each { BUDGET * calls.max(1) as u32 } else { BUDGET };
        let heard = self.hear(budget + GRACE);
        self.port.post_message(&text.into()).ok()?;
        heard.await
    }

    /// The next thing that the frame says, if it comes in time.
    fn hear(&self, patience: u32) -> impl Future<Output = Option<String>> + use<> {
        let (answer, settle) = pending();
        let watchdog = Watchdog::new(settle.clone());
        let left = (self.deadline - js_sys::Date::now()).max(0.0) as u32;
        watchdog.arm(patience.min(left));
        self.cancel.ends(settle.clone());
        self.pending.replace(Some(settle));
        async move {
            let answer = JsFuture::from(answer).await;
            drop(watchdog);
            answer.ok()?.as_string()
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.port.close();
    }
}

/// How the frame says that it ended, while it was asked so many questions.
fn ended(text: &str, questions: usize) -> End {
    let job = Job {
        calls: vec![String::new(); questions],
        function: Some(String::new()),
        // No line of a source that could be run is further down.
        source: "\n".repeat(LONGEST_SOURCE),
        ..Job::program("")
    };
    match Outcome::read(text, &job).end {
        End::Ran(_) => End::Failure("its answer does not fit the question".into()),
        end => end,
    }
}

/// `[run, node, clock, what, …]`, as `turn` in the sandbox takes it. Thousands of these are
/// written in a second.
struct Words<'a>(usize, &'a Question);

impl Serialize for Words<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Words(run, Question { node, nodes, clock, asked }) = self;
        let head = (run, node.0, clock.0 as f64 / 1000.0);
        match asked {
            Asked::Boot(disk) => (head.0, head.1, head.2, "boot", nodes, disk).serialize(to),
            Asked::Message(from, text) => {
                (head.0, head.1, head.2, "message", from.0, &**text).serialize(to)
            }
            Asked::Timer(name) => (head.0, head.1, head.2, "timer", name).serialize(to),
            Asked::Refused(highest) => (head.0, head.1, head.2, "refused", highest).serialize(to),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use election_engine::ids::NodeId;
    use election_engine::time::SimTime;

    fn said(asked: Asked) -> String {
        let question = Question { node: NodeId(2), nodes: 5, clock: SimTime(1_500), asked };
        serde_json::to_string(&Words(7, &question)).expect("it is plain data")
    }

    #[test]
    fn questions_are_lists_of_plain_data() {
        assert_eq!(said(Asked::Boot("{}".into())), r#"[7,2,1.5,"boot",5,"{}"]"#);
        assert_eq!(said(Asked::Message(NodeId(4), "1".into())), r#"[7,2,1.5,"message",4,"1"]"#);
        assert_eq!(said(Asked::Timer("lease")), r#"[7,2,1.5,"timer","lease"]"#);
        assert_eq!(said(Asked::Refused(9)), r#"[7,2,1.5,"refused",9]"#);
    }

    #[test]
    fn whatever_a_node_wishes_can_be_read_and_nothing_else() {
        let read = |text| serde_json::from_str::<Vec<Reply>>(text).ok();
        let acts = r#"[{"acts":[{"send":[1,"{}","OK",3]},{"timer":["wait",1,0.5]},{"cancel":"wait"},{"disk":"1"},{"stand":1},{"lead":2},"step-down",{"follow":[null,0]},{"follow":[1,2]}]}]"#;
        let replies = read(acts).expect("it is right");
        assert!(matches!(&replies[..], [Reply::Acts(acts)] if acts.len() == 9), "{replies:?}");
        assert_eq!(read(r#"["promise"]"#), Some(vec![Reply::Promise]));
        assert!(read(r#"[{"thrown":{"description":"E","overflow":false,"line":null}}]"#).is_some());
        for wrong in [
            r#"[{"acts":[{"win":1}]}]"#,
            r#"[{"passed":true}]"#,
            r#"[{"acts":[{"lead":-1}]}]"#,
            "[1]",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_answer_that_ends_a_session_is_read_like_any_other() {
        let end = |end: &str| {
            ended(&format!(r#"{{"console":{{"lines":[],"cut":false}},"end":{end}}}"#), 3)
        };
        assert_eq!(end(r#"{"timeout":{"call":2}}"#), End::Timeout { call: Some(2) });
        assert!(matches!(end(r#"{"timeout":{"call":3}}"#), End::Failure(_)));
        assert!(matches!(end(r#"{"ran":[]}"#), End::Failure(_)));
        assert_eq!(end(r#""no-function""#), End::NoFunction);
    }
}
