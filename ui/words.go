package ui

import (
	"fmt"
	"strings"

	"reddot/model"
	"reddot/session"
)

// words are all words of the screen in one language. Fields that end in F are formats.
type words struct {
	App       string
	TooSmallF string

	// The list.
	GroupsF       string
	UnreadF       string
	UnreadBelow   string
	UnreadAbove   string
	NoGroups      string
	NothingStored string
	Connecting    string
	DraftMark     string
	You           string
	Muted         string
	Recalled      string
	Switch        string
	NothingF      string

	// The conversation.
	Pick           string
	NoMessages     string
	LoadingOlder   string
	OlderHint      string
	OlderFailedF   string
	Beginning      string
	MembersF       string
	YouAreF        string
	NoticeF        string
	DividerF       string
	NewBelowF      string
	BackToEnd      string
	ReadCountF     string
	AllReadF       string
	PeerRead       string
	PeerUnread     string
	FailedF        string
	RetryKeys      string
	RetryGlobal    string
	RecalledByF    string
	NoReceiptsF    string
	ReceiptReasons map[session.ReceiptReason]string
	GroupTypes     map[model.GroupType]string
	MentionsYou    string

	// Elements.
	Picture, Voice, File, Video, Place, Face string
	CustomMessage                            string
	UnknownF                                 string
	SystemNoticeF                            string
	Tips                                     map[model.TipKind]string
	TipSet                                   map[string]string
	Listing                                  string
	AndMoreF                                 string

	// Dates.
	Today, Yesterday string
	DayF, LongDayF   string

	// The side pane.
	WhoRead      string
	ReadByF      string
	UnreadByF    string
	Group        string
	Speakers     string
	Sync         string
	NoSync       string
	NoReceiptYet string
	// Who has read which message, and the keys that call those who have not.
	NotSentYet, NoReceiptAsked string
	ReadersFailedF             string
	MorePeopleF                string
	CallHere, CallGlobal       string
	NobodyToCall, CallFailed   string
	CalledF                    string
	MentionTitle               string
	TooManyMentionsF           string
	Service                    string

	// The status line.
	Online, Offline, LoggedOut string
	OfflineSinceF, LoggedOutF  string
	OutgoingF                  string
	FailedCountF               string
	HelpHint                   string
	QuitAgain                  string
	// AnsweringF takes a name and a device, YouAnswerF a device, AnswerAnywayF one of these sentences.
	AnsweringF, YouAnswerF, AnswerAnywayF string
	// MutedUntilF takes a time of day, with the date unless that is today.
	MutedUntilF, AllMutedNow, LeftNow string
	// Discarded is told of a message that was not sent and is dropped.
	Discarded string
	// NotHereOffline is shown for a conversation of which nothing is stored, while nothing can be loaded.
	NotHereOffline string
	NotSentF       string
	TooLongF       string
	TextKeptF      string
	GoneF          map[session.GoneReason]string
	NothingUnread  string
	Copied         string
	Notices        map[session.NoticeCode]string

	// The input.
	InputHint, ListHint, MessagesHint, SwitchHint string
	FailedHint, CallHint                          string
	CompletionHint                                string
	Placeholder                                   string

	panelWords
	connectionWords

	// The help.
	HelpTitle string
	HelpClose string
	Scopes    [scopeCount]string
}

// wordsOf returns the words of a language, Chinese unless English is asked for.
func wordsOf(language string) *words {
	if strings.HasPrefix(strings.ToLower(language), "en") {
		return english
	}
	return chinese
}

// roleWords are the business roles. They are the shop's own and the same in every language.
var roleWords = map[model.Role]string{
	model.RoleAnchor:    "主播",
	model.RoleAssistant: "助手",
	model.RoleGuide:     "导购",
	model.RoleCustomer:  "用户",
}

func (w *words) day(d date, withYear bool) string {
	year, month, day := d.split()
	if withYear {
		return fmt.Sprintf(w.LongDayF, year, month, day)
	}
	return fmt.Sprintf(w.DayF, month, day)
}

// list joins names, at most limit of them.
func (w *words) list(names []string, limit int) string {
	if len(names) <= limit {
		return strings.Join(names, w.Listing)
	}
	return strings.Join(names[:limit], w.Listing) + fmt.Sprintf(w.AndMoreF, len(names))
}

func repeat(s string, n int) string {
	if n <= 0 {
		return ""
	}
	return strings.Repeat(s, n)
}
