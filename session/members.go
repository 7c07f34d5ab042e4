package session

import (
	"context"
	"slices"
	"time"

	"reddot/im"
	"reddot/model"
)

const (
	// memberPage and maxMembers bound what is asked for of one group: everybody who is likely to be on
	// screen, never a whole audience.
	memberPage = 100
	maxMembers = 1000
	// membersFresh is how long members are taken as known although somebody came or went.
	membersFresh   = 10 * time.Second
	membersTimeout = 20 * time.Second
)

// fetchMembers asks for the members of an opened group beside everything else: names and roles are shown as
// soon as they are known.
func (s *Session) fetchMembers(c *chat) {
	r := &c.members
	known := !r.fetched.IsZero() && !r.stale
	if c.group == nil || r.fetching || known || s.connection.Phase != Online {
		return
	}
	wait := time.Duration(0)
	if !r.fetched.IsZero() {
		wait = max(0, membersFresh-time.Since(r.fetched))
	}
	r.fetching, r.stale = true, false
	groupID := c.group.ID
	s.spawn(func(ctx context.Context) func() {
		sleep(ctx, wait)
		ctx, cancel := context.WithTimeout(ctx, membersTimeout)
		defer cancel()
		asked := im.Now()
		members, err := s.pagesOfMembers(ctx, groupID, maxMembers)
		if err == nil && len(members) >= maxMembers {
			members = s.withOwn(ctx, groupID, members)
		}
		return func() { s.gotMembers(c, members, asked, err) }
	})
}

func (s *Session) gotMembers(c *chat, members []model.Member, asked im.Moment, err error) {
	c.members.fetching, c.members.fetched = false, time.Now()
	if err != nil && s.ctx.Err() == nil {
		s.log.Warn("Fetch members", "conversation", c.id, "error", err)
	}
	if len(members) > 0 {
		s.learnMembers(c, members, asked)
	}
	if c.members.stale && s.isOpen(c) {
		s.fetchMembers(c)
	}
}

// withOwn adds the user to the first members of a large group if they are not among them.
func (s *Session) withOwn(ctx context.Context, groupID string, members []model.Member) []model.Member {
	self := s.client.Self()
	if slices.ContainsFunc(members, func(m model.Member) bool { return m.User == self }) {
		return members
	}
	own, err := s.client.MembersNamed(ctx, groupID, []string{self})
	if err != nil {
		s.log.Warn("Ask for the own membership", "group", groupID, "error", err)
	}
	return append(members, own...)
}

// pagesOfMembers returns the first members of a group; with an error those that came before it.
func (s *Session) pagesOfMembers(ctx context.Context, groupID string, most int) ([]model.Member, error) {
	var members []model.Member
	for offset := 0; len(members) < most; {
		page, err := s.client.Members(ctx, groupID, offset, min(memberPage, most-len(members)))
		if err != nil {
			return members, err
		}
		members = append(members, page.Members...)
		s.options.Roles.Judge(members[len(members)-len(page.Members):])
		if page.Next <= offset {
			break
		}
		offset = page.Next
	}
	return members, nil
}

// MembersOf returns all members of a group, at most 10,000.
func (s *Session) MembersOf(ctx context.Context, groupID string) ([]model.Member, error) {
	const everybody = 10_000
	ctx, cancel := context.WithTimeout(ctx, manageTimeout)
	defer cancel()
	return s.pagesOfMembers(ctx, groupID, everybody)
}

// membersChanged takes over the new number and asks again while somebody looks.
func (s *Session) membersChanged(e im.MembersChanged) {
	c := s.chats[model.GroupConversation(e.GroupID)]
	if c == nil || c.group == nil {
		return
	}
	c.members.stale = true
	c.countMembers(e.Members, e.Asked)
	s.touch(c)
	if s.isOpen(c) {
		s.fetchMembers(c)
	}
	s.followers.tell(Fact{Kind: FactGroup, At: time.Now(), Conversation: c.id, Name: c.name, Text: "members"})
}

// profileChanged is told by the service that a user has a new name or picture.
func (s *Session) profileChanged(profile model.Profile) {
	s.names.add(profile)
	s.rename(profile)
}

// rename shows a user's name wherever they are known.
func (s *Session) rename(profile model.Profile) {
	if profile.User == s.me.User {
		s.me.Name = profile.Name
		s.pictured = false
	}
	if c := s.chats[model.C2CConversation(profile.User)]; c != nil && profile.Name != "" {
		c.name = profile.Name
		s.touch(c)
	}
	for _, c := range s.order {
		member, ok := c.members.known[profile.User]
		if !ok || member.Name == profile.Name {
			continue
		}
		member.Name = profile.Name
		c.members.put([]model.Member{member})
		s.touch(c)
	}
}

// fetchOwnProfile asks once for the name to show for this account.
func (s *Session) fetchOwnProfile() {
	if s.me.Name != "" {
		return
	}
	user := s.me.User
	s.spawn(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, membersTimeout)
		defer cancel()
		asked := im.Now()
		profiles, err := s.client.Profiles(ctx, []string{user})
		return func() {
			if err != nil {
				return
			}
			for _, profile := range profiles {
				profile.Name = s.names.of(user, profile.Name, asked)
				s.rename(profile)
			}
		}
	})
}
