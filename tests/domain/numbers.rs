//! The enums have the numbers and names of the proto's.

use outlay_proto::v1;
use outlay_server::domain::meeting::{
    AgendaItemKind, Attendance, AttendeeRole, InvitationAnswer, MeetingKind, MeetingState,
    SpeechState,
};
use outlay_server::domain::observation::ObservationStatus;
use outlay_server::domain::project::{ConstructionKind, FundingKind, SizeClass, Stage};
use outlay_server::domain::reference::{
    ClusterTier, IndicatorUnit, IndustryLevel, OrganisationKind, RegionType,
};

macro_rules! check {
    ($($ours:ident = $theirs:ident $prefix:literal;)+) => {
        $(
            let mut last = 0;
            for value in $ours::ALL.iter().copied() {
                let number = value.number();
                let other = v1::$theirs::try_from(number).unwrap();
                assert_eq!(other.as_str_name(), format!("{}_{value}", $prefix));
                assert_eq!($ours::from_number(number), Some(value));
                assert_eq!($ours::parse(value.as_str()), Some(value));
                assert_eq!(number, last + 1, "{value}");
                last = number;
            }
            // The proto has no more of them, and its 0 is nothing here.
            assert!(v1::$theirs::try_from(last + 1).is_err(), "{}", $prefix);
            assert_eq!($ours::from_number(0), None);
        )+
    };
}

#[test]
fn every_enum_is_that_of_the_proto() {
    check! {
        Stage = ProjectStage "PROJECT_STAGE";
        ConstructionKind = ConstructionKind "CONSTRUCTION_KIND";
        SizeClass = SizeClass "SIZE_CLASS";
        FundingKind = FundingKind "FUNDING_KIND";
        MeetingState = MeetingState "MEETING_STATE";
        MeetingKind = MeetingKind "MEETING_KIND";
        AttendeeRole = AttendeeRole "ATTENDEE_ROLE";
        InvitationAnswer = InvitationAnswer "INVITATION_ANSWER";
        Attendance = Attendance "ATTENDANCE";
        SpeechState = SpeechState "SPEECH_STATE";
        AgendaItemKind = AgendaItemKind "AGENDA_ITEM_KIND";
        RegionType = RegionType "REGION_TYPE";
        IndustryLevel = IndustryLevel "INDUSTRY_LEVEL";
        ClusterTier = ClusterTier "CLUSTER_TIER";
        OrganisationKind = OrganisationKind "ORGANISATION_KIND";
        IndicatorUnit = IndicatorUnit "INDICATOR_UNIT";
        ObservationStatus = ObservationStatus "OBSERVATION_STATUS";
    }
}
