package cli

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"reddot/im"
	"reddot/model"
	"reddot/session"
)

// tailFlags say what tail prints.
type tailFlags struct {
	since    string
	noFollow bool
	events   []string
	from     string
	contains string
	role     string
}

// filter decides which facts are printed. The zero value prints all.
type filter struct {
	only     model.ConversationID
	events   []session.FactKind
	from     string
	contains string
	role     model.Role
	// roleOf is asked only where a role is wanted.
	roleOf func(*model.Message) model.Role
}

var factKinds = []session.FactKind{
	session.FactMessage, session.FactReceipt, session.FactNote, session.FactRead, session.FactGroup, session.FactGroupNotice,
	session.FactConnection,
}

func (a *app) filterOf(f tailFlags, only model.ConversationID) (filter, error) {
	result := filter{only: only, from: f.from, contains: strings.ToLower(f.contains)}
	for _, name := range f.events {
		kind := session.FactKind(name)
		if !slices.Contains(factKinds, kind) {
			return result, usagef(a.pick("--events %s：用 %s", "--events %s: use %s"), name, strings.Join(factNames(), ", "))
		}
		result.events = append(result.events, kind)
	}
	if f.role != "" {
		role, ok := model.RoleNamed(f.role)
		if !ok {
			return result, usagef(a.pick("--role %s：用 anchor、assistant、guide 或 customer", "--role %s: use anchor, assistant, guide or customer"), f.role)
		}
		result.role = role
	}
	return result, nil
}

func factNames() []string {
	names := make([]string, len(factKinds))
	for i, kind := range factKinds {
		names[i] = string(kind)
	}
	return names
}

// passes says whether a fact is wanted. What a filter asks about a message lets nothing else through.
func (f filter) passes(fact session.Fact) bool {
	if f.only != "" && fact.Conversation != f.only && fact.Kind != session.FactConnection {
		return false
	}
	if len(f.events) > 0 && !slices.Contains(f.events, fact.Kind) {
		return false
	}
	if f.from == "" && f.contains == "" && f.role == model.RoleUnset {
		return true
	}
	message := fact.Message
	if message == nil || f.from != "" && message.Sender != f.from {
		return false
	}
	if f.contains != "" && !strings.Contains(strings.ToLower(model.Preview(message, model.Chinese)), f.contains) {
		return false
	}
	return f.role == model.RoleUnset || f.roleOf(message) == f.role
}

// rolesOf returns a function that tells a sender's role in the shop. It asks for a group's members once, and again
// when somebody unknown speaks; who stays unknown is a customer.
func (l *live) rolesOf(ctx context.Context) func(*model.Message) model.Role {
	known := map[model.ConversationID]map[string]model.Role{}
	return func(message *model.Message) model.Role {
		id := message.Conversation
		if role, ok := known[id][message.Sender]; ok {
			return role
		}
		roles := map[string]model.Role{message.Sender: model.RoleCustomer}
		if id.Kind() == model.KindGroup {
			members, _ := l.MembersOf(ctx, id.Target()) // those that came; a failed call is in the log
			for _, member := range members {
				roles[member.User] = member.BusinessRole()
			}
		}
		known[id] = roles
		return roles[message.Sender]
	}
}

// sinceTime reads a moment: how long ago ("10m", "36h"), a date, a time of today, or a date with a time. Zero means none.
func (a *app) sinceTime(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if ago, err := time.ParseDuration(text); err == nil && ago >= 0 {
		return now.Add(-ago), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateTime, "2006-01-02 15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return at, nil
		}
	}
	for _, layout := range []string{"15:04", time.TimeOnly} {
		if at, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), at.Second(), 0, now.Location()), nil
		}
	}
	return time.Time{}, usagef(a.pick("--since %s：写多久以前（10m、36h）、时刻（08:30）或日期（2026-11-23、2026-11-23T08:30）", "--since %s: write how long ago (10m, 36h), a time (08:30), or a date (2026-11-23, 2026-11-23T08:30)"), text)
}

// messagesSince returns the messages of one conversation, or of all, from a moment on, oldest first.
func (l *live) messagesSince(ctx context.Context, only model.ConversationID, since time.Time) ([]*model.Message, error) {
	var all []*model.Message
	for _, conversation := range l.View().Conversations {
		last := conversation.Last
		if only != "" && conversation.ID != only || last == nil || last.ServerTime < since.Unix() {
			continue
		}
		messages, err := l.historySince(ctx, conversation.ID, since.Unix())
		if errors.Is(err, im.ErrUnsupported) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, messages...)
	}
	slices.SortStableFunc(all, func(a, b *model.Message) int { return cmp.Compare(a.ServerTime, b.ServerTime) })
	return all, nil
}

func (l *live) historySince(ctx context.Context, id model.ConversationID, since int64) ([]*model.Message, error) {
	request := im.HistoryRequest{Conversation: id, Limit: l.client.Capabilities().HistoryPage}
	var messages []*model.Message
	for {
		page, err := l.client.History(ctx, request)
		if err != nil {
			return nil, err
		}
		fresh := slices.DeleteFunc(slices.Clone(page.Messages), func(m *model.Message) bool { return m.ServerTime < since })
		messages = slices.Concat(fresh, messages)
		if page.Complete || len(fresh) < len(page.Messages) || len(page.Messages) == 0 && page.Next == request.Before && page.Cursor == request.Cursor {
			return messages, nil
		}
		request.Before, request.Cursor = page.Next, page.Cursor
	}
}
