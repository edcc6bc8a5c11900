//! The words of a document, in the languages it can be written in.

use crate::domain::action::ActionState;
use crate::domain::flaw::Flaw;
use crate::domain::meeting::{Attendance, AttendeeRole, MeetingKind};
use crate::domain::minutes::{MinutesEntryKind, MinutesState};
use crate::error::Reason;

/// The words of one language.
pub(super) struct Words {
    /// The language.
    pub(super) code: &'static str,
    pub(super) minutes: &'static str,
    pub(super) draft: &'static str,
    pub(super) version: &'static str,
    pub(super) host: &'static str,
    pub(super) co_hosts: &'static str,
    pub(super) kind: &'static str,
    pub(super) time: &'static str,
    pub(super) place: &'static str,
    pub(super) quorum: &'static str,
    pub(super) recorder: &'static str,
    pub(super) summary: &'static str,
    pub(super) attendance: &'static str,
    pub(super) present: &'static str,
    pub(super) absent: &'static str,
    pub(super) unrecorded: &'static str,
    pub(super) without_office: &'static str,
    pub(super) instead_of: &'static str,
    pub(super) agenda: &'static str,
    pub(super) minute: &'static str,
    pub(super) speeches: &'static str,
    pub(super) achievements: &'static str,
    pub(super) challenges: &'static str,
    pub(super) plans: &'static str,
    pub(super) figures: &'static str,
    pub(super) figure: &'static str,
    pub(super) value: &'static str,
    pub(super) unit: &'static str,
    pub(super) period: &'static str,
    pub(super) frozen: &'static str,
    pub(super) source: &'static str,
    pub(super) growth: &'static str,
    pub(super) rank: &'static str,
    pub(super) all_investment: &'static str,
    pub(super) official: &'static str,
    pub(super) reported: &'static str,
    pub(super) entries: &'static str,
    pub(super) decision: &'static str,
    pub(super) action: &'static str,
    pub(super) lead: &'static str,
    pub(super) due: &'static str,
    pub(super) action_state: &'static str,
    pub(super) addenda: &'static str,
    pub(super) addendum: &'static str,
    pub(super) approvals: &'static str,
    pub(super) submitted: &'static str,
    pub(super) approved: &'static str,
    pub(super) issued: &'static str,
    pub(super) page_note: &'static str,
}

const ENGLISH: Words = Words {
    code: "en",
    minutes: "Minutes",
    draft: "Draft: not issued",
    version: "Version",
    host: "Host",
    co_hosts: "With",
    kind: "Kind",
    time: "Time",
    place: "Place",
    quorum: "Quorum",
    recorder: "Recorded by",
    summary: "About",
    attendance: "Attendance",
    present: "Present",
    absent: "Absent",
    unrecorded: "Invited, attendance not recorded",
    without_office: "Without an organisation",
    instead_of: "in place of",
    agenda: "Agenda",
    minute: "min",
    speeches: "Speeches",
    achievements: "Achievements",
    challenges: "Challenges",
    plans: "Plans",
    figures: "Figures that the speaker gave",
    figure: "Figure",
    value: "Value",
    unit: "Unit",
    period: "Period",
    frozen: "Figures of the region when it was spoken",
    source: "Source",
    growth: "Growth",
    rank: "Place",
    all_investment: "All investment",
    official: "Official figures",
    reported: "Reports",
    entries: "On record",
    decision: "Decision",
    action: "Action",
    lead: "Lead",
    due: "Due",
    action_state: "State",
    addenda: "Addenda",
    addendum: "Addendum",
    approvals: "Approval",
    submitted: "Given into review by",
    approved: "Approved by",
    issued: "Issued by",
    page_note: "What is issued never changes; corrections are addenda, or another version.",
};

const CHINESE: Words = Words {
    code: "zh",
    minutes: "会议纪要",
    draft: "草案，未印发",
    version: "版本",
    host: "主办单位",
    co_hosts: "协办单位",
    kind: "会议类型",
    time: "时间",
    place: "地点",
    quorum: "法定人数",
    recorder: "记录人",
    summary: "会议内容",
    attendance: "出席情况",
    present: "出席",
    absent: "缺席",
    unrecorded: "受邀（未登记出席）",
    without_office: "未注明单位",
    instead_of: "代替",
    agenda: "议程",
    minute: "分钟",
    speeches: "发言",
    achievements: "成效",
    challenges: "困难",
    plans: "计划",
    figures: "发言人所报数据",
    figure: "指标",
    value: "数值",
    unit: "单位",
    period: "时期",
    frozen: "发言时本地区数据",
    source: "来源",
    growth: "同比增速",
    rank: "位次",
    all_investment: "全部投资",
    official: "统计公布",
    reported: "项目上报",
    entries: "纪要正文",
    decision: "决定",
    action: "任务",
    lead: "牵头单位",
    due: "期限",
    action_state: "进展",
    addenda: "补充说明",
    addendum: "补充",
    approvals: "审批",
    submitted: "提交人",
    approved: "审定人",
    issued: "印发人",
    page_note: "纪要印发后不再更改；更正以补充说明或新版本作出。",
};

