package ui

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"reddot/model"
	"reddot/session"
	"reddot/ui/text"
)

// mostMentions is the most users that the service takes in the list of one message.
const mostMentions = 30

// everybody is what stands behind an @ that means the whole group, in every language, as the official clients write it.
const everybody = "所有人"

// mayCallAll says whether the user may call everybody: who runs the group or the show. The service would let anybody.
func mayCallAll(c *session.Conversation) bool {
	if c.Group == nil {
		return false
	}
	runs := c.Group.SelfRole == model.Owner || c.Group.SelfRole == model.Admin
	return runs || c.RoleKnown && (c.Role == model.RoleAnchor || c.Role == model.RoleAssistant)
}

// callsAll says whether a text calls everybody.
func callsAll(said string, c *session.Conversation) bool {
	return mayCallAll(c) && (strings.Contains(said, "@"+everybody) || strings.Contains(said, "＠"+everybody))
}

// chosen remembers whom the user meant by a name: members may share one.
type chosen map[string][]string

func (c chosen) add(name, user string) {
	if !slices.Contains(c[name], user) {
		c[name] = append(c[name], user)
	}
}

// mentioned returns the members whose names stand behind an @ in a text, in its order and each once. Of several names
// that fit the longest counts; of members who share it those who were chosen, else all.
func mentioned(said string, c *session.Conversation, picked chosen) []string {
	if !strings.ContainsAny(said, "@＠") || c.ID.Kind() != model.KindGroup {
		return nil
	}
	names := mentionNames(c)
	for name, users := range picked {
		if len(names[name]) == 0 {
			names[name] = users // chosen from the list of all members, of whom a large group knows only some
		}
	}
	var users []string
	for i := 0; i < len(said); {
		r, n := utf8.DecodeRuneInString(said[i:])
		i += n
		if r != '@' && r != '＠' {
			continue
		}
		name := longestName(said[i:], names)
		if name == "" {
			continue
		}
		meant := picked[name]
		if len(meant) == 0 {
			meant = names[name]
		}
		for _, user := range meant {
			if !slices.Contains(users, user) {
				users = append(users, user)
			}
		}
		i += len(name)
	}
	return users
}

// mentionNames maps everything that a member can be called by to those called so.
func mentionNames(c *session.Conversation) map[string][]string {
	names := make(map[string][]string, len(c.Members))
	for user, member := range c.Members {
		for _, name := range []string{userName(user, nil, c), clean(member.Name), user} {
			if name != "" && !slices.Contains(names[name], user) {
				names[name] = append(names[name], user)
			}
		}
	}
	for _, users := range names {
		slices.Sort(users)
	}
	return names
}

// longestName returns the longest name that a text begins with, "" if none. A Latin name ends where its word ends.
func longestName(s string, names map[string][]string) string {
	longest := ""
	for name := range names {
		if len(name) > len(longest) && strings.HasPrefix(s, name) && !splitsWord(name, s[len(name):]) {
			longest = name
		}
	}
	return longest
}

func splitsWord(name, rest string) bool {
	return rest != "" && latin(name[len(name)-1]) && latin(rest[0])
}

func latin(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
}

// mentions returns whom a text of the open conversation mentions, at most as many as the service takes.
func (m *Model) mentions(said string, c *session.Conversation) []string {
	users := mentioned(said, c, m.chosen)
	if len(users) > mostMentions {
		m.flash = flash{text: fmt.Sprintf(m.look.words.TooManyMentionsF, mostMentions), sticky: true}
		users = users[:mostMentions]
	}
	return users
}

// mention puts the names of users behind @ into the input, in the place of the text from an offset to the caret.
func (m *Model) mention(from int, users []string) {
	c := m.conversation()
	before := m.input.text[:from]
	var b strings.Builder
	if before != "" && !blankAt(before, text.Prev(before, len(before))) {
		b.WriteByte(' ')
	}
	for _, user := range users {
		name := userName(user, nil, c)
		m.chosen.add(name, user)
		b.WriteString("@" + name + " ")
	}
	m.input.cut(from, m.input.caret)
	m.input.insert(b.String())
}

// callUnread puts the names of those who have not read the inspected message into the input. If they are not known yet
// it asks, and goes on when the answer is there.
func (m *Model) callUnread() {
	c, w := m.conversation(), m.look.words
	m.calling = false
	if c == nil {
		return
	}
	message := m.inspected()
	if !listsReaders(c, message) {
		m.flash = flash{text: w.NobodyToCall}
		if reason := noReceipts(m.look, c); reason != "" {
			m.flash.text = reason
		}
		return
	}
	known := readersFor(c, message)
	switch {
	case (known == nil || known.Loading) && m.view.Connection.Phase == session.Online:
		m.calling = true
		return
	case known == nil || known.Loading || known.Failure != "" && len(known.Unread) == 0:
		m.flash = flash{text: w.CallFailed}
		return
	case len(known.Unread) == 0:
		m.flash = flash{text: w.NobodyToCall}
		return
	}
	users := byRole(c, known.Unread)
	if more := len(users) - mostMentions; more > 0 {
		m.flash = flash{text: fmt.Sprintf(w.CalledF, mostMentions, more)}
		users = users[:mostMentions]
	}
	m.setFocus(focusInput)
	m.mention(m.input.caret, users)
}

// answerCall goes on with callUnread once the readers are known.
func (m *Model) answerCall(c *session.Conversation) {
	if known := readersFor(c, m.inspected()); m.calling && known != nil && !known.Loading {
		m.callUnread()
	}
}

// markMentions paints a line of a message that mentions the user, with their name brighter.
func markMentions(k *look, style styleName, line string, names []string) string {
	var b strings.Builder
	for line != "" {
		at, length := firstMention(line, names)
		if at < 0 {
			break
		}
		b.WriteString(k.paint(style, line[:at]))
		b.WriteString(k.paint(styleMention, line[at:at+length]))
		line = line[at+length:]
	}
	b.WriteString(k.paint(style, line))
	return b.String()
}

// firstMention returns where one of the names stands behind an @ in a line, -1 if none does.
func firstMention(line string, names []string) (at, length int) {
	at = -1
	for _, sign := range []string{"@", "＠"} {
		for _, name := range names {
			i := strings.Index(line, sign+name)
			if i >= 0 && (at < 0 || i < at || i == at && len(sign+name) > length) {
				at, length = i, len(sign+name)
			}
		}
	}
	return at, length
}

// ownNames returns what the user is called in a conversation, as it stands on a row.
func ownNames(k *look, c *session.Conversation, m *model.Message) []string {
	names := []string{k.Normalize(userName(k.self, nil, c)), k.Normalize(clean(c.Members[k.self].Name)), k.self}
	if m.MentionAll {
		names = append(names, everybody)
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}
