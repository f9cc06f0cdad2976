//! Fencing whoever was active before: politely, by force, and what to make of a failure.

use super::config::{Broken, Config};
use super::name_node::{Cx, Method, NameNode, Phase};
use super::{AGAIN, FENCE, LAST_RESORT, Message, REJOIN, SSH, Timer, UNFENCED};
use crate::ids::{NodeId, Token};
use crate::time::Span;

impl NameNode {
    /// Rule 5.
    pub fn fence(&mut self, czxid: Token, of: NodeId, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(FENCE);
        self.ask_to_stand_by(czxid, of, Method::Graceful, config, cx);
    }

    /// One of the two attempts to reach it.
    fn ask_to_stand_by(
        &mut self,
        czxid: Token,
        of: NodeId,
        method: Method,
        config: &Config,
        cx: Cx<'_, '_>,
    ) {
        self.phase = Phase::Fencing(czxid, of, method);
        cx.send(of, Message::BeStandby(czxid));
        cx.set_timer(Timer::Fencing, Span::from_micros(config.graceful_ms.as_micros() / 2));
    }

    /// The old active is a standby, or its NameNode is dead. Only an answer to its own order
    /// counts.
    pub fn fenced(&mut self, by: Token, config: &Config, cx: Cx<'_, '_>) {
        match self.phase {
            Phase::Fencing(czxid, ..) if czxid == by => {
                cx.cancel_timer(Timer::Fencing);
                self.leave_breadcrumb(czxid, config, cx);
            }
            _ => {}
        }
    }

    /// Rules 5 to 8: an attempt has failed, and there may be another one.
    pub fn fencing_failed(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let Phase::Fencing(czxid, of, method) = self.phase else { return };
        if method == Method::Graceful {
            cx.cite(AGAIN);
            self.ask_to_stand_by(czxid, of, Method::GracefulAgain, config, cx);
        } else if method == Method::GracefulAgain && config.ssh {
            cx.cite(SSH);
            self.phase = Phase::Fencing(czxid, of, Method::Ssh);
            cx.send(of, Message::Kill(czxid));
            cx.set_timer(Timer::Fencing, config.ssh_ms);
        } else if config.last_resort || !config.keeps(Broken::FailureIsSuccess) {
            cx.cite(LAST_RESORT);
            self.leave_breadcrumb(czxid, config, cx);
        } else {
            cx.cite(UNFENCED);
            self.leave(Phase::Out, REJOIN, cx);
        }
    }
}
