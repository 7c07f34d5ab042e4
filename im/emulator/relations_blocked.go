package emulator

import (
	"slices"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

func (c relationCall) block(r accountList) (any, error) {
	return relationResults(c.Block(c.ctx, c.by, c.user, r.ToAccount))
}

func (c relationCall) unblock(r accountList) (any, error) {
	return relationResults(c.Unblock(c.ctx, c.by, c.user, r.ToAccount))
}

type blockedRow struct {
	ToAccount         string `json:"To_Account"`
	AddBlackTimeStamp int64  `json:"AddBlackTimeStamp"`
}

// getBlocked answers black_list_get. Without StartIndex 0 at the end the Web SDK 3.6.6 asks for the next page for ever.
func (c relationCall) getBlocked(r struct {
	StartIndex int `json:"StartIndex"`
	MaxLimited int `json:"MaxLimited"`
},
) (any, error) {
	relations, err := c.Relations(c.user)
	if err != nil {
		return nil, err
	}
	reply := struct {
		wire.DisplayResult
		BlackListItem    wire.List[blockedRow] `json:"BlackListItem"`
		StartIndex       int                   `json:"StartIndex"`
		CurrentSequence  int64                 `json:"CurrentSequence"`
		CurruentSequence int64                 `json:"CurruentSequence"` // spelt so in one of the samples
	}{DisplayResult: wire.DisplayResult{Result: wire.OK()}, CurrentSequence: relations.Seq, CurruentSequence: relations.Seq}
	start := min(max(r.StartIndex, 0), len(relations.Blocked))
	page := relations.Blocked[start:]
	if r.MaxLimited > 0 && len(page) > r.MaxLimited {
		page = page[:r.MaxLimited]
		reply.StartIndex = start + r.MaxLimited
	}
	for _, blocked := range page {
		reply.BlackListItem = append(reply.BlackListItem, blockedRow{ToAccount: blocked.User, AddBlackTimeStamp: blocked.Time})
	}
	return reply, nil
}

type relationCheck struct {
	ToAccount  string `json:"To_Account"`
	Relation   string `json:"Relation,omitempty"`
	ResultCode int    `json:"ResultCode"`
	ResultInfo string `json:"ResultInfo"`
}

// checks tells for every user of a list whether the caller holds them, and, asked for both ways, whether they hold the caller.
func (c relationCall) checks(r accountList, both bool, holds func(core.Relations, string) bool, words [4]string) ([]relationCheck, []string, error) {
	mine, err := c.Relations(c.user)
	if err != nil {
		return nil, nil, err
	}
	var rows []relationCheck
	var failed []string
	for _, user := range r.ToAccount {
		row := relationCheck{ToAccount: user}
		theirs, err := c.Relations(user)
		if err != nil {
			row.ResultCode, row.ResultInfo = core.AsError(err).Code, core.AsError(err).Info
			failed = append(failed, user)
		} else {
			row.Relation = words[way(holds(mine, user), both && holds(theirs, c.user))]
		}
		rows = append(rows, row)
	}
	return rows, failed, nil
}

// way numbers the four ways in which two people can hold each other: neither, the first, the second, both.
func way(first, second bool) int { return flag(first) + 2*flag(second) }

func (c relationCall) checkFriends(r accountList) (any, error) {
	rows, failed, err := c.checks(r, r.CheckType != "CheckResult_Type_Single", isFriend, [4]string{
		"CheckResult_Type_NoRelation", "CheckResult_Type_AWithB", "CheckResult_Type_BWithA", "CheckResult_Type_BothWay",
	})
	return struct {
		wire.DisplayResult
		InfoItem    wire.List[relationCheck] `json:"InfoItem"`
		FailAccount []string                 `json:"Fail_Account,omitempty"`
	}{wire.DisplayResult{Result: wire.OK()}, rows, failed}, err
}

func (c relationCall) checkBlocked(r accountList) (any, error) {
	rows, failed, err := c.checks(r, r.CheckType != "BlackCheckResult_Type_Single", isBlocked, [4]string{
		"BlackCheckResult_Type_NO", "BlackCheckResult_Type_AWithB", "BlackCheckResult_Type_BWithA", "BlackCheckResult_Type_BothWay",
	})
	return struct {
		wire.DisplayResult
		BlackListCheckItem wire.List[relationCheck] `json:"BlackListCheckItem"`
		FailAccount        []string                 `json:"Fail_Account,omitempty"`
	}{wire.DisplayResult{Result: wire.OK()}, rows, failed}, err
}

func isFriend(r core.Relations, user string) bool {
	return slices.ContainsFunc(r.Friends, func(f core.Friend) bool { return f.User == user })
}

func isBlocked(r core.Relations, user string) bool {
	return slices.ContainsFunc(r.Blocked, func(b core.Blocked) bool { return b.User == user })
}
