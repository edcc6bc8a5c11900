//! From text to values. Each complaint completes "NAME is wrong: …".

use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::tz::TimeZone;
use tracing_subscriber::EnvFilter;

use super::{Config, LogFormat};

/// A whole number within its bounds.
pub(super) fn number(text: &str, unit: &str, min: u64, max: u64) -> Result<u64, String> {
    text.parse()
        .ok()
        .filter(|number| (min..=max).contains(number))
        .ok_or_else(|| format!("give a whole number of {unit} from {min} to {max}, not {text:?}"))
}

/// `true` or `false`.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| format!("give true or false, not {text:?}"))
}

pub(super) fn set_data(config: &mut Config, text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("give a directory".to_owned());
    }
    config.data = PathBuf::from(text);
    Ok(())
}

pub(super) fn set_listen(config: &mut Config, text: &str) -> Result<(), String> {
    let address: SocketAddr = text.parse().map_err(|_| {
        format!("give an IP address and a port such as 127.0.0.1:7443, not {text:?}")
    })?;
    if !address.ip().to_canonical().is_loopback() {
        return Err(format!(
            "{address} can be reached from other machines and Outlay has no TLS yet: listen on \
             127.0.0.1 or [::1], and let a proxy with TLS stand before it"
        ));
    }
    config.listen = address;
    Ok(())
}

pub(super) fn set_time_zone(config: &mut Config, text: &str) -> Result<(), String> {
    config.time_zone = TimeZone::get(text)
        .map_err(|_| format!("give an IANA name such as UTC or Asia/Shanghai, not {text:?}"))?;
    Ok(())
}

pub(super) fn set_log_filter(config: &mut Config, text: &str) -> Result<(), String> {
    EnvFilter::try_new(text).map_err(|error| {
        format!("give a level or directives such as info,outlay_server=debug: {error}")
    })?;
    text.clone_into(&mut config.log.filter);
    Ok(())
}

pub(super) fn set_log_format(config: &mut Config, text: &str) -> Result<(), String> {
    config.log.format = [LogFormat::Auto, LogFormat::Text, LogFormat::Json]
        .into_iter()
        .find(|format| log_format(*format) == text)
        .ok_or_else(|| format!("give auto, text or json, not {text:?}"))?;
    Ok(())
}

/// The name of a format.
pub(super) fn log_format(format: LogFormat) -> &'static str {
    match format {
        LogFormat::Auto => "auto",
        LogFormat::Text => "text",
        LogFormat::Json => "json",
    }
}
