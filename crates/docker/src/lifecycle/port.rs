//! Ports and restart policies as people write them.
//!
//! Owns parsing and printing both forms. Chooses no port: the caller finds a free one.

use super::DockerError;
use bollard::models::{PortBinding, RestartPolicy, RestartPolicyNameEnum};
use std::collections::HashMap;

type Bindings = HashMap<String, Option<Vec<PortBinding>>>;

/// Ports to expose and to bind, from `[ip:]host:container[/protocol]`.
pub(super) fn bindings(ports: &[String]) -> Result<(Vec<String>, Bindings), DockerError> {
    let mut all = Bindings::new();
    for text in ports {
        let (target, binding) = parse(text).ok_or_else(|| DockerError::BadField {
            field: "port",
            value: format!("{text:?}"),
            allowed: "it is written host:container, with an address before and /udp behind where wanted".to_owned(),
        })?;
        all.entry(target).or_insert_with(|| Some(Vec::new())).get_or_insert_default().push(binding);
    }
    let mut exposed: Vec<String> = all.keys().cloned().collect();
    exposed.sort();
    Ok((exposed, all))
}

fn parse(text: &str) -> Option<(String, PortBinding)> {
    let (rest, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let (rest, target) = rest.rsplit_once(':')?;
    let (address, port) = match rest.rsplit_once(':') {
        Some((address, port)) => (Some(address.trim_matches(['[', ']']).parse::<std::net::IpAddr>().ok()?), port),
        None => (None, rest),
    };
    let (target, port) = (target.parse::<u16>().ok().filter(|port| *port > 0)?, port.parse::<u16>().ok()?);
    let known = ["tcp", "udp", "sctp"].contains(&protocol);
    let binding =
        PortBinding { host_ip: address.map(|address| address.to_string()), host_port: Some(port.to_string()) };
    known.then(|| (format!("{target}/{protocol}"), binding))
}

/// Ports in the form that people write.
pub(super) fn texts(bindings: Bindings) -> Vec<String> {
    let mut texts = Vec::new();
    for (target, bound) in bindings {
        let target = target.strip_suffix("/tcp").unwrap_or(&target);
        for binding in bound.unwrap_or_default() {
            let address = binding.host_ip.filter(|address| !address.is_empty());
            let address = address.map(|address| format!("{address}:")).unwrap_or_default();
            texts.push(format!("{address}{}:{target}", binding.host_port.unwrap_or_default()));
        }
    }
    texts.sort();
    texts
}

/// A restart policy from `no`, `always`, `unless-stopped`, `on-failure[:times]`.
pub(super) fn restart_policy(text: &str) -> Result<Option<RestartPolicy>, DockerError> {
    let (name, times) = match text.split_once(':') {
        Some((name, times)) => (name, times.parse::<u32>().ok().map(i64::from)),
        None => (text, Some(0)),
    };
    let kind = match (name, times) {
        ("" | "no", Some(0)) => return Ok(None),
        ("always", Some(0)) => RestartPolicyNameEnum::ALWAYS,
        ("unless-stopped", Some(0)) => RestartPolicyNameEnum::UNLESS_STOPPED,
        ("on-failure", Some(_)) => RestartPolicyNameEnum::ON_FAILURE,
        _ => {
            let allowed = "no, always, unless-stopped, on-failure and on-failure:TIMES are allowed".to_owned();
            return Err(DockerError::BadField { field: "restart", value: format!("{text:?}"), allowed });
        }
    };
    Ok(Some(RestartPolicy { name: Some(kind), maximum_retry_count: times.filter(|times| *times > 0) }))
}

/// Ports in the form that people write.
pub(super) fn restart_text(policy: Option<RestartPolicy>) -> String {
    let Some(policy) = policy else { return String::new() };
    let name = policy.name.map(|name| name.to_string()).unwrap_or_default();
    match policy.maximum_retry_count {
        Some(times) if times > 0 => format!("{name}:{times}"),
        _ if name == "no" => String::new(),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_go_there_and_back() {
        for text in ["8080:80", "127.0.0.1:8080:80", "5353:53/udp", "0:80"] {
            let (exposed, all) = bindings(&[text.to_owned()]).expect(text);
            assert_eq!((exposed.len(), texts(all)), (1, vec![text.to_owned()]));
        }
        for bad in ["", "80", "a:b", "1:2:3", "8080:0", "8080:80/x", "70000:80", "8080:80/tcp/udp"] {
            bindings(&[bad.to_owned()]).expect_err(bad);
        }
    }

    #[test]
    fn restart_policies_go_there_and_back() {
        for text in ["", "always", "unless-stopped", "on-failure", "on-failure:3"] {
            assert_eq!(restart_text(restart_policy(text).expect(text)), text);
        }
        for bad in ["sometimes", "always:3", "on-failure:x", "on-failure:-1"] {
            restart_policy(bad).expect_err(bad);
        }
    }
}
