package emulator

import (
	"context"
	"encoding/json"
	"maps"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// relationCall is a command of the service sns: friends and block lists. Both fronts have the same commands with the same
// bodies; over REST From_Account says whose relations they are about, on the long connection the login does.
type relationCall struct {
	*core.Core
	ctx   context.Context
	by    core.Actor
	user  string // whose relations
	hooks *hooks
}

// relationCommand answers the body of such a command.
type relationCommand func(relationCall, []byte) (any, error)

var relationCommands = map[string]relationCommand{
	"sns.friend_add":           relation(relationCall.addFriends),
	"sns.friend_import":        relation(relationCall.importFriends),
	"sns.friend_update":        relation(relationCall.updateFriends),
	"sns.friend_delete":        relation(relationCall.deleteFriends),
	"sns.friend_delete_all":    relation(relationCall.deleteAllFriends),
	"sns.friend_check":         relation(relationCall.checkFriends),
	"sns.friend_get":           relation(relationCall.getFriends),
	"sns.friend_get_list":      relation(relationCall.getSomeFriends),
	"sns.friend_get_specified": relation(relationCall.getSomeFriends), // as the Web SDK calls it
	"sns.friend_response":      relation(relationCall.answerFriends),
	"sns.pendency_get":         relation(relationCall.getRequests),
	"sns.pendency_delete":      relation(relationCall.deleteRequests),
	"sns.pendency_report":      relation(relationCall.seeRequests),
	"sns.group_add":            relation(relationCall.addClasses),
	"sns.group_delete":         relation(relationCall.deleteClasses),
	"sns.group_update":         relation(relationCall.changeClass),
	"sns.group_get":            relation(relationCall.getClasses),
	"sns.black_list_add":       relation(relationCall.block),
	"sns.black_list_delete":    relation(relationCall.unblock),
	"sns.black_list_get":       relation(relationCall.getBlocked),
	"sns.black_list_check":     relation(relationCall.checkBlocked),
}

// relation makes a command of a function of its decoded body.
func relation[T any](run func(relationCall, T) (any, error)) relationCommand {
	return func(c relationCall, text []byte) (any, error) {
		var body T
		if err := json.Unmarshal(text, &body); err != nil {
			return nil, &wire.Error{Code: core.CodeRelationParameter, Info: err.Error()}
		}
		return run(c, body)
	}
}

// withRelations adds these commands to those of the REST front.
func withRelations(commands map[string]restCommand) map[string]restCommand {
	all := maps.Clone(commands)
	for name, run := range relationCommands {
		all[name] = run.overREST
	}
	return all
}

// ofUser answers on the long connection.
func (run relationCommand) ofUser(r *request) (any, error) {
	return run(relationCall{Core: r.core(), ctx: r.c.ctx, by: r.actor(), user: r.user.ID, hooks: r.hooks()}, r.body)
}

func (run relationCommand) overREST(c restCall, body []byte) (any, error) {
	var owner struct {
		FromAccount string `json:"From_Account"`
	}
	if err := json.Unmarshal(body, &owner); err != nil {
		return nil, restDecodeError(c.command, err)
	}
	if owner.FromAccount == "" {
		return nil, restError(core.CodeRelationParameter, "From_Account is missing")
	}
	return run(relationCall{Core: c.Core, ctx: c.ctx, by: c.by, user: owner.FromAccount, hooks: c.Hooks}, body)
}

// relationItem is the result for one user.
type relationItem struct {
	ToAccount  string `json:"To_Account"`
	ResultCode int    `json:"ResultCode"`
	ResultInfo string `json:"ResultInfo"`
	UpdateType string `json:"UpdateType,omitempty"`
}

// relationReply has the results of a list, and names those that failed.
type relationReply struct {
	wire.DisplayResult
	ResultItem      wire.List[relationItem] `json:"ResultItem"`
	FailAccount     []string                `json:"Fail_Account,omitempty"`
	CurrentSequence int64                   `json:"CurrentSequence,omitempty"` // of the groups of friends
}

func relationResults(results []core.RelationResult, err error) (relationReply, error) {
	reply := relationReply{DisplayResult: wire.DisplayResult{Result: wire.OK()}}
	for _, result := range results {
		reply.ResultItem = append(reply.ResultItem, relationItem{ToAccount: result.User, ResultCode: result.Code, ResultInfo: result.Info})
		if result.Code != 0 && result.Code != core.CodeAddPending {
			reply.FailAccount = append(reply.FailAccount, result.User)
		}
	}
	return reply, err
}

// sequence is what grows with every change of the user's relations.
func (c relationCall) sequence() int64 {
	relations, _ := c.Relations(c.user)
	return relations.Seq
}

// accountList is the body of many commands: a list of users and how to treat them.
type accountList struct {
	ToAccount    wire.List[string] `json:"To_Account"`
	DeleteType   string            `json:"DeleteType"`
	CheckType    string            `json:"CheckType"`
	PendencyType string            `json:"PendencyType"`
	TagList      []string          `json:"TagList"`
}
