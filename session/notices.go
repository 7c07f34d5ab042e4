package session

import (
	"cmp"
	"context"
	"slices"
	"time"

	"reddot/im"
	"reddot/model"
)

// GroupNotices is the most notices that View.GroupNotices holds.
const GroupNotices = 200

// groupNews is what the service told about groups and what waits for a decision. It belongs to the session's goroutine.
type groupNews struct {
	// notices are shown, oldest first. The slice is shared with pictures, so it is replaced and not changed.
	notices []model.GroupNotice
	// known are the ids of notices that were told before, dismissed ones included, and order is the order in which they came.
	known map[string]struct{}
	order []string
	// waiting is what the answer to the question said that left at the moment asked, or what became of it since.
	waiting []model.Application
	asked   im.Moment
	// asking is set while the service is asked for what waits, again when it must be asked once more.
	asking, again bool
	// watched is set while the next question about what waits is due.
	watched bool
	// arrived is when a shown notice came: an answer about what waits says nothing of notices that came after the question.
	arrived map[string]im.Moment
}

// mostKnown is how many notices are known again when they are told twice, as many as the store keeps.
const mostKnown = 1000

// know notes that a notice was told, and forgets the oldest of many.
func (n *groupNews) know(id string) {
	n.known[id] = struct{}{}
	n.order = append(n.order, id)
	if len(n.order) > mostKnown {
		delete(n.known, n.order[0])
		delete(n.arrived, n.order[0])
		n.order = n.order[1:]
	}
}

// loadNotices shows what the store knows.
func (s *Session) loadNotices(ctx context.Context) error {
	notices, dismissed, err := s.store.GroupNotices(ctx)
	if err != nil {
		return err
	}
	for _, id := range dismissed {
		s.news.know(id)
	}
	for _, notice := range notices {
		s.news.know(notice.ID)
	}
	s.news.notices = slices.Clone(newest(notices))
	return nil
}

func newest(notices []model.GroupNotice) []model.GroupNotice {
	return notices[max(0, len(notices)-GroupNotices):]
}

// noticed takes in a notice, once however often it is told.
func (s *Session) noticed(notice model.GroupNotice) {
	if _, told := s.news.known[notice.ID]; told {
		return
	}
	s.news.know(notice.ID)
	s.news.arrived[notice.ID] = im.Now()
	s.news.notices = newest(append(slices.Clone(s.news.notices), notice))
	s.pictured = false
	s.keepNotice(notice)
	id := model.GroupConversation(notice.GroupID)
	s.followers.tell(Fact{
		Kind: FactGroupNotice, At: time.Now(), Conversation: id, Name: cmp.Or(notice.GroupName, s.nameOf(id)), From: notice.Operator,
		Text: notice.Kind.String(), Notice: &notice,
	})
	if notice.Application != nil {
		s.askApplications()
	}
}

func (s *Session) keepNotice(notice model.GroupNotice) {
	s.saver.do(func(ctx context.Context) error { return s.store.SaveGroupNotice(ctx, notice) })
}

// DismissNotice takes notices off the list for good; without an id, all of them.
func (s *Session) DismissNotice(ids ...string) {
	s.inbox.put(func() {
		var gone []string
		kept := slices.DeleteFunc(slices.Clone(s.news.notices), func(n model.GroupNotice) bool {
			dismissed := len(ids) == 0 || slices.Contains(ids, n.ID)
			if dismissed {
				gone = append(gone, n.ID)
			}
			return dismissed
		})
		if len(gone) == 0 {
			return
		}
		s.news.notices, s.pictured = kept, false
		for _, id := range gone {
			delete(s.news.arrived, id)
		}
		s.saver.do(func(ctx context.Context) error { return s.store.DismissGroupNotices(ctx, gone) })
	})
}

// askApplications asks the service what waits for the user's decision. Questions that come while one is under way fold
// into one more.
func (s *Session) askApplications() {
	if !s.client.Capabilities().Applications || s.connection.Phase != Online {
		return
	}
	if s.news.asking {
		s.news.again = true
		return
	}
	s.news.asking, s.news.again = true, false
	s.spawnQuiet(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, membersTimeout)
		defer cancel()
		asked := im.Now()
		applications, err := s.client.Applications(ctx)
		return func() {
			s.news.asking = false
			if err == nil {
				s.gotApplications(applications, asked)
			} else if s.ctx.Err() == nil {
				s.log.Warn("Ask what waits for a decision", "error", err)
				s.watchApplications()
			}
			if s.news.again {
				s.askApplications()
			}
		}
	})
}

// gotApplications takes over what waits, unless a later word is known. A notice of an application that was there when the
// question left, and that waits no more, was decided: by another administrator, or on another device.
func (s *Session) gotApplications(applications []model.Application, asked im.Moment) {
	if asked < s.news.asked {
		return
	}
	s.news.waiting, s.news.asked, s.pictured = applications, asked, false
	s.watchApplications()
	s.handle(func(n *model.GroupNotice) bool {
		return n.Kind == model.NoticeApplied && s.news.arrived[n.ID] <= asked &&
			!slices.ContainsFunc(applications, func(a model.Application) bool { return a.Same(*n.Application) })
	})
}

// watchEvery is how often the service is asked about what waits: it tells nobody when another administrator refuses.
const watchEvery = time.Minute

// watchApplications asks again after a while for as long as something waits.
func (s *Session) watchApplications() {
	if len(s.news.waiting) == 0 || s.news.watched {
		return
	}
	s.news.watched = true
	s.spawn(func(ctx context.Context) func() {
		sleep(ctx, watchEvery)
		return func() {
			s.news.watched = false
			if s.ctx.Err() == nil && len(s.news.waiting) > 0 {
				s.askApplications()
			}
		}
	})
}

// tellsOfDecision says whether one of the messages tells that somebody who waited was let in.
func (s *Session) tellsOfDecision(messages []*model.Message) bool {
	return slices.ContainsFunc(s.news.waiting, func(a model.Application) bool {
		return slices.ContainsFunc(messages, func(m *model.Message) bool {
			return m.Conversation == model.GroupConversation(a.GroupID) && tellsOf(m, a.Applicant, model.TipJoined)
		})
	})
}

// tellsOf says whether a message is a tip of one of some kinds about a user.
func tellsOf(m *model.Message, user string, kinds ...model.TipKind) bool {
	return slices.ContainsFunc(m.Elements, func(element model.Element) bool {
		tip, is := element.(model.Tip)
		return is && slices.Contains(kinds, tip.Kind) && slices.Contains(tip.Users, user)
	})
}

// applicationDecided notes that an application waits no more.
func (s *Session) applicationDecided(application model.Application) {
	s.news.waiting = slices.DeleteFunc(slices.Clone(s.news.waiting), func(a model.Application) bool {
		return a.Same(application)
	})
	s.news.asked, s.pictured = im.Now(), false
	s.handle(func(n *model.GroupNotice) bool { return n.Application.Same(application) })
	s.askApplications()
}

// handle marks the open notices for which test is true.
func (s *Session) handle(test func(*model.GroupNotice) bool) {
	var marked []model.GroupNotice
	for i, notice := range s.news.notices {
		if notice.Application == nil || notice.Handled || !test(&notice) {
			continue
		}
		if marked == nil {
			marked = slices.Clone(s.news.notices)
		}
		marked[i].Handled = true
		s.keepNotice(marked[i])
	}
	if marked != nil {
		s.news.notices, s.pictured = marked, false
	}
}
