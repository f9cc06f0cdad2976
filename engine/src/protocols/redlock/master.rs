//! A Redis master with the one key that is the lock.

use super::config::{Broken, Config};
use super::{
    BACK, FOREIGN, FREE, GRANT, HELD, Message, PROLONG, RAISED, Redlock, SILENT, TAKEN, Timer,
    client_of, first_value, plain_view,
};
use crate::ids::Token;
use crate::protocol::{Context, Event, Note};
use crate::time::SimTime;
use crate::view::{Field, Kept, NodeView, Role};

/// The key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Its value: whose attempt has set it.
    pub value: Token,
    /// When it is gone, by the master's clock.
    pub expires: SimTime,
}

/// What a master has on its disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    /// The key, if it is kept there.
    pub key: Option<Key>,
    /// The highest count that it knows. It is kept in any case, or it would be no token.
    pub count: Token,
    /// The value of the attempt that took this count.
    pub taken_by: Token,
}

/// A master.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Master {
    stable: Stable,
    /// As in memory.
    key: Option<Key>,
    /// It has restarted and answers nobody.
    silent: bool,
}

type Cx<'a, 'b> = &'a mut Context<'b, Redlock>;

impl Master {
    pub(super) fn boot(stable: Stable, config: &Config, cx: Cx<'_, '_>) -> Master {
        let mut master = Master { stable, key: stable.key, silent: false };
        if cx.is_start() && config.settled {
            let value = first_value(config, cx);
            master.stable = Stable { count: Token(1), taken_by: value, ..stable };
            master.set(value, config, cx);
            cx.persist(master.stable);
        } else if !cx.is_start() && !config.fsync && config.keeps(Broken::RestartWithoutDelay) {
            master.silent = true;
            cx.set_timer(Timer::Back, config.ttl_ms);
        }
        master
    }

    pub(super) fn on_event(&mut self, config: &Config, event: Event<Redlock>, cx: Cx<'_, '_>) {
        match event {
            Event::Timer(Timer::Back) => {
                cx.cite(BACK);
                self.silent = false;
            }
            Event::Message { .. } if self.silent => cx.cite(SILENT),
            Event::Message { from, message: Message::Set { value, asked, extends } } => {
                match self.holder(cx.clock()).filter(|holder| *holder != value) {
                    None => {
                        cx.cite(if extends { PROLONG } else { GRANT });
                        if !extends {
                            cx.note(Note::Vote(from, value));
                        }
                        self.set(value, config, cx);
                        let count = self.stable.count;
                        cx.send(from, Message::Ok { value, asked, extends, count });
                    }
                    Some(holder) => {
                        cx.cite(HELD);
                        cx.note(Note::Refuse(from, value));
                        let count = self.stable.count;
                        cx.send(from, Message::Nil { value, asked, holder, count });
                    }
                }
            }
            Event::Message { message: Message::Del(value), .. } => {
                let is_own = self.key.is_some_and(|key| key.value == value);
                if is_own || !config.keeps(Broken::ReleaseWithoutOwnerCheck) {
                    cx.cite(FREE);
                    self.keep(None, config, cx);
                } else {
                    cx.cite(FOREIGN);
                }
            }
            Event::Message { from, message: Message::Raise { value, count } } => {
                // A second copy of the same request is granted again.
                if count > self.stable.count || (count, value) == self.taken() {
                    cx.cite(RAISED);
                    (self.stable.count, self.stable.taken_by) = (count, value);
                    cx.persist(self.stable);
                    cx.send(from, Message::Raised { value, count });
                } else {
                    cx.cite(TAKEN);
                    cx.send(from, Message::Taken { value, count: self.stable.count });
                }
            }
            // A master decides nothing and asks for nothing.
            Event::Message { .. } | Event::Timer(_) | Event::WriteAnswer(_) | Event::Command(_) => {
            }
        }
    }

    fn taken(&self) -> (Token, Token) {
        (self.stable.count, self.stable.taken_by)
    }

    /// Whose value the key has, unless it is gone by now.
    fn holder(&self, now: SimTime) -> Option<Token> {
        self.key.filter(|key| key.expires > now).map(|key| key.value)
    }

    fn set(&mut self, value: Token, config: &Config, cx: Cx<'_, '_>) {
        let expires = cx.clock() + config.ttl_ms;
        self.keep(Some(Key { value, expires }), config, cx);
    }

    fn keep(&mut self, key: Option<Key>, config: &Config, cx: Cx<'_, '_>) {
        self.key = key;
        if config.fsync {
            self.stable.key = key;
            cx.persist(self.stable);
        }
    }

    pub(super) fn view(&self, config: &Config) -> NodeView {
        let kept = if config.fsync { Kept::Persistent } else { Kept::Volatile };
        let (value, expires) = match self.key {
            Some(key) => (key.value.to_string(), key.expires.to_string()),
            None => ("none".to_owned(), "never".to_owned()),
        };
        let holder = self.key.map(|key| client_of(key.value));
        let mut fields = vec![
            Field { kept, name: "key", value },
            Field { kept, name: "gone at, by this clock", value: expires },
        ];
        if self.silent {
            let value = "nobody, after a restart".to_owned();
            fields.push(Field { kept: Kept::Volatile, name: "answers", value });
        }
        let mut number = Token(0);
        if config.token {
            number = self.stable.count;
            let value = number.to_string();
            fields.push(Field { kept: Kept::Persistent, name: "count of holders", value });
        }
        NodeView { vote: holder, fields, ..plain_view(Role::Service, holder, number) }
    }
}
