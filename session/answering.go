package session

import (
	"context"
	"math/rand/v2"
	"time"

	"reddot/im"
	"reddot/model"
)

const (
	// answeringPace is how often writing on is told.
	answeringPace = 20 * time.Second
	// mostColleagues bounds who is told.
	mostColleagues = 20
)

// answering is who is writing an answer in one group.
type answering struct {
	// own is what this device told, at told by our clock; the zero value when it writes nothing.
	own  model.Answering
	told time.Time
	// others maps user and device to their word and when it ends.
	others map[answerer]word
}

type answerer struct{ user, device string }

type word struct {
	model.Answering
	ends time.Time
}

// writing is told of every change of an input. Only staff tell, only in groups where the last word is somebody
// else's, and only what has not been told just now.
func (s *Session) writing(c *chat, text string) {
	if text == "" {
		s.wroteNothing(c)
		return
	}
	if !s.tellsAnswering(c) || time.Since(c.answering.told) < answeringPace {
		return
	}
	if c.answering.own.Since == 0 {
		c.answering.own = model.Answering{
			Conversation: c.id, User: s.me.User, Device: s.options.Device, Since: s.now().Unix(),
		}
	}
	c.answering.told = time.Now()
	s.tellAnswering(c, c.answering.own, true)
}

func (s *Session) tellsAnswering(c *chat) bool {
	if c.group == nil || !s.client.Capabilities().Push || s.connection.Phase != Online {
		return false
	}
	staff := s.options.Roles.Of(s.me.User, c.group.SelfRole, c.group.SelfCustom) > model.RoleCustomer
	return staff && c.last != nil && c.last.Sender != s.me.User
}

// wroteNothing takes the word back: the input is empty, or the answer is sent.
func (s *Session) wroteNothing(c *chat) {
	if c.answering.own.Since == 0 {
		return
	}
	own, holds := c.answering.own, time.Since(c.answering.told) < model.AnsweringLife
	c.answering.forgetOwn()
	if holds && s.connection.Phase == Online {
		s.tellAnswering(c, own, false)
	}
}

func (a *answering) forgetOwn() { a.own, a.told = model.Answering{}, time.Time{} }

// tellAnswering tells the colleagues and the user's other devices. It is a courtesy: what does not arrive is not
// repeated.
func (s *Session) tellAnswering(c *chat, own model.Answering, on bool) {
	element := own.Element(on, s.options.Language)
	people := append(c.colleagues(), s.me.User)
	now := s.now().Unix()
	s.spawnQuiet(func(ctx context.Context) func() {
		for _, user := range people {
			ctx, cancel := context.WithTimeout(ctx, sendTimeout)
			_, err := s.client.Send(ctx, im.Outgoing{
				Conversation: model.C2CConversation(user), Random: 1 + rand.Uint32N(1<<31-1), ClientTime: now,
				Sequence: 1 + rand.Int64N(1<<31-1), Elements: []model.Element{element},
				NoUnread: true, NoLastMessage: true, OnlineOnly: true,
			})
			cancel()
			if err != nil {
				s.log.Debug("Tell who is answering", "conversation", own.Conversation, "error", err)
			}
		}
		return nil
	})
}

// colleagues are the staff among the known members.
func (c *chat) colleagues() []string {
	var users []string
	for user, member := range c.members.known {
		if user != c.self && member.BusinessRole() > model.RoleCustomer && len(users) < mostColleagues {
			users = append(users, user)
		}
	}
	return users
}

// takeAnswering takes the words about answering out of messages and heeds them.
func (s *Session) takeAnswering(messages []*model.Message) []*model.Message {
	others := messages[:0:0]
	for _, message := range messages {
		word, on, err := model.ParseAnswering(message)
		if err != nil {
			others = append(others, message)
			continue
		}
		s.heed(word, on)
	}
	return others
}

// heed notes a colleague's word. Whoever is not known as staff of the group has no say.
func (s *Session) heed(said model.Answering, on bool) {
	c := s.chats[said.Conversation]
	if c == nil || said.User == s.me.User && said.Device == s.options.Device {
		return
	}
	if said.User != s.me.User && c.members.known[said.User].BusinessRole() <= model.RoleCustomer {
		return
	}
	who := answerer{said.User, said.Device}
	if !on {
		s.answered(c, func(other answerer) bool { return other == who })
		return
	}
	if c.answering.others == nil {
		c.answering.others = map[answerer]word{}
	}
	ends := time.Now().Add(model.AnsweringLife)
	c.answering.others[who] = word{said, ends}
	s.touch(c)
	s.spawn(func(ctx context.Context) func() {
		sleep(ctx, time.Until(ends))
		return func() {
			s.answered(c, func(other answerer) bool { return other == who && !c.answering.others[who].ends.After(ends) })
		}
	})
}

// answered forgets the words of some: their answer is there, or they write no more.
func (s *Session) answered(c *chat, who func(answerer) bool) {
	for other := range c.answering.others {
		if who(other) {
			delete(c.answering.others, other)
			s.touch(c)
		}
	}
}

// heardAnswers forgets the words of those whose message has come.
func (s *Session) heardAnswers(c *chat, messages []*model.Message) {
	if len(c.answering.others) == 0 {
		return
	}
	for _, message := range messages {
		s.answered(c, func(other answerer) bool { return other.user == message.Sender })
	}
}

// answeredBy returns whose answer goes before one from here, nil if nobody's does.
func (c *chat) answeredBy() *model.Answering {
	var first *model.Answering
	for _, other := range c.answering.others {
		if first == nil || other.Precedes(*first) {
			first = &other.Answering
		}
	}
	if first == nil || c.answering.own.Since != 0 && c.answering.own.Precedes(*first) {
		return nil
	}
	return first
}
