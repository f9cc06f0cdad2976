//! The API server: keeps the lease, and compares before it writes.

use super::config::{Broken, Config};
use super::{CONFLICT, KEEP, Kubernetes, Lease, LeaseRecord, Message, READ, SERVE, Stable, WRITE};
use crate::ids::{NodeId, Token};
use crate::protocol::{Context, Note};
use crate::time::SimTime;
use crate::view::{Field, Kept, NodeView, Role};

/// The API server, with the etcd behind it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ApiServer {
    /// Persistent.
    lease: Option<Lease>,
}

impl ApiServer {
    pub(super) fn boot(
        config: &Config,
        stable: Stable,
        cx: &mut Context<'_, Kubernetes>,
    ) -> ApiServer {
        cx.cite(SERVE);
        let mut server = ApiServer { lease: stable.lease };
        if cx.is_start() && config.settled {
            let lease = Lease::settled(config);
            cx.note(Note::Vote(NodeId(0), lease.record.number()));
            server.keep(lease, config, cx);
        }
        server
    }

    pub(super) fn on_message(
        &mut self,
        from: NodeId,
        message: Message,
        config: &Config,
        cx: &mut Context<'_, Kubernetes>,
    ) {
        match message {
            Message::Get { call } => {
                cx.cite(READ);
                cx.send(from, Message::Lease { call, lease: self.lease });
            }
            Message::Create { call, record } if self.lease.is_none() => {
                self.write(from, call, Lease { version: 1, record }, config, cx);
            }
            Message::Update { call, version, record }
                if self.lease.is_some_and(|lease| self.accepts(lease, version, record, config)) =>
            {
                let version = self.lease.map_or(1, |lease| lease.version + 1);
                self.write(from, call, Lease { version, record }, config, cx);
            }
            Message::Create { call, record } | Message::Update { call, record, .. } => {
                cx.cite(CONFLICT);
                cx.note(Note::Refuse(from, record.number()));
                cx.send(from, Message::Conflict { call });
            }
            // What the API server itself says.
            Message::Lease { .. } | Message::Done { .. } | Message::Conflict { .. } => {}
        }
    }

    fn accepts(&self, lease: Lease, version: u64, record: LeaseRecord, config: &Config) -> bool {
        let released = record.holder.is_none();
        lease.version == version
            || !config.keeps(Broken::IgnoresVersions)
            || (released && !config.keeps(Broken::ReleasesBlindly))
    }

    fn write(
        &mut self,
        from: NodeId,
        call: u32,
        lease: Lease,
        config: &Config,
        cx: &mut Context<'_, Kubernetes>,
    ) {
        let before = self.lease.and_then(|lease| lease.record.holder);
        let renews = lease.record.holder.is_some() && lease.record.holder == before;
        cx.cite(if renews { KEEP } else { WRITE });
        if let Some(holder) = lease.record.holder
            && !renews
        {
            cx.note(Note::Vote(holder.node, lease.record.number()));
        }
        self.keep(lease, config, cx);
        cx.send(from, Message::Done { call, version: lease.version });
    }

    fn keep(&mut self, lease: Lease, config: &Config, cx: &mut Context<'_, Kubernetes>) {
        self.lease = Some(lease);
        if config.keeps(Broken::LeaseNotOnDisk) {
            cx.persist(Stable { lease: self.lease });
        }
    }

    pub(super) fn view(&self) -> NodeView {
        let record = self.lease.map(|lease| lease.record);
        let holder = record.and_then(|record| record.holder).map(|holder| holder.node);
        let field = |name, value| Field { kept: Kept::Persistent, name, value };
        let fields = match self.lease {
            None => vec![field("lease", "none yet".to_owned())],
            Some(Lease { version, record }) => vec![
                field("resourceVersion", version.to_string()),
                field("holderIdentity", holder_name(record)),
                field("renewTime", written(record.renewed)),
                field("leaseDuration", record.duration.to_string()),
                field("leaderTransitions", record.transitions.to_string()),
            ],
        };
        NodeView {
            role: Role::Service,
            believes: holder,
            number: record.map_or(Token(0), |record| record.number()),
            vote: holder,
            ballots: None,
            missed: None,
            log: None,
            fields,
        }
    }
}

fn holder_name(record: LeaseRecord) -> String {
    match record.holder {
        None => "nobody".to_owned(),
        Some(holder) => format!("node {}, started at {}", holder.node, holder.since),
    }
}

fn written(time: SimTime) -> String {
    format!("{time} by the holder's clock")
}
