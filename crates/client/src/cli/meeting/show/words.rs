//! What states and the like are called on the board, in Chinese and English.

use outlay_proto::v1::{
    ActionState, AgendaOutcome, Attendance, AttendeeRole, DecisionState, InvitationAnswer,
    MeetingKind, MeetingState, SpeechState, TrainingSessionState,
};

/// A kind of meeting.
pub(super) fn kind(kind: MeetingKind) -> &'static str {
    match kind {
        MeetingKind::Unspecified => "",
        MeetingKind::Symposium => "座谈会 Symposium",
        MeetingKind::Dispatch => "调度会 Dispatch meeting",
        MeetingKind::Site => "现场会 Meeting on site",
        MeetingKind::Training => "培训 Training",
        MeetingKind::Review => "评审会 Review",
        MeetingKind::Working => "工作会议 Working meeting",
        MeetingKind::Other => "其他 Other",
    }
}

/// A state of a meeting.
pub(super) fn state(state: MeetingState) -> &'static str {
    match state {
        MeetingState::Unspecified => "",
        MeetingState::Draft => "筹备中 Draft",
        MeetingState::Scheduled => "已通知 Scheduled",
        MeetingState::InProgress => "进行中 In progress",
        MeetingState::Closed => "已结束 Closed",
        MeetingState::Cancelled => "已取消 Cancelled",
    }
}

/// A part in a meeting.
pub(super) fn role(role: AttendeeRole) -> &'static str {
    match role {
        AttendeeRole::Unspecified => "",
        AttendeeRole::Chair => "主持 chair",
        AttendeeRole::Speaker => "发言 speaker",
        AttendeeRole::Attendee => "参会 attendee",
        AttendeeRole::Observer => "列席 observer",
        AttendeeRole::Guest => "嘉宾 guest",
    }
}

/// An answer to an invitation.
pub(super) fn answer(answer: InvitationAnswer) -> &'static str {
    match answer {
        InvitationAnswer::Unspecified => "",
        InvitationAnswer::Accepted => "参加 accepted",
        InvitationAnswer::Declined => "不参加 declined",
        InvitationAnswer::Tentative => "待定 tentative",
    }
}

/// Whether somebody came.
pub(super) fn attendance(attendance: Attendance) -> &'static str {
    match attendance {
        Attendance::Unspecified => "",
        Attendance::Present => "出席 present",
        Attendance::Absent => "缺席 absent",
        Attendance::Excused => "请假 excused",
        Attendance::Substitute => "代会 substitute",
    }
}

/// What became of an item.
pub(super) fn outcome(outcome: AgendaOutcome) -> &'static str {
    match outcome {
        AgendaOutcome::Unspecified => "",
        AgendaOutcome::DealtWith => "已议 dealt with",
        AgendaOutcome::Postponed => "延期 postponed",
        AgendaOutcome::Dropped => "撤销 dropped",
    }
}

/// A state of a speech; nothing for one that is over.
pub(super) fn speech(state: SpeechState) -> &'static str {
    match state {
        SpeechState::Unspecified | SpeechState::Ended => "",
        SpeechState::Running => "发言中 running",
        SpeechState::Paused => "暂停 paused",
    }
}

/// A state of a decision.
pub(super) fn decision(state: DecisionState) -> &'static str {
    match state {
        DecisionState::Unspecified => "",
        DecisionState::InForce => "有效 in force",
        DecisionState::Superseded => "被替代 superseded",
        DecisionState::Withdrawn => "已撤回 withdrawn",
    }
}

/// A state of an action.
pub(super) fn action(state: ActionState) -> &'static str {
    match state {
        ActionState::Unspecified => "",
        ActionState::Assigned => "已交办 assigned",
        ActionState::InProgress => "办理中 in progress",
        ActionState::ResultSubmitted => "已报结果 result submitted",
        ActionState::Returned => "已退回 returned",
        ActionState::Closed => "已办结 closed",
        ActionState::Cancelled => "已取消 cancelled",
    }
}

/// A state of a training session.
pub(super) fn training(state: TrainingSessionState) -> &'static str {
    match state {
        TrainingSessionState::Unspecified => "",
        TrainingSessionState::Planned => "计划 planned",
        TrainingSessionState::Open => "报名中 open",
        TrainingSessionState::Held => "已举办 held",
        TrainingSessionState::Cancelled => "已取消 cancelled",
    }
}
