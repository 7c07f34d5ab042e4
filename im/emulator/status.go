package emulator

import (
	"context"
	"encoding/base64"
	"fmt"

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
)

// userStatus is one status in replies and pushes. Its number in the event of a push is a
// guess; clients look at the array alone.
type userStatus struct {
	ToAccount    string `json:"To_Account"`
	Status       int    `json:"Status"`
	CustomStatus string `json:"CustomStatus"` // Base64
}

const eventUserStatus = 22

func (s *Server) statusOf(account core.Account) userStatus {
	status := userStatus{ToAccount: account.ID, Status: statusOffline, CustomStatus: s.customStatus(account.UID)}
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
	s.pushTo(core.Audience{To: append(s.core.Watchers(account.UID), account.UID), Except: except}, push{event: text})
}

// customStatus is what a user said, as clients get it: in Base64.
func (s *Server) customStatus(uid uint32) string {
	return base64.StdEncoding.EncodeToString([]byte(s.core.Status(uid)))
}

// went tells that a user's last connection has ended. What the user said lasts until then, if the user logged out.
func (s *Server) went(account core.Account, how string) {
	if how == stateLogout && s.core.Status(account.UID) != "" {
		if err := s.core.SetStatus(context.Background(), account.ID, ""); err != nil {
			s.log.Warn("Cannot take back a status", "user", account.ID, "error", err)
		}
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
	if err := s.core.SetStatus(r.c.ctx, r.user.ID, body.CustomStatus); err != nil {
		return nil, err
	}
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
	reply, err := r.eachUser(body.ToAccount, func(core.Account) error { return nil })
	if err != nil {
		return reply, err
	}
	return reply, r.core().Watch(r.c.ctx, r.user.ID, body.ToAccount)
}

func (r *request) unsubscribeStatus(body statusUsersRequest) (any, error) {
	if len(body.ToAccount) == 0 {
		return statusReply{Result: wire.OK()}, r.core().UnwatchAll(r.c.ctx, r.user.ID)
	}
	reply, err := r.eachUser(body.ToAccount, func(core.Account) error { return nil })
	if err != nil {
		return reply, err
	}
	return reply, r.core().Unwatch(r.c.ctx, r.user.ID, body.ToAccount)
}
