//! Raft whose candidates write their own vote to disk while they ask for the others'.
//!
//! The thesis (§9.3) leaves the candidate's own write out of its times, since it can overlap with
//! the requests as long as the vote counts only once it is on disk. That holds here: an answer
//! takes two journeys and the voter's write, which is longer than the candidate's write alone in
//! every setting that uses this. The row itself writes first, as Figure 2 says.

use election_engine::protocol::{
    Context, Effect, Event, Label, MessageKind, Protocol, Rule, WriteAnswer,
};
use election_engine::protocols::raft::{Config, Message, Raft, Stable, Timer};
use election_engine::view::NodeView;

/// One node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Overlapped(Raft);

impl Protocol for Overlapped {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const RULES: &'static [Rule] = Raft::RULES;
    const MESSAGES: &'static [MessageKind] = Raft::MESSAGES;

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        let mut effects = Vec::new();
        let raft = Raft::boot(config, stable, &mut inner(cx, &mut effects));
        pass_on(effects, cx);
        Overlapped(raft)
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        let event = match event {
            Event::Message { from, message } => Event::Message { from, message },
            Event::Timer(timer) => Event::Timer(timer),
            Event::WriteAnswer(WriteAnswer { token, accepted, highest }) => {
                Event::WriteAnswer(WriteAnswer { token, accepted, highest })
            }
            Event::Command(command) => Event::Command(command),
        };
        let mut effects = Vec::new();
        self.0.on_event(config, event, &mut inner(cx, &mut effects));
        pass_on(effects, cx);
    }

    fn view(&self, config: &Config) -> NodeView {
        self.0.view(config)
    }

    fn label(message: &Message) -> Label {
        Raft::label(message)
    }
}

fn inner<'a>(
    cx: &Context<'_, Overlapped>,
    effects: &'a mut Vec<Effect<Raft>>,
) -> Context<'a, Raft> {
    Context::new(cx.me(), cx.nodes(), cx.clock(), cx.is_start(), effects)
}

/// Passes on what Raft wishes; a write that comes before a broadcast comes after it.
fn pass_on(effects: Vec<Effect<Raft>>, cx: &mut Context<'_, Overlapped>) {
    let asks = effects.iter().any(|effect| matches!(effect, Effect::Broadcast(_)));
    let mut held = None;
    for effect in effects {
        match effect {
            Effect::Persist(stable) if asks => held = Some(stable),
            Effect::Persist(stable) => cx.persist(stable),
            Effect::Send(to, message) => cx.send(to, message),
            Effect::Broadcast(message) => cx.broadcast(message),
            Effect::SetTimer { timer, after, jitter } => cx.set_random_timer(timer, after, jitter),
            Effect::CancelTimer(timer) => cx.cancel_timer(timer),
            Effect::Write(token) => cx.write(token),
            Effect::Cite(rule) => cx.cite(rule),
            Effect::Note(note) => cx.note(note),
        }
    }
    if let Some(stable) = held {
        cx.persist(stable);
    }
}
