package emulator

import (
	"slices"

	"reddot/im/emulator/core"
	"reddot/im/emulator/webhook"
)

// refusedFriends are those of a request whom the app's server does not let in.
type refusedFriends []core.RelationResult

func (r refusedFriends) has(user string) bool {
	return slices.ContainsFunc(r, func(result core.RelationResult) bool { return result.User == user })
}

// refusedOf reads an answer. It is about each user on its own; of its code only that there was no answer counts.
func refusedOf(answer webhook.Answer) (refusedFriends, error) {
	if answer.ErrorCode == webhook.CodeUnanswered {
		return nil, refusal(answer, answer.ErrorCode)
	}
	var refused refusedFriends
	for _, verdict := range answer.ResultItem {
		if verdict.ResultCode != 0 && !refused.has(verdict.ToAccount) {
			refused = append(refused, core.RelationResult{User: verdict.ToAccount, Code: verdict.ResultCode, Info: verdict.ResultInfo})
		}
	}
	return refused, nil
}

type hookFriendAdd struct {
	Command       string           `json:"CallbackCommand"`
	Requester     string           `json:"Requester_Account"`
	FromAccount   string           `json:"From_Account"`
	FriendItem    []hookFriendItem `json:"FriendItem"`
	AddType       string           `json:"AddType"`
	ForceAddFlags int              `json:"ForceAddFlags"`
	EventTime     int64            `json:"EventTime"`
}

type hookFriendItem struct {
	ToAccount  string `json:"To_Account"`
	Remark     string `json:"Remark"`
	GroupName  string `json:"GroupName"`
	AddSource  string `json:"AddSource"`
	AddWording string `json:"AddWording"`
}

// beforeFriendAdd asks about users whom a client wants as friends; the app's own calls are not asked about.
func (h *hooks) beforeFriendAdd(c relationCall, r addFriendsRequest) (refusedFriends, error) {
	if h == nil || c.by.Admin {
		return nil, nil
	}
	body := hookFriendAdd{Command: "Sns.CallbackPrevFriendAdd", Requester: c.user, FromAccount: c.user, AddType: addBoth, EventTime: h.millis()}
	if r.AddType == addSingle {
		body.AddType = addSingle
	}
	for _, item := range r.AddFriendItem {
		friend := hookFriendItem{ToAccount: item.ToAccount, Remark: item.Remark, AddSource: item.AddSource, AddWording: item.AddWording}
		if len(item.GroupName) > 0 {
			friend.GroupName = item.GroupName[0]
		}
		body.FriendItem = append(body.FriendItem, friend)
	}
	return refusedOf(h.ask(c.ctx, body.Command, c.by, body))
}

type hookFriendAnswer struct {
	Command            string             `json:"CallbackCommand"`
	Requester          string             `json:"Requester_Account"`
	FromAccount        string             `json:"From_Account"`
	ResponseFriendItem []answerFriendItem `json:"ResponseFriendItem"`
	EventTime          int64              `json:"EventTime"`
}

// beforeFriendAnswer is beforeFriendAdd for the answer to such a request.
func (h *hooks) beforeFriendAnswer(c relationCall, r answerFriendsRequest) (refusedFriends, error) {
	if h == nil || c.by.Admin {
		return nil, nil
	}
	body := hookFriendAnswer{
		Command: "Sns.CallbackPrevFriendResponse", Requester: c.user, FromAccount: c.user, ResponseFriendItem: r.ResponseFriendItem, EventTime: h.millis(),
	}
	return refusedOf(h.ask(c.ctx, body.Command, c.by, body))
}

type hookFriends struct {
	Command  string     `json:"CallbackCommand"`
	PairList []hookPair `json:"PairList"`

	// Of added friends alone.
	ClientCmd    string  `json:"ClientCmd,omitempty"`
	AdminAccount *string `json:"Admin_Account,omitempty"` // "" where a client added them
	ForceFlag    *int    `json:"ForceFlag,omitempty"`
}

type hookPair struct {
	FromAccount string `json:"From_Account"`
	ToAccount   string `json:"To_Account"`
	Initiator   string `json:"Initiator_Account,omitempty"` // who wanted to be friends
}

// friendshipsChanged tells of each kind of change by a command of its own. Who is blocked is a friend no longer, which comes
// with it.
func (h *hooks) friendshipsChanged(e core.FriendshipsChanged) {
	if len(e.Added) > 0 {
		h.friendsAdded(e)
	}
	for _, change := range []struct {
		command string
		pairs   []core.RelationPair
	}{
		{"Sns.CallbackBlackListAdd", e.Blocked},
		{"Sns.CallbackFriendDelete", e.Deleted},
		{"Sns.CallbackBlackListDelete", e.Unblocked},
	} {
		if len(change.pairs) == 0 {
			continue
		}
		body := hookFriends{Command: change.command}
		for _, pair := range change.pairs {
			body.PairList = append(body.PairList, hookPair{FromAccount: pair.From, ToAccount: pair.To})
		}
		h.after("user "+e.User, body.Command, e.By, body)
	}
}

func (h *hooks) friendsAdded(e core.FriendshipsChanged) {
	force := flag(e.Force)
	body := hookFriends{Command: "Sns.CallbackFriendAdd", ClientCmd: "friend_add", AdminAccount: new(string), ForceFlag: &force}
	if e.By.Admin {
		*body.AdminAccount = e.By.User
	}
	if e.Answer {
		body.ClientCmd = "friend_response"
	}
	for _, pair := range e.Added {
		initiator := e.User
		if e.Answer { // the other one had asked
			initiator = pair.From
			if pair.From == e.User {
				initiator = pair.To
			}
		}
		body.PairList = append(body.PairList, hookPair{FromAccount: pair.From, ToAccount: pair.To, Initiator: initiator})
	}
	h.after("user "+e.User, body.Command, e.By, body)
}
