//! What the engine says of itself, as messages.

use std::time::Duration;

use outlay_proto::v1;

use crate::engine::embedded::{
    BaseInfo, Compacted, FaultInfo, Finding, Info, Progress, Purged, Report, ScrubInfo, State,
};
use crate::store::verify::{Verified, WrongCell};

pub(super) fn info(info: Info) -> v1::StoreInfo {
    let (state, state_reason) = state(info.state);
    let (last_scrub, last_scrub_age) = match info.scrub {
        Some(ScrubInfo { ago, report: seen }) => (Some(report(seen)), duration(ago)),
        None => (None, None),
    };
    v1::StoreInfo {
        server_version: env!("CARGO_PKG_VERSION").to_owned(),
        format: i32::try_from(info.format.format).unwrap_or(i32::MAX),
        epoch: info.epoch.to_string(),
        revision: number(info.revision),
        chain: blake3::Hash::from_bytes(info.chain).to_hex().to_string(),
        state: state.into(),
        state_reason,
        suspicion: info.suspect.unwrap_or_default(),
        journal_bytes: number(info.journal_bytes),
        segment_count: number(info.segments),
        tree_bytes: number(info.tree_bytes),
        bases_bytes: number(info.bases_bytes),
        bases: info.bases.iter().map(base).collect(),
        base_under_way: info.base_under_way,
        needed_after_revision: number(info.needed_after),
        scrub_progress: info.scrub_now.map(progress),
        last_scrub,
        last_scrub_age,
        compact_progress: info.compaction.map(progress),
        faults: info.faults.into_iter().map(fault).collect(),
    }
}

pub(super) fn base(base: &BaseInfo) -> v1::Base {
    v1::Base {
        start_revision: number(base.start),
        end_revision: number(base.end),
        entry_count: number(base.entries),
        size_bytes: number(base.bytes),
        elapsed: duration(base.took),
    }
}

pub(super) fn progress(progress: Progress) -> v1::Progress {
    v1::Progress {
        activity: progress.what.to_owned(),
        unit: progress.unit.to_owned(),
        done: number(progress.done),
        total: number(progress.of),
        per_second: number(progress.rate),
    }
}

pub(super) fn report(report: Report) -> v1::VerifyReport {
    v1::VerifyReport {
        revision: number(report.revision),
        segment_count: number(report.segments),
        frame_count: number(report.frames),
        commit_count: number(report.commits),
        base_count: number(report.bases),
        entry_count: number(report.entries),
        findings: report.findings.into_iter().map(finding).collect(),
        omitted_finding_count: number(report.omitted),
        elapsed: duration(report.took),
        ..v1::VerifyReport::default()
    }
}

pub(super) fn statistics(verified: &Verified, took: Duration) -> v1::StatisticsReport {
    v1::StatisticsReport {
        revision: number(verified.revision),
        record_count: number(verified.records),
        cell_count: number(verified.cells),
        wrong_cell_count: number(verified.wrong_count),
        elapsed: duration(took),
    }
}

pub(super) fn wrong_cell(wrong: WrongCell) -> v1::WrongCell {
    let WrongCell { cell, kept, due } = wrong;
    v1::WrongCell { family: cell.family, description: cell.description, kept, due }
}

pub(super) fn finding(finding: Finding) -> v1::Finding {
    v1::Finding {
        file: finding.file,
        offset: number(finding.offset),
        revision: number(finding.revision),
        description: finding.what,
    }
}

fn fault(fault: FaultInfo) -> v1::StoreFault {
    v1::StoreFault {
        activity: fault.duty.to_owned(),
        description: fault.what,
        age: duration(fault.ago),
    }
}

fn state(state: State) -> (v1::StoreState, String) {
    match state {
        State::Serving => (v1::StoreState::Serving, String::new()),
        State::Full => {
            let why = "the disk is full: changes are taken again once there is room";
            (v1::StoreState::Full, why.to_owned())
        }
        State::ReadOnly(why) => (v1::StoreState::ReadOnly, why),
        State::Stopped(why) => (v1::StoreState::Stopped, why),
    }
}

pub(super) fn compacted(done: Compacted) -> v1::CompactReport {
    v1::CompactReport {
        before_bytes: number(done.before),
        after_bytes: number(done.after),
        entry_count: number(done.entries),
        elapsed: duration(done.took),
    }
}

pub(super) fn purged(purged: Purged, revision: u64) -> v1::PurgeReport {
    v1::PurgeReport {
        revision: number(revision),
        value_count: number(purged.values),
        commit_count: number(purged.commits),
        segment_count: number(purged.segments),
        purged_bytes: number(purged.bytes),
    }
}

/// The wire has no unsigned numbers; nothing counted here comes near the limit.
fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn duration(time: Duration) -> Option<prost_types::Duration> {
    prost_types::Duration::try_from(time).ok()
}
