package model

// Element is one part of a message's body. The set is closed: Text, Custom, Face, Location, Media, Tip,
// Notice and Unknown.
type Element interface{ element() }

// Text is plain text as the sender wrote it. It is not cleaned: only ui/text makes it fit for a terminal.
type Text struct{ Text string }

// Custom is an application's own payload; Data is usually JSON, Description a line that a person can read.
type Custom struct{ Data, Description, Extension string }

// Face is an emoticon of an application's own set.
type Face struct {
	Index int
	Data  string
}

// Location is a place on earth, in degrees.
type Location struct {
	Description         string
	Latitude, Longitude float64
}

// MediaKind tells what a Media element holds.
type MediaKind int

// The kinds of media that the service carries.
const (
	Image MediaKind = iota
	Sound
	File
	Video
)

// Media is an image, sound, file or video; the terminal shows a labelled placeholder.
type Media struct {
	Kind    MediaKind
	Name    string
	URL     string
	Bytes   int64
	Seconds int
	// Width and Height are pixels, 0 if unknown.
	Width, Height int
}

// TipKind says what a tip tells.
type TipKind int

// What a tip of a group tells (push-protocol, section 8.4, OpType).
const (
	TipUnknown TipKind = iota
	TipJoined
	TipLeft
	TipRemoved
	TipAdminSet
	TipAdminUnset
	TipProfileChanged
	TipMemberChanged
	TipMuted
	TipUnmuted
)

// Tip is a stored line of the service in a group's timeline: somebody joined, left, was made admin, ….
type Tip struct {
	Kind     TipKind
	Operator string
	Users    []string
	// Names maps user ids to the nick names that came along.
	Names map[string]string
	// Changed maps a profile field ("name", "notification", "introduction", "owner") to its new value.
	Changed map[string]string
	// Members is the number of members after the change, 0 if not told.
	Members int
}

// Notice is a message of the service to one user: an application, an invitation, a dissolved group.
type Notice struct {
	// Type is Tencent's ReportType (push-protocol, section 8.5).
	Type     int
	Operator string
	GroupID  string
	Text     string
}

// Unknown is an element of a type that this program does not know. It is kept and shown as such.
type Unknown struct {
	Type string
	// Raw is the element's content as JSON.
	Raw string
}

func (Text) element()     {}
func (Custom) element()   {}
func (Face) element()     {}
func (Location) element() {}
func (Media) element()    {}
func (Tip) element()      {}
func (Notice) element()   {}
func (Unknown) element()  {}
