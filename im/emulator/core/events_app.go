package core

// Events that concern the app's server and no client: what happened as a whole, where
// clients learn of it piece by piece.
type (
	// GroupCreated: a group was made. Members are the first ones, without the owner.
	GroupCreated struct {
		By      Actor
		Group   Group
		Members []string
	}
	// GroupDestroyed: a group was dissolved, with its last members.
	GroupDestroyed struct {
		By      Actor
		Group   Group
		Members []string
	}
	// GroupChanged: fields of a group's profile have new values.
	GroupChanged struct {
		By       Actor
		Group    *GroupRef
		Change   GroupChange
		OldOwner string // if the group was handed over
	}
	// MembersJoined: these users are members now.
	MembersJoined struct {
		By      Actor
		Group   *GroupRef
		Users   []string
		Applied bool // they came by themselves, nobody invited them
		Full    bool // the group has as many members as it may have
	}
	// MembersLeft: these users are members no more.
	MembersLeft struct {
		By    Actor
		Group *GroupRef
		Users []string
		Quit  bool // they left by themselves, nobody removed them
	}
	// MemberChanged: fields of a member have new values.
	MemberChanged struct {
		By     Actor
		Group  *GroupRef
		User   string
		Change MemberChange
	}
	// MessagesRecalled: these messages of a group were recalled together.
	MessagesRecalled struct {
		By    Actor
		Group *GroupRef
		Seqs  []uint32
	}
	// ReceiptsSent: Reader has read these messages of a group, whoever wrote them.
	ReceiptsSent struct {
		By     Actor
		Group  *GroupRef
		Reader string
		Items  []Receipt
	}
	// Emptied: everything was forgotten.
	Emptied struct{}
)

func (GroupCreated) event()     {}
func (GroupDestroyed) event()   {}
func (GroupChanged) event()     {}
func (MembersJoined) event()    {}
func (MembersLeft) event()      {}
func (MemberChanged) event()    {}
func (MessagesRecalled) event() {}
func (ReceiptsSent) event()     {}
func (Emptied) event()          {}
