package ui

import (
	"fmt"
	"strings"

	"reddot/model"
	"reddot/session"
	"reddot/ui/text"
)

const (
	// nameBytes and previewBytes bound what is cleaned and measured of texts that are cut to one line anyway.
	nameBytes    = 256
	previewBytes = 512
	// bodyBytes bounds the text of one message; the service takes no longer one.
	bodyBytes = 64 << 10
	// jsonLines is how much of a custom element without a description is shown.
	jsonLines = 6
)

// senderName returns the name of a message's sender, cleaned.
func senderName(k *look, m *model.Message, c *session.Conversation) string {
	if m.Sender == k.self {
		return k.words.You
	}
	return userName(m.Sender, m, c)
}

// userName returns the name of a user in a conversation: the member's, the one that came with the message, the id.
func userName(user string, m *model.Message, c *session.Conversation) string {
	name := user
	member, known := c.Members[user]
	switch {
	case known && member.NameCard != "":
		name = member.NameCard
	case m != nil && m.Sender == user && m.NameCard != "":
		name = m.NameCard
	case m != nil && m.Sender == user && m.SenderName != "":
		name = m.SenderName
	case known:
		name = member.DisplayName()
	}
	if clean := text.Clean(text.Limit(name, nameBytes)); clean != "" {
		return clean
	}
	return text.Clean(text.Limit(user, nameBytes))
}

// body returns what a message says, cleaned, with line breaks; card means that it is an application's own element.
func body(k *look, m *model.Message, c *session.Conversation) (s string, card bool) {
	parts := make([]string, 0, len(m.Elements))
	for _, e := range m.Elements {
		part, custom := elementText(k, e, m, c)
		parts = append(parts, part)
		card = card || custom
	}
	return strings.TrimRight(strings.Join(parts, ""), "\n "), card
}

func elementText(k *look, e model.Element, m *model.Message, c *session.Conversation) (s string, card bool) {
	switch e := e.(type) {
	case model.Text:
		return text.CleanLines(text.Limit(e.Text, bodyBytes)), false
	case model.Custom:
		return customText(k, e), true
	case model.Face:
		return fmt.Sprintf("[%s %d]", k.words.Face, e.Index), false
	case model.Location:
		return fmt.Sprintf("[%s] %s (%.4f, %.4f)", k.words.Place, clean(e.Description), e.Latitude, e.Longitude), false
	case model.Media:
		return mediaText(k, e), false
	case model.Tip:
		return tipText(k, e, m, c), false
	case model.Notice:
		return fmt.Sprintf(k.words.SystemNoticeF, clean(e.Text)), false
	case model.Unknown:
		return "[" + fmt.Sprintf(k.words.UnknownF, clean(e.Type)) + "]", true
	default:
		return "[" + fmt.Sprintf(k.words.UnknownF, "") + "]", true
	}
}

func clean(s string) string { return text.Clean(text.Limit(s, previewBytes)) }

// customText shows an application's element by the shop's template for it, by its description, or by the first lines
// of its data.
func customText(k *look, e model.Custom) string {
	if card := cardText(k, e); card != "" {
		return card
	}
	if e.Description != "" {
		return text.CleanLines(text.Limit(e.Description, bodyBytes))
	}
	return "[" + k.words.CustomMessage + "]\n" + laidOut(e.Data, jsonLines)
}

func mediaText(k *look, e model.Media) string {
	kind := map[model.MediaKind]string{
		model.Image: k.words.Picture, model.Sound: k.words.Voice, model.File: k.words.File, model.Video: k.words.Video,
	}[e.Kind]
	label := "[" + kind + "]"
	if name := clean(e.Name); name != "" {
		label += " " + name
	}
	if e.Width > 0 && e.Height > 0 {
		label += fmt.Sprintf(" %d×%d", e.Width, e.Height)
	}
	if e.Seconds > 0 {
		label += fmt.Sprintf(" %d:%02d", e.Seconds/60, e.Seconds%60)
	}
	return label + size(e.Bytes)
}

