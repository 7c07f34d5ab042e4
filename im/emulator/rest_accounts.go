package emulator

import (
	"encoding/json"
	"errors"
	"slices"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// maxRESTAccounts bounds the account lists of one call.
const maxRESTAccounts = 100

func (c restCall) accountImport(r wire.AccountImportRequest) (any, error) {
	return restDone(c.Core.ImportAccounts(c.ctx, []core.NewAccount{{ID: r.User(), Nick: r.Nick, Face: r.FaceURL}}))
}

// multiAccountImport imports what it can, and names the accounts whose id is not allowed.
func (c restCall) multiAccountImport(r wire.MultiAccountImportRequest) (any, error) {
	for _, id := range r.Accounts {
		r.AccountList = append(r.AccountList, wire.AccountImportRequest{UserID: id})
	}
	if len(r.AccountList) == 0 || len(r.AccountList) > maxRESTAccounts {
		return nil, restError(wire.CodeAccountBatch, "a batch has 1 to %d accounts, this one %d", maxRESTAccounts, len(r.AccountList))
	}
	list := make([]core.NewAccount, len(r.AccountList))
	for i, account := range r.AccountList {
		list[i] = core.NewAccount{ID: account.User(), Nick: account.Nick, Face: account.FaceURL}
	}
	reply := wire.MultiAccountImportReply{Result: wire.OK()}
	err := c.Core.ImportAccounts(c.ctx, list)
	var refused *core.Error
	if !errors.As(err, &refused) {
		return reply, err
	}
	for _, account := range list {
		err := c.Core.ImportAccounts(c.ctx, []core.NewAccount{account})
		if errors.As(err, &refused) {
			reply.FailAccounts = append(reply.FailAccounts, account.ID)
		} else if err != nil {
			return nil, err
		}
	}
	return reply, nil
}

func (c restCall) accountCheck(r wire.AccountCheckRequest) (any, error) {
	if len(r.CheckItem) == 0 || len(r.CheckItem) > maxRESTAccounts {
		return nil, restError(wire.CodeAccountParam, "CheckItem has 1 to %d entries, this one %d", maxRESTAccounts, len(r.CheckItem))
	}
	reply := wire.AccountCheckReply{Result: wire.OK()}
	for _, item := range r.CheckItem {
		status := wire.AccountNotImported
		if _, known := c.Core.Account(item.UserID); known {
			status = wire.AccountImported
		}
		reply.ResultItem = append(reply.ResultItem, wire.AccountCheckItem{UserID: item.UserID, AccountStatus: status})
	}
	return reply, nil
}

func (c restCall) kick(r wire.KickRequest) (any, error) {
	if r.User() == "" {
		return nil, restError(wire.CodeAccountParam, "UserID is missing")
	}
	err := c.Core.Kick(c.ctx, r.User())
	c.auth.forget(r.User())
	return restDone(err)
}

func (c restCall) portraitSet(r wire.PortraitSetRequest) (any, error) {
	items := make([]core.ProfileItem, len(r.ProfileItem))
	for i, item := range r.ProfileItem {
		value, err := wire.Marshal(item.Value)
		if err != nil {
			return nil, err
		}
		items[i] = core.ProfileItem{Tag: item.Tag, Value: value}
	}
	if err := c.Core.SetProfile(c.ctx, c.by, r.FromAccount, items); err != nil {
		return nil, err
	}
	return wire.DisplayResult{Result: wire.OK()}, nil
}

func (c restCall) portraitGet(r wire.PortraitGetRequest) (any, error) {
	switch {
	case len(r.ToAccount) == 0:
		return nil, restError(40002, "To_Account is missing")
	case len(r.ToAccount) > maxRESTAccounts:
		return nil, restError(wire.CodeProfileParam, "To_Account has at most %d entries, this one %d", maxRESTAccounts, len(r.ToAccount))
	case len(r.TagList) == 0:
		return nil, restError(wire.CodeProfileParam, "TagList is missing")
	}
	reply := wire.PortraitReply{DisplayResult: wire.DisplayResult{Result: wire.OK()}}
	for _, id := range r.ToAccount {
		account, known := c.Core.Account(id)
		if !known {
			reply.FailAccount = append(reply.FailAccount, id)
			reply.UserProfileItem = append(reply.UserProfileItem, wire.UserProfile{
				ToAccount: id, ResultCode: wire.CodeProfileNoAccount, ResultInfo: "account does not exist",
			})
			continue
		}
		reply.UserProfileItem = append(reply.UserProfileItem, wire.UserProfile{ToAccount: id, ProfileItem: restProfile(account, r.TagList)})
	}
	return reply, nil
}

// restProfile lists the asked-for fields that are set.
func restProfile(account core.Account, tags []string) []wire.ProfileItem {
	all := []wire.ProfileItem{
		{Tag: wire.TagNick, Value: wire.TextValue(account.Nick)},
		{Tag: wire.TagImage, Value: wire.TextValue(account.Face)},
	}
	for _, item := range account.Profile {
		var value wire.Value
		if err := json.Unmarshal(item.Value, &value); err == nil {
			all = append(all, wire.ProfileItem{Tag: item.Tag, Value: value})
		}
	}
	return slices.DeleteFunc(all, func(item wire.ProfileItem) bool {
		return item.Value.Text == "" || !slices.Contains(tags, item.Tag)
	})
}
