package rest

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"strconv"

	"reddot/im"
	"reddot/model"
)

// findEdits returns the messages of a page that no longer say what this device keeps of them. They get the version after the kept
// one, so that they win over the copy. The service tells of no edit (rest-api, sections 3.3 and 7), it only answers with the new content.
func (c *Client) findEdits(ctx context.Context, conversation model.ConversationID, page []*model.Message) (edited []*model.Message) {
	if c.options.Archive == nil || len(page) == 0 || conversation == model.C2CConversation(c.options.User) {
		return nil
	}
	first, last := page[0].Position(), page[len(page)-1].Position()
	messages, err := c.options.Archive.MessagesBetween(ctx, conversation, first-1, last, mostKept)
	if err != nil {
		c.log.Debug("Kept messages cannot be read", "conversation", conversation, "error", err)
	}
	kept := make(map[string]*model.Message, len(messages))
	for _, m := range messages {
		kept[nameInHistory(m)] = m
	}
	for _, m := range page {
		if old := kept[nameInHistory(m)]; old != nil && isEdit(old, m) {
			m.Version, m.CustomData = max(m.Version, old.Version+1), customData(old, m)
			edited = append(edited, m)
		}
	}
	return edited
}

// nameInHistory tells the messages of one conversation apart.
func nameInHistory(m *model.Message) string {
	if m.Conversation.Kind() == model.KindGroup {
		return strconv.FormatInt(m.Sequence, 10)
	}
	return nameInDialog(m)
}

// isEdit says whether a message of a page has another content than the copy that is kept.
func isEdit(old, m *model.Message) bool {
	if old.Recalled || m.Recalled || len(old.Elements) == 0 || len(m.Elements) == 0 || isTip(m) {
		return false
	}
	return customData(old, m) != old.CustomData || !slices.EqualFunc(old.Elements, m.Elements, sameElement)
}

// customData is that of a message of a page, or the kept one: history may leave CloudCustomData out (rest-api, section 3.3).
func customData(old, m *model.Message) string { return cmp.Or(m.CustomData, old.CustomData) }

// sameElement passes over the addresses of media, which may be signed anew at each answer.
func sameElement(a, b model.Element) bool {
	before, isMedia := a.(model.Media)
	after, isStill := b.(model.Media)
	if !isMedia || !isStill {
		return reflect.DeepEqual(a, b)
	}
	before.URL, after.URL = "", ""
	return before == after
}

// tellEdits tells the new content of messages.
func (c *Client) tellEdits(edited []*model.Message) {
	for _, m := range edited {
		change := im.MessageChanged{
			Conversation: m.Conversation, Key: m.Key(), Elements: m.Elements, CustomData: m.CustomData, Version: m.Version,
		}
		if m.Conversation.Kind() == model.KindGroup {
			change.Sequence = m.Sequence
		}
		c.emit(change)
	}
}