func size(n int64) string {
	switch {
	case n <= 0:
		return ""
	case n < 1<<10:
		return fmt.Sprintf(" %d B", n)
	case n < 1<<20:
		return fmt.Sprintf(" %d KB", n>>10)
	default:
		return fmt.Sprintf(" %.1f MB", float64(n)/(1<<20))
	}
}

// tipNames is how many names a tip lists.
const tipNames = 3

func tipText(k *look, tip model.Tip, m *model.Message, c *session.Conversation) string {
	name := func(user string) string {
		if given := clean(tip.Names[user]); given != "" && c.Members[user].NameCard == "" {
			return given
		}
		return userName(user, nil, c)
	}
	for _, field := range []string{"owner", "name", "notification", "introduction"} {
		if value, ok := tip.Changed[field]; ok {
			if field == "owner" {
				value = name(value)
			}
			return fmt.Sprintf(k.words.TipSet[field], name(tip.Operator), clean(value))
		}
	}
	var names []string
	for _, user := range tip.Users {
		names = append(names, name(user))
	}
	if len(names) == 0 || tip.Kind == model.TipProfileChanged {
		names = []string{name(tip.Operator)}
	}
	format, ok := k.words.Tips[tip.Kind]
	if !ok || tip.Kind == model.TipUnknown {
		return k.words.Tips[model.TipUnknown]
	}
	return fmt.Sprintf(format, k.words.list(names, tipNames))
}

// quiet reports messages that are lines of the service and not somebody's words.
func quiet(m *model.Message) bool {
	if m.Recalled {
		return true
	}
	if len(m.Elements) == 0 {
		return false
	}
	switch m.Elements[0].(type) {
	case model.Tip, model.Notice:
		return true
	default:
		return false
	}
}

// previewOf returns the line under a group's name: a mark for drafts, and the draft or the newest message. The open
// group's draft stands in the input.
func previewOf(k *look, c *session.Conversation, open bool) (lead, preview string) {
	if c.Draft != "" && !open {
		return k.words.DraftMark, clean(c.Draft)
	}
	m := newestOf(c)
	if m == nil {
		if c.Muted {
			return "", k.words.Muted
		}
		return "", ""
	}
	said := previewText(k, m, c)
	if quiet(m) {
		return "", said
	}
	switch m.State {
	case model.Sending:
		return "", k.glyphs.sending + " " + said
	case model.Failed:
		return "", k.glyphs.failed + " " + said
	}
	return "", said
}

// previewText returns a message as one line, with its sender where a group needs one.
func previewText(k *look, m *model.Message, c *session.Conversation) string {
	if m.Recalled {
		return k.words.Recalled
	}
	said := firstLine(k, m, c)
	switch {
	case quiet(m):
		return said
	case m.Sender == k.self:
		return k.words.You + ": " + said
	case c.ID.Kind() == model.KindC2C:
		return said
	}
	return staffWord(c, m.Sender) + userName(m.Sender, m, c) + ": " + said
}

// firstLine returns what a message says as one bounded line.
func firstLine(k *look, m *model.Message, c *session.Conversation) string {
	var parts []string
	for _, e := range m.Elements {
		switch e := e.(type) {
		case model.Text:
			parts = append(parts, clean(e.Text))
		case model.Custom:
			parts = append(parts, customLine(k, e))
		default:
			part, _ := elementText(k, e, m, c)
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "")
}

// customLine is an application's element in a line.
func customLine(k *look, e model.Custom) string {
	if card, ok := k.cards.Of(e); ok {
		return "[" + clean(card.Title) + "]"
	}
	if e.Description != "" {
		return clean(e.Description)
	}
	return "[" + k.words.CustomMessage + "]"
}

// staffWord returns the word of a member's role if the member works for the shop: what a preview has room for.
func staffWord(c *session.Conversation, user string) string {
	member, known := c.Members[user]
	if !known || c.ID.Kind() != model.KindGroup || member.BusinessRole() == model.RoleCustomer {
		return ""
	}
	return roleWords[member.BusinessRole()]
}
