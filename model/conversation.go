package model

import "strings"

// Kind tells the two kinds of conversation apart.
type Kind int

const (
	// KindUnknown is a conversation id that follows neither form.
	KindUnknown Kind = iota
	// KindGroup is a group conversation; its positions are sequences.
	KindGroup
	// KindC2C is a conversation of two users (or of a user with oneself); its positions are server seconds.
	KindC2C
)

// ConversationID names a conversation as the official SDKs do: "GROUP" and the group id, or "C2C" and
// the other user's id. Example: "GROUP@TGS#1DEMO", "C2Cguide-li".
type ConversationID string

const (
	groupPrefix = "GROUP"
	c2cPrefix   = "C2C"
)

// GroupConversation returns the conversation of a group.
func GroupConversation(groupID string) ConversationID { return ConversationID(groupPrefix + groupID) }

// C2CConversation returns the conversation with a user.
func C2CConversation(userID string) ConversationID { return ConversationID(c2cPrefix + userID) }

// Kind returns the kind of conversation that the id names.
func (id ConversationID) Kind() Kind {
	switch {
	case strings.HasPrefix(string(id), groupPrefix) && len(id) > len(groupPrefix):
		return KindGroup
	case strings.HasPrefix(string(id), c2cPrefix) && len(id) > len(c2cPrefix):
		return KindC2C
	default:
		return KindUnknown
	}
}

// Target returns the group id or user id inside the id, "" if it follows neither form.
func (id ConversationID) Target() string {
	switch id.Kind() {
	case KindGroup:
		return string(id)[len(groupPrefix):]
	case KindC2C:
		return string(id)[len(c2cPrefix):]
	default:
		return ""
	}
}