impl Words {
    /// Those of a language; where none is given, of that of a title.
    ///
    /// # Errors
    /// `FieldFormat` for a language that there are no words in.
    pub(super) fn of(language: &str, title: &str) -> Result<&'static Self, Flaw> {
        match language.split('-').next().unwrap_or_default() {
            "zh" => Ok(&CHINESE),
            "en" => Ok(&ENGLISH),
            "" if title.chars().any(is_han) => Ok(&CHINESE),
            "" => Ok(&ENGLISH),
            _ => {
                let text = format!("is {language}: a document can be written in zh or en");
                Err(Flaw::new(Reason::FieldFormat, text))
            }
        }
    }

    /// Whether they are Chinese.
    pub(super) fn is_chinese(&self) -> bool {
        self.code == "zh"
    }

    /// What a kind of meeting is called.
    pub(super) fn kind_of_meeting(&self, kind: MeetingKind) -> &'static str {
        self.one(match kind {
            MeetingKind::Symposium => ("座谈会", "Symposium"),
            MeetingKind::Dispatch => ("调度会", "Dispatch meeting"),
            MeetingKind::Site => ("现场会", "Meeting on site"),
            MeetingKind::Training => ("培训", "Training"),
            MeetingKind::Review => ("评审会", "Review"),
            MeetingKind::Working => ("工作会议", "Working meeting"),
            MeetingKind::Other => ("其他", "Other"),
        })
    }

    /// What a part in a meeting is called; nothing for an attendee.
    pub(super) fn role(&self, role: AttendeeRole) -> &'static str {
        self.one(match role {
            AttendeeRole::Chair => ("主持", "chair"),
            AttendeeRole::Speaker => ("发言", "speaker"),
            AttendeeRole::Attendee => ("", ""),
            AttendeeRole::Observer => ("列席", "observer"),
            AttendeeRole::Guest => ("嘉宾", "guest"),
        })
    }

    /// What it is called that somebody didn't come; nothing for who came.
    pub(super) fn absence(&self, attendance: Attendance) -> &'static str {
        self.one(match attendance {
            Attendance::Present | Attendance::Substitute => ("", ""),
            Attendance::Absent => ("缺席", "not excused"),
            Attendance::Excused => ("请假", "excused"),
        })
    }

    /// What a kind of entry is called.
    pub(super) fn kind_of_entry(&self, kind: MinutesEntryKind) -> &'static str {
        self.one(match kind {
            MinutesEntryKind::Information => ("情况", "Information"),
            MinutesEntryKind::Decision => ("决定", "Decision"),
            MinutesEntryKind::Action => ("任务", "Action"),
        })
    }

    /// What a state is called.
    pub(super) fn state(&self, state: MinutesState) -> &'static str {
        self.one(match state {
            MinutesState::Draft => ("起草中", "being written"),
            MinutesState::InReview => ("审核中", "in review"),
            MinutesState::Approved => ("已审定", "approved"),
            MinutesState::Issued => ("已印发", "issued"),
        })
    }

    /// What it is called how far an action has come.
    pub(super) fn state_of_action(&self, state: ActionState) -> &'static str {
        self.one(match state {
            ActionState::Assigned => ("已交办", "assigned"),
            ActionState::InProgress => ("办理中", "in progress"),
            ActionState::ResultSubmitted => ("已报结果", "result submitted"),
            ActionState::Returned => ("已退回", "returned"),
            ActionState::Closed => ("已办结", "closed"),
            ActionState::Cancelled => ("已取消", "cancelled"),
        })
    }

    /// What it is called that there were enough who have a vote, or that there
    /// weren't.
    pub(super) fn quorum_met(&self, is_met: bool) -> &'static str {
        self.one(if is_met { ("达到", "met") } else { ("未达到", "not met") })
    }

    fn one(&self, (chinese, english): (&'static str, &'static str)) -> &'static str {
        if self.is_chinese() { chinese } else { english }
    }
}

fn is_han(letter: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&letter) || ('\u{20000}'..='\u{323af}').contains(&letter)
}
