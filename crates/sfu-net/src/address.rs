//! Which of our addresses peers know us by.

use std::net::{IpAddr, SocketAddr};

use sfu_core::Transport;

/// An address of this host on which browsers reach the shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// The address of a network interface.
    pub local: IpAddr,
    /// The address that answers announce: the same, or that of a static NAT in front, which must keep the port.
    pub announced: IpAddr,
}

impl Address {
    /// An address that browsers reach as it is.
    pub fn direct(ip: IpAddr) -> Self {
        Self { local: ip, announced: ip }
    }
}

/// In order of preference: the interface's address, and the candidate that stands for it.
#[derive(Clone, Debug)]
pub(crate) struct Routes(Vec<(IpAddr, SocketAddr)>);

impl Routes {
    /// What a socket that is bound to `bound` can serve of `addresses`.
    pub(crate) fn new(bound: SocketAddr, addresses: &[Address]) -> Self {
        let routes =
            addresses.iter().map(|one| (one.local.to_canonical(), SocketAddr::new(one.announced, bound.port())));
        Self(routes.filter(|(local, _)| bound.is_ipv6() || local.is_ipv4()).collect())
    }

    /// What answers announce: each announced address once.
    pub(crate) fn candidates(&self, transport: Transport) -> Vec<(Transport, SocketAddr)> {
        let mut candidates = Vec::with_capacity(self.0.len());
        for (_, announced) in &self.0 {
            if !candidates.contains(&(transport, *announced)) {
                candidates.push((transport, *announced));
            }
        }
        candidates
    }

    /// The candidate that stands for an interface's address.
    pub(crate) fn announced(&self, ip: IpAddr) -> Option<SocketAddr> {
        let ip = ip.to_canonical();
        self.0.iter().find(|(local, _)| *local == ip).map(|(_, announced)| *announced)
    }

    /// The interface's address behind a candidate.
    pub(crate) fn local(&self, announced: SocketAddr) -> Option<IpAddr> {
        self.0.iter().find(|(_, known)| *known == announced).map(|(local, _)| *local)
    }
}

/// The core sees each peer under one address, whatever the socket's family, and without flow labels.
pub(crate) fn canonical(remote: SocketAddr) -> SocketAddr {
    SocketAddr::new(remote.ip().to_canonical(), remote.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_has_one_address_on_sockets_of_both_families() {
        let mapped: SocketAddr = "[::ffff:192.0.2.7]:5000".parse().unwrap();
        assert_eq!(canonical(mapped), "192.0.2.7:5000".parse().unwrap());
        let nat = Address { local: "10.0.0.5".parse().unwrap(), announced: "203.0.113.5".parse().unwrap() };
        let routes = Routes::new("[::]:3478".parse().unwrap(), &[nat]);
        let outside = "203.0.113.5:3478".parse().unwrap();
        assert_eq!(routes.announced("::ffff:10.0.0.5".parse().unwrap()), Some(outside));
        assert_eq!(routes.announced("10.0.0.6".parse().unwrap()), None);
        assert_eq!(routes.local(outside), Some(nat.local));
    }
}
