package ui

import (
	"fmt"

	"reddot/model"
)

// panelWords are the words of panels, forms and commands.
type panelWords struct {
	// Every panel.
	GroupsNotHere, NoGroupHere string
	NotDoneF, NoAnswer, Clause string
	DropTyped, Cancel          string
	Yes, No, Bytes             string
	MenuHint                   string
	Saving, Saved              string
	SaveButton, SendButton     string

	// Forms.
	FormHint, TextHint, ChoiceHint, ToggleHint, ButtonHint string
	FieldRequired, FieldNumber                             string
	TooManyBytesF                                          string
	UnknownUsersF                                          string
	CheckingUsers                                          string

	// Commands.
	CommandTitle, CommandHint string
	NoCommandF, UsageF        string

	// The fields of a group.
	TypeLabel, NameLabel, IntroLabel, AnnouncementLabel     string
	MembersLabel, JoinLabel, InviteLabel, MaxLabel, IDLabel string
	OwnerLabel, SizeLabel, RoleLabel, MuteAllLabel          string
	LinkLabel, CreatedLabel, WhoLabel, MessageLabel         string
	MinutesLabel, ReplyLabel, TextLabel, SnippetLabel       string
	FaceLabel                                               string
	IDHelp, IDPrintable, IDReserved, IDCommunity            string
	UsersHelp, MaxHelp, JoinHelp, MinutesHelp               string
	JoinDefault                                             string
	JoinOptions                                             map[model.JoinOption]string
	TypeNotes                                               map[model.GroupType]string
	ServiceRoles                                            map[model.ServiceRole]string
	MembersOfMaxF                                           string

	// Creating and inviting.
	NewTitle, CreateButton, Creating, CreatedF    string
	InviteTitleF, InviteButton, Inviting, Invited string
	AllAddedF, ResultsHint                        string
	Outcomes                                      map[model.AddOutcome]string

	// Finding and joining.
	FindTitle, FindLabel, FindHelp, FindHint, FoundHint string
	Searching, NoSuchGroupF                             string
	OnlyOwnF                                            string
	NotIn, YouAreIn, AwaitsApproval                     string
	JoinByInvitation, JoinIsClosed                      string
	JoinTitleF, JoinButton, Joining, AppliedF, JoinedF  string

	// The profile.
	LoadingProfile, ProfileHint, EditHint                       string
	DoMembers, DoInvite, DoCard, DoLeave, DoHandOver, DoDestroy string
	GroupKeys                                                   string
	NewNoticeF                                                  string

	// Rights.
	NotForTypeF, OwnerOnlyF, AdminsOnlyF        string
	OwnerMustHandOver, NotInGroup, AppAdminOnly string

	// Members.
	StopHint, StoppedF                                                                       string
	MembersTitleF, OnlyKnown, OnlyRoleF, MarkedF, FoundF                                     string
	LoadingMembers, NobodyFits, NotYourself, NotToOwner                                      string
	MemberHint, MemberFindHint, PickHint, UndoHintF                                          string
	RoleColumn, CardColumn, ServiceColumn, MutedColumn, JoinedColumn, ReadColumn             string
	DoMention, DoTalk, DoSetAdmin, DoUnsetAdmin, DoMute, DoUnmute, DoEditCard, DoRemove      string
	DoMarkRole, MarkMeans, MarkAsF                                                           string
	BehindF                                                                                  string
	DoReinvite                                                                               string
	MuteForF, BulkTitleF, DoneToF, NotDoneToF, NothingToDo, NothingToUndo, UndoingF, UndoneF string
	RemoveTitleF, RemoveMeans, Removing, Removed                                             string
	MentionedF, TalkTitleF, SendingFirst, CardTitleF                                         string
	RoleSetF, BusinessSetF                                                                   string

	// Leaving.
	LeaveTitleF, LeaveLoses, LeaveOwnerless, LeaveButton, Leaving, LeftF             string
	HandOverTitleF, HandOverMeansF, HandOverButton, HandingOver, HandedOverF         string
	DestroyTitleF, DestroyHelpF, DestroyButton, Destroying, DestroyedF, NameDiffersF string

	// Notices.
	NoticesTitle, LoadingNotices, NoNotices, DecideHint, NoticeHint string
	NoticeKey                                                       string
	NoticesF                                                        string
	Agree, Refuse, Accept, Decline, Deciding, DecidedF              string
	AppliesF, InvitesF, InvitesYouF, Somebody                       string
	Settled                                                         string
	GroupNoticeTexts                                                map[model.GroupNoticeKind]string

	// Who waits.
	LookingWho                                     string
	WaitingF, AllGroups, WaitingHeadF, NobodyWaits string

	// Custom messages.
	CustomTitleF, DataHelp, DescHelp, CloudHelp, NoJSONF string
}

func (w *panelWords) tooManyBytes(n, limit int) string { return fmt.Sprintf(w.TooManyBytesF, n, limit) }
