package session

import (
	"context"
	"time"

	"reddot/im"
	"reddot/model"
)

const (
	// readersPause is the least time between two questions for the readers of a group's messages: many people who
	// read at once cost one answer.
	readersPause = 500 * time.Millisecond
	// readersPage is how many users are asked for at a time, maxReaders how many in all: a group with receipts has
	// at most 200 members.
	readersPage = 100
	maxReaders  = 400
)

// Readers is who has read an own message of a group, and who has not, as the service said last. It never changes.
type Readers struct {
	// Sequence is the message.
	Sequence int64
	// Read and Unread are user ids, in the service's order.
	Read, Unread []string
	// Loading is set until the first answer.
	Loading bool
	// Failure says why the newest question failed; the lists are then those of the last answer.
	Failure string
}

// readers is the live state of the question who has read.
type readers struct {
	// shown is what pictures hold, nil while nobody looks.
	shown *Readers
	// stale is set when what is shown may not be true any more, asking while an answer is awaited.
	stale, asking bool
	asked         time.Time
	attempt       int
}

// watchReaders asks who has read the message whose readers are on screen, and lets go of others.
func (s *Session) watchReaders(c *chat) {
	r, sequence := &c.readers, int64(0)
	if c.group != nil && s.isOpen(c) && s.noReceipts(c) == ReceiptsOK {
		sequence = s.viewing.Readers
	}
	switch {
	case sequence == 0 && r.shown == nil:
		return
	case sequence == 0:
		r.shown = nil
		s.touch(c)
	case r.shown == nil || r.shown.Sequence != sequence:
		r.shown, r.stale, r.attempt = &Readers{Sequence: sequence, Loading: true}, true, 0
		s.touch(c)
	}
	s.askReaders(c)
}

// readersChanged asks again if the readers on screen may have changed.
func (s *Session) readersChanged(c *chat, sequence int64) {
	if c.readers.shown != nil && (sequence == 0 || sequence == c.readers.shown.Sequence) {
		c.readers.stale = true
		s.askReaders(c)
	}
}

func (s *Session) askReaders(c *chat) {
	r := &c.readers
	if r.shown == nil || !r.stale || r.asking || s.connection.Phase != Online || s.ctx.Err() != nil {
		return
	}
	wait := max(0, readersPause-time.Since(r.asked))
	sequence, known := r.shown.Sequence, c.members.known
	named := !c.members.fetched.IsZero()
	r.asking, r.stale = true, false
	s.spawn(func(ctx context.Context) func() {
		sleep(ctx, wait)
		answer, err := s.fetchReaders(ctx, c.id.Target(), sequence)
		var strangers []model.Profile
		if err == nil && named {
			strangers = s.strangers(ctx, answer, known)
		}
		return func() { s.gotReaders(c, answer, strangers, err) }
	})
}

// fetchReaders asks for all pages of both lists.
func (s *Session) fetchReaders(ctx context.Context, groupID string, sequence int64) (*Readers, error) {
	ctx, cancel := context.WithTimeout(ctx, membersTimeout)
	defer cancel()
	answer := &Readers{Sequence: sequence}
	for _, list := range []struct {
		read  bool
		users *[]string
	}{{true, &answer.Read}, {false, &answer.Unread}} {
		request := im.ReceiptMembersRequest{GroupID: groupID, Sequence: sequence, Read: list.read, Limit: readersPage}
		for len(*list.users) < maxReaders {
			page, err := s.client.ReceiptMembers(ctx, request)
			if err != nil {
				return answer, err
			}
			*list.users = append(*list.users, page.Users...)
			if page.Cursor == "" || len(page.Users) == 0 {
				break
			}
			request.Cursor = page.Cursor
		}
	}
	return answer, nil
}

// strangers asks for the names of readers who are no members any more. Without an answer their ids are shown.
func (s *Session) strangers(ctx context.Context, answer *Readers, known map[string]model.Member) []model.Profile {
	var users []string
	for _, list := range [][]string{answer.Read, answer.Unread} {
		for _, user := range list {
			if _, ok := known[user]; !ok && len(users) < readersPage {
				users = append(users, user)
			}
		}
	}
	if len(users) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, membersTimeout)
	defer cancel()
	profiles, err := s.client.Profiles(ctx, users)
	if err != nil {
		s.log.Debug("Ask for the names of readers", "error", err)
	}
	return profiles
}

func (s *Session) gotReaders(c *chat, answer *Readers, strangers []model.Profile, err error) {
	r := &c.readers
	r.asking, r.asked = false, time.Now()
	c.introduce(strangers, s.options.Roles)
	if r.shown == nil || r.shown.Sequence != answer.Sequence {
		s.askReaders(c)
		return
	}
	s.touch(c)
	if err != nil {
		s.readersFailed(c, err)
		return
	}
	r.shown, r.attempt = answer, 0
	s.askReaders(c)
}

// readersFailed shows why, and asks again later if that may help.
func (s *Session) readersFailed(c *chat, err error) {
	if s.ctx.Err() != nil {
		return
	}
	s.log.Warn("Ask for readers", "conversation", c.id, "error", err)
	r := &c.readers
	failed := *r.shown
	failed.Loading, failed.Failure = false, reasonOf(err)
	r.shown = &failed
	if !isTemporary(err) {
		return
	}
	delay := backoff(r.attempt)
	r.attempt++
	s.spawn(func(ctx context.Context) func() {
		sleep(ctx, delay)
		return func() { s.readersChanged(c, failed.Sequence) }
	})
}

// introduce remembers the names of people who are not among the members. Those whom the shop's rules know by name
// keep their role.
func (c *chat) introduce(profiles []model.Profile, rules model.RoleRules) {
	var members []model.Member
	for _, profile := range profiles {
		if _, known := c.members.known[profile.User]; !known {
			members = append(members, model.Member{User: profile.User, Name: profile.Name})
		}
	}
	if len(members) > 0 {
		rules.Judge(members)
		c.members.put(members)
	}
}
