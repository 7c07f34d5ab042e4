package emulator

import (
	"slices"
	"strings"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

const (
	requestSent     = "Pendency_Type_SendOut"
	requestReceived = "Pendency_Type_ComeIn"
	updateAdd       = "Update_Type_Add"
	updateDelete    = "Update_Type_Delete"
)

type answerFriendsRequest struct {
	ResponseFriendItem []answerFriendItem `json:"ResponseFriendItem"`
}

type answerFriendItem struct {
	ToAccount      string `json:"To_Account"`
	Remark         string `json:"Remark"`
	TagName        string `json:"TagName"` // a group of friends
	ResponseAction string `json:"ResponseAction"`
}

func (c relationCall) answerFriends(r answerFriendsRequest) (any, error) {
	var answers []core.FriendAnswer
	for _, item := range r.ResponseFriendItem {
		answer := core.FriendAnswer{User: item.ToAccount, Remark: item.Remark, Class: item.TagName}
		switch item.ResponseAction {
		case "Response_Action_AgreeAndAdd":
			answer.Accept, answer.Mutual = true, true
		case "Response_Action_Agree":
			answer.Accept = true
		case "Response_Action_Reject":
		default:
			return nil, &wire.Error{Code: core.CodeRelationParameter, Info: "ResponseAction " + item.ResponseAction + " is unknown"}
		}
		answers = append(answers, answer)
	}
	refused, err := c.hooks.beforeFriendAnswer(c, r)
	if err != nil {
		return nil, err
	}
	answers = slices.DeleteFunc(answers, func(a core.FriendAnswer) bool { return refused.has(a.User) })
	results, err := c.AnswerFriends(c.ctx, c.by, c.user, answers)
	return relationResults(append(results, refused...), err)
}

type pendencyItem struct {
	ToAccount    string `json:"To_Account"`
	Nick         string `json:"Nick"`
	Image        string `json:"Image"`
	AddTime      int64  `json:"AddTime"`
	AddSource    string `json:"AddSource"`
	AddWording   string `json:"AddWording"`
	PendencyType string `json:"PendencyType"`
}

// getRequests answers pendency_get with all there are, newest first: they are few.
func (c relationCall) getRequests(r accountList) (any, error) {
	relations, err := c.Relations(c.user)
	if err != nil {
		return nil, err
	}
	reply := struct {
		wire.DisplayResult
		PendencyItem        wire.List[pendencyItem] `json:"PendencyItem"`
		UnreadPendencyCount int                     `json:"UnreadPendencyCount"`
		StartTime           int64                   `json:"StartTime"` // 0: there are no more
		CurrentSequence     int64                   `json:"CurrentSequence"`
	}{DisplayResult: wire.DisplayResult{Result: wire.OK()}, CurrentSequence: relations.Seq}
	for _, request := range slices.Backward(relations.Requests) {
		item := c.pendency(request)
		if !request.Sent && request.Time > relations.Seen {
			reply.UnreadPendencyCount++
		}
		if r.PendencyType == item.PendencyType || r.PendencyType != requestSent && r.PendencyType != requestReceived {
			reply.PendencyItem = append(reply.PendencyItem, item)
		}
	}
	return reply, nil
}

func (c relationCall) pendency(request core.FriendRequest) pendencyItem {
	account, _ := c.Account(request.User)
	item := pendencyItem{
		ToAccount: request.User, Nick: account.Nick, Image: account.Face, AddTime: request.Time, AddSource: request.Source,
		AddWording: request.Wording, PendencyType: requestReceived,
	}
	if request.Sent {
		item.PendencyType = requestSent
	}
	return item
}

func (c relationCall) deleteRequests(r accountList) (any, error) {
	return relationResults(c.DropRequests(c.ctx, c.user, r.ToAccount, r.PendencyType == requestSent))
}

func (c relationCall) seeRequests(r struct {
	Latest wire.Int `json:"LatestPendencyTimeStamp"`
},
) (any, error) {
	return wire.DisplayResult{Result: wire.OK()}, c.SeeRequests(c.ctx, c.user, int64(r.Latest))
}

type classList struct {
	GroupName  names             `json:"GroupName"`
	ToAccount  wire.List[string] `json:"To_Account"`
	NeedFriend string            `json:"NeedFriend"`
}

func (c relationCall) addClasses(r classList) (any, error) {
	if len(r.GroupName) == 0 {
		return nil, &wire.Error{Code: core.CodeRelationParameter, Info: "GroupName is missing"}
	}
	reply, err := relationResults(c.AddClasses(c.ctx, c.user, r.GroupName, r.ToAccount))
	reply.CurrentSequence = c.sequence()
	return reply, err
}

func (c relationCall) deleteClasses(r classList) (any, error) {
	err := c.DeleteClasses(c.ctx, c.user, r.GroupName)
	return relationReply{DisplayResult: wire.DisplayResult{Result: wire.OK()}, CurrentSequence: c.sequence()}, err
}

func (c relationCall) changeClass(r struct {
	GroupOldName    string `json:"GroupOldName"`
	GroupNewName    string `json:"GroupNewName"`
	UpdateGroupItem []struct {
		ToAccount  string `json:"To_Account"`
		UpdateType string `json:"UpdateType"`
	} `json:"UpdateGroupItem"`
},
) (any, error) {
	change := core.ClassChange{Name: r.GroupOldName, NewName: r.GroupNewName}
	for _, item := range r.UpdateGroupItem {
		if item.UpdateType == updateDelete {
			change.Remove = append(change.Remove, item.ToAccount)
		} else {
			change.Add = append(change.Add, item.ToAccount)
		}
	}
	reply, err := relationResults(c.ChangeClass(c.ctx, c.user, change))
	for i := range reply.ResultItem {
		reply.ResultItem[i].UpdateType = updateAdd
		if i >= len(change.Add) {
			reply.ResultItem[i].UpdateType = updateDelete
		}
	}
	return reply, err
}

func (c relationCall) getClasses(r classList) (any, error) {
	relations, err := c.Relations(c.user)
	if err != nil {
		return nil, err
	}
	type row struct {
		GroupName    string            `json:"GroupName"`
		FriendNumber int               `json:"FriendNumber"`
		ToAccount    wire.List[string] `json:"To_Account"`
	}
	reply := struct {
		wire.DisplayResult
		ResultItem      wire.List[row] `json:"ResultItem"`
		CurrentSequence int64          `json:"CurrentSequence"`
	}{DisplayResult: wire.DisplayResult{Result: wire.OK()}, CurrentSequence: relations.Seq}
	for _, name := range relations.Classes {
		if len(r.GroupName) > 0 && !slices.Contains(r.GroupName, name) {
			continue
		}
		class := row{GroupName: name}
		for _, friend := range relations.Friends {
			if slices.Contains(friend.Classes, name) {
				class.FriendNumber++
				class.ToAccount = append(class.ToAccount, friend.User)
			}
		}
		if strings.HasSuffix(r.NeedFriend, "_No") {
			class.ToAccount = nil
		}
		reply.ResultItem = append(reply.ResultItem, class)
	}
	return reply, nil
}
