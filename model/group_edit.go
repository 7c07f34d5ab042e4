package model

import "fmt"

// JoinOption says how people come into a group that they ask to join, or are invited to.
type JoinOption string

// The options; they stand for both ApplyJoinOption (asking) and InviteJoinOption (being invited), rest-api section 2.1.
const (
	JoinFree     JoinOption = "free"
	JoinApproval JoinOption = "approval"
	JoinClosed   JoinOption = "closed"
)

// NewGroup describes a group to be created. Empty fields are left to the service.
type NewGroup struct {
	// ID is a chosen id, at most GroupIDBytes bytes; "" lets the service choose.
	ID           string
	Type         GroupType
	Name         string
	Introduction string
	Notification string
	FaceURL      string
	// MaxMembers is 0 for the plan's own limit.
	MaxMembers int
	// Join and Invite are "" for the type's own default.
	Join, Invite JoinOption
	Members      []NewMember
}

// NewMember is somebody to be taken into a group.
type NewMember struct {
	User string
	// Admin makes the user an administrator at once, where the type has them.
	Admin bool
	// Custom holds member custom fields, by key.
	Custom map[string]string
}

// AddOutcome is what became of one person who was to be added.
type AddOutcome int

// The outcomes. Over limit is somebody who is in as many groups as the plan allows.
const (
	AddRefused AddOutcome = iota
	Added
	AlreadyMember
	AwaitsConsent
	OverGroupLimit
	UnknownUser
)

// Failed says that the person is not in the group and nobody else's word will bring them in.
func (o AddOutcome) Failed() bool {
	switch o {
	case Added, AlreadyMember, AwaitsConsent:
		return false
	default:
		return true
	}
}

// String returns the word for an outcome that programs read.
func (o AddOutcome) String() string {
	switch o {
	case Added:
		return "added"
	case AlreadyMember:
		return "already_member"
	case AwaitsConsent:
		return "awaits_consent"
	case OverGroupLimit:
		return "over_group_limit"
	case UnknownUser:
		return "unknown_user"
	default:
		return "refused"
	}
}

// AddResult is the outcome for one person.
type AddResult struct {
	User    string
	Outcome AddOutcome
	// Reason is the service's own word on a refusal, raw: clean it before showing it.
	Reason string
}

// CreatedGroup is what the service made of a NewGroup.
type CreatedGroup struct {
	ID      string
	Members []AddResult
}

// JoinState is what a request to join led to.
type JoinState int

// Joined means that the user is in (now, or was before); AwaitsApproval that an administrator decides.
const (
	Joined JoinState = iota + 1
	AwaitsApproval
)

// GroupEdit holds the fields of a group that are to change; nil ones stay.
type GroupEdit struct {
	Name         *string
	Introduction *string
	Notification *string
	FaceURL      *string
	MaxMembers   *int
	Join, Invite *JoinOption
	// MuteAll silences everybody but owner and administrators.
	MuteAll *bool
}

// MemberEdit holds the fields of a member that are to change; nil ones stay.
type MemberEdit struct {
	NameCard *string
	// Role is Admin or Ordinary; an owner is made by handing over.
	Role *ServiceRole
	// MuteSeconds is from now; 0 lets the member speak again.
	MuteSeconds *int64
	// Custom holds the custom fields to set, by key; an empty value removes one.
	Custom map[string]string
}

// Application is a request that waits for somebody's decision: a user who asks to join, or a member's invitation of
// somebody. The group's administrators decide both; an invitation that came by NoticeInvitation waits for the invited.
type Application struct {
	GroupID   string
	GroupName string
	// Applicant is who wants to join, or who is invited; By is who invited, "" when nobody did.
	Applicant string
	By        string
	// Message is the applicant's own text.
	Message string
	// Time is seconds, by the service's clock.
	Time int64
	// Key and Authentication name the request to the service.
	Key            int64
	Authentication string
}

// Invitation says whether somebody else wants the applicant in the group.
func (a Application) Invitation() bool { return a.By != "" }

// Same says whether both name one request: the service gives the notice of a request and the list of those that wait the
// same authentication.
func (a Application) Same(other Application) bool {
	return a.GroupID == other.GroupID && a.Applicant == other.Applicant && a.By == other.By && a.Authentication == other.Authentication
}

// GroupNotice is what the service tells one user about a group: something to know of, or to decide.
type GroupNotice struct {
	// ID names the notice: one that is told twice, live and after a reconnect, has the same.
	ID        string
	Kind      GroupNoticeKind
	GroupID   string
	GroupName string
	// Operator is who did it, "" if the service did not tell.
	Operator string
	// Text is what somebody wrote with it, raw.
	Text string
	Time int64
	// Application is set for the kinds that ask for a decision; Handled once that was taken, here or elsewhere.
	Application *Application
	Handled     bool
}

// GroupNoticeKind is what a notice is about (push-protocol, section 8.5).
type GroupNoticeKind int

// The kinds of notices.
const (
	NoticeApplied GroupNoticeKind = iota + 1
	NoticeAccepted
	NoticeRejected
	NoticeRemoved
	NoticeDissolved
	NoticeInvited
	NoticeLeft
	NoticeMadeAdmin
	NoticeUnmadeAdmin
	NoticeInvitation
	NoticeCustom
	// What became of an invitation by the user.
	NoticeInviteAccepted
	NoticeInviteRefused
)

// String returns the word for a kind in facts.
func (k GroupNoticeKind) String() string {
	words := map[GroupNoticeKind]string{
		NoticeApplied: "applied", NoticeAccepted: "accepted", NoticeRejected: "rejected", NoticeRemoved: "removed",
		NoticeDissolved: "dissolved", NoticeInvited: "invited", NoticeLeft: "left", NoticeMadeAdmin: "made_admin",
		NoticeUnmadeAdmin: "unmade_admin", NoticeInvitation: "invitation", NoticeCustom: "custom",
		NoticeInviteAccepted: "invite_accepted", NoticeInviteRefused: "invite_refused",
	}
	if word, known := words[k]; known {
		return word
	}
	return fmt.Sprintf("GroupNoticeKind(%d)", int(k))
}

// RegisteredGroup is one row of the group registry: a group that was created from here, and whether the
// user's own backend has taken note of it.
type RegisteredGroup struct {
	ID   string
	Name string
	Type GroupType
	// Owner is the account that created it.
	Owner string
	// CreatedAt is seconds, by our clock.
	CreatedAt int64
	// Members are those asked for at creation, with what became of each.
	Members []AddResult
	// Pending is set while the service has not confirmed the creation: its answer was lost, or is still to come.
	Pending bool
	// Delivered is set once the backend has accepted the row; Problem is its last refusal.
	Delivered bool
	Problem   string
}
