package emulator

import (
	"encoding/base64"
	"fmt"
	"sync"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// Commands about who is there, as the Web SDK was seen to send them (docs/server.md).
const (
	cmdSetStatus         = "im_open_status.ws_set_custom_status"
	cmdGetStatus         = "im_open_status.ws_get_user_status"
	cmdSubscribeStatus   = "im_open_status.ws_status_subscribe"
	cmdUnsubscribeStatus = "im_open_status.ws_status_unsubscribe"
)

// What a user's status is.
const (
	statusOnline  = 1
	statusOffline = 2
)

// Limits of statuses.
const (
	maxCustomStatus = 100 // bytes
	maxStatusUsers  = 500 // named at once
	maxSubscribed   = 3000
)

// statuses are what users say about themselves and who wants to hear of it, by account
// number. A text of one's own lasts until its user's last device logs out. Nothing of it
// survives the server.
type statuses struct {
	mu       sync.Mutex
	custom   map[uint32]string
	watchers map[uint32]map[uint32]struct{} // by who is watched
	watched  map[uint32]int                 // how many somebody watches
}

func (s *statuses) set(uid uint32, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.custom == nil {
		s.custom = map[uint32]string{}
	}
	s.custom[uid] = text
	if text == "" {
		delete(s.custom, uid)
	}
}

// of is what a user said, as clients get it: in Base64.
func (s *statuses) of(uid uint32) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return base64.StdEncoding.EncodeToString([]byte(s.custom[uid]))
}

// watch reports false if somebody watches too many already.
func (s *statuses) watch(who, whom uint32) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.watchers == nil {
		s.watchers, s.watched = map[uint32]map[uint32]struct{}{}, map[uint32]int{}
	}
	if _, known := s.watchers[whom][who]; known {
		return true
	}
	if s.watched[who] >= maxSubscribed {
		return false
	}
	if s.watchers[whom] == nil {
		s.watchers[whom] = map[uint32]struct{}{}
	}
	s.watchers[whom][who] = struct{}{}
	s.watched[who]++
	return true
}

func (s *statuses) unwatch(who, whom uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.watchers[whom][who]; known {
		delete(s.watchers[whom], who)
		s.watched[who]--
	}
}

func (s *statuses) unwatchAll(who uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, watchers := range s.watchers {
		delete(watchers, who)
	}
	delete(s.watched, who)
}

// watchersOf lists who wants to hear of a user, and the user, whose devices hear of it too.
func (s *statuses) watchersOf(uid uint32) []uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []uint32{uid}
	for who := range s.watchers[uid] {
		if who != uid {
			list = append(list, who)
		}
	}
	return list
}

func (s *statuses) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.custom, s.watchers, s.watched = nil, nil, nil
}

// userStatus is one status in replies and pushes. Its number in the event of a push is a
// guess; clients look at the array alone.
type userStatus struct {
	ToAccount    string `json:"To_Account"`
	Status       int    `json:"Status"`
	CustomStatus string `json:"CustomStatus"` // Base64
}

const eventUserStatus = 22

func (s *Server) statusOf(account core.Account) userStatus {
	status := userStatus{ToAccount: account.ID, Status: statusOffline, CustomStatus: s.statuses.of(account.UID)}
	if s.hub.present(account.UID) {
		status.Status = statusOnline
	}
	return status
}

// tellStatus tells those who subscribed how a user is now; except is the instance that knows.
func (s *Server) tellStatus(account core.Account, except int64) {
	event := struct {
		Event          int          `json:"Event"`
		UserStatusList []userStatus `json:"UserStatusList"`
	}{eventUserStatus, []userStatus{s.statusOf(account)}}
	text, err := wire.Marshal(event)
	if err != nil {
		s.log.Error("Cannot encode a status", "user", account.ID, "error", err)
		return
	}
	s.pushTo(core.Audience{To: s.statuses.watchersOf(account.UID), Except: except}, push{event: text})
}

// went tells that a user's last connection has ended.
func (s *Server) went(account core.Account, how string) {
	if how == stateLogout {
		s.statuses.set(account.UID, "")
	}
	s.tellStatus(account, 0)
}

type setStatusRequest struct {
	CustomStatus string `json:"CustomStatus"`
}

func (r *request) setStatus(body setStatusRequest) (any, error) {
	if len(body.CustomStatus) > maxCustomStatus {
		return nil, &wire.Error{Code: wire.CodeMsgRequest, Info: fmt.Sprintf("CustomStatus has at most %d bytes", maxCustomStatus)}
	}
	s := r.c.server
	s.statuses.set(r.user.UID, body.CustomStatus)
	s.tellStatus(r.user, r.actor().Inst)
	return nil, nil
}

type statusUsersRequest struct {
	ToAccount wire.List[string] `json:"To_Account"`
}

type statusReply struct {
	wire.Result
	UserStatusList wire.List[userStatus]   `json:"UserStatusList"`
	ErrorList      wire.List[statusMissed] `json:"ErrorList"`
}

// statusMissed is a user whose status cannot be had.
type statusMissed struct {
	ToAccount string `json:"To_Account"`
	ErrorCode int    `json:"ErrorCode"`
	ErrorInfo string `json:"ErrorInfo"`
}

// eachUser visits the accounts that are named and notes those that do not exist.
func (r *request) eachUser(users []string, visit func(core.Account) error) (reply statusReply, err error) {
	if len(users) > maxStatusUsers {
		return reply, &wire.Error{Code: wire.CodeMsgRequest, Info: fmt.Sprintf("at most %d users at once", maxStatusUsers)}
	}
	reply.Result = wire.OK()
	for _, user := range users {
		account, known := r.core().Account(user)
		if !known {
			reply.ErrorList = append(reply.ErrorList, statusMissed{ToAccount: user, ErrorCode: core.CodeUnknownAccount, ErrorInfo: "this account does not exist"})
			continue
		}
		if err := visit(account); err != nil {
			return reply, err
		}
	}
	return reply, nil
}

func (r *request) getStatus(body statusUsersRequest) (any, error) {
	var list wire.List[userStatus]
	reply, err := r.eachUser(body.ToAccount, func(account core.Account) error {
		list = append(list, r.c.server.statusOf(account))
		return nil
	})
	reply.UserStatusList = list
	return reply, err
}

func (r *request) subscribeStatus(body statusUsersRequest) (any, error) {
	return r.eachUser(body.ToAccount, func(account core.Account) error {
		if !r.c.server.statuses.watch(r.user.UID, account.UID) {
			return &wire.Error{Code: wire.CodeMsgRequest, Info: fmt.Sprintf("at most %d users can be subscribed to", maxSubscribed)}
		}
		return nil
	})
}

func (r *request) unsubscribeStatus(body statusUsersRequest) (any, error) {
	if len(body.ToAccount) == 0 {
		r.c.server.statuses.unwatchAll(r.user.UID)
		return statusReply{Result: wire.OK()}, nil
	}
	return r.eachUser(body.ToAccount, func(account core.Account) error {
		r.c.server.statuses.unwatch(r.user.UID, account.UID)
		return nil
	})
}
