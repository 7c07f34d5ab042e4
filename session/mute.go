package session

import (
	"context"
	"slices"
	"time"

	"reddot/im"
	"reddot/model"
)

// senderMuted is what the service answers to a message of somebody who may not speak (rest-api, section 1.6).
const senderMuted = 10017

// learnMember takes over the answer to a question about one member of a group that left at the moment asked; no members if they
// are none.
func (s *Session) learnMember(c *chat, user string, members []model.Member, asked im.Moment) {
	if c.members.looked == nil {
		c.members.looked = map[string]im.Moment{}
	}
	c.members.looked[user] = max(c.members.looked[user], asked)
	if len(members) > 0 {
		s.learnMembers(c, members, asked)
	}
}

// learnMembers takes over what the service says of members of a group in the answer to a question that left at the moment asked.
func (s *Session) learnMembers(c *chat, members []model.Member, asked im.Moment) {
	members = slices.DeleteFunc(members, func(m model.Member) bool { return asked < c.members.looked[m.User] })
	s.names.rename(members, asked)
	s.options.Roles.Judge(members)
	c.members.put(members)
	s.touch(c)
	s.awaitUnmute(c)
}

// mutedUntil returns when the user may speak again, in seconds since 1970 by the service's clock; 0 when they may.
func (s *Session) mutedUntil(c *chat) int64 {
	if until := c.members.known[s.me.User].MutedUntil; until > s.now().Unix() {
		return until
	}
	return 0
}

// awaitUnmute pictures the group anew at the moment when the user may speak again.
func (s *Session) awaitUnmute(c *chat) {
	until := s.mutedUntil(c)
	if until == 0 || until == c.members.awaited {
		return
	}
	c.members.awaited = until
	left := time.Unix(until, 0).Sub(s.now())
	s.spawn(func(ctx context.Context) func() {
		sleep(ctx, left)
		return func() {
			if c.members.awaited != until {
				return // it was ended or prolonged meanwhile
			}
			c.members.awaited = 0
			s.touch(c)
			s.awaitUnmute(c) // the service's clock may have been corrected
		}
	})
}

// tellsOfMute says whether one of the messages tells that the user may speak no more, or again.
func (s *Session) tellsOfMute(messages []*model.Message) bool {
	return slices.ContainsFunc(messages, func(m *model.Message) bool {
		return tellsOf(m, s.me.User, model.TipMuted, model.TipUnmuted, model.TipMemberChanged)
	})
}

// learnOwn asks for the user's own membership. Questions that come while one is under way fold into one more.
func (s *Session) learnOwn(c *chat) {
	r := &c.members
	if c.group == nil || s.connection.Phase != Online {
		return
	}
	if r.asking {
		r.again = true
		return
	}
	r.asking, r.again = true, false
	groupID, self := c.group.ID, s.me.User
	s.spawnQuiet(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, membersTimeout)
		defer cancel()
		asked := im.Now()
		own, err := s.client.MembersNamed(ctx, groupID, []string{self})
		return func() {
			r.asking = false
			if err != nil && s.ctx.Err() == nil {
				s.log.Warn("Ask for the own membership", "conversation", c.id, "error", err)
			}
			if err == nil {
				s.learnMember(c, self, own, asked)
			}
			if r.again {
				s.learnOwn(c)
			}
		}
	})
}

// refusedToSpeak looks up until when, after the service has refused a message for that.
func (s *Session) refusedToSpeak(c *chat, err error) {
	if im.CodeOf(err) == senderMuted {
		s.learnOwn(c)
	}
}
