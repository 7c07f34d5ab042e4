package emulator

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// maxRESTAccounts bounds the account lists of one call.
const maxRESTAccounts = 100

func (c restCall) accountImport(r wire.AccountImportRequest) (any, error) {
	return restDone(c.Core.ImportAccounts(c.ctx, []core.NewAccount{{ID: r.User(), Nick: r.Nick, Face: r.FaceURL}}))
}

// multiAccountImport imports what it can and names the accounts that it could not.
func (c restCall) multiAccountImport(r wire.MultiAccountImportRequest) (any, error) {
	for _, id := range r.Accounts {
		r.AccountList = append(r.AccountList, wire.AccountImportRequest{UserID: id})
	}
	switch {
	case len(r.AccountList) == 0:
		return nil, restError(wire.CodeAccountParam, "AccountList is missing")
	case len(r.AccountList) > maxRESTAccounts:
		return nil, restError(wire.CodeAccountBatch, "a batch has at most %d accounts, this one %d", maxRESTAccounts, len(r.AccountList))
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
	if len(reply.FailAccounts) == len(list) {
		reply.Result = wire.Fail(refused.Code, refused.Info)
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
	if r.FromAccount == "" {
		return nil, restError(wire.CodeProfileParam, "From_Account is missing")
	}
	items := make([]core.ProfileItem, len(r.ProfileItem))
	for i, item := range r.ProfileItem {
		if err := checkProfile(item); err != nil {
			return nil, err
		}
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

// Standard fields of a profile, with their values where only some are allowed.
var restProfileValues = map[string][]string{
	wire.TagNick: nil, wire.TagImage: nil, "Tag_Profile_IM_BirthDay": nil, "Tag_Profile_IM_Location": nil, "Tag_Profile_IM_SelfSignature": nil,
	"Tag_Profile_IM_Language": nil, "Tag_Profile_IM_MsgSettings": nil, "Tag_Profile_IM_Level": nil, "Tag_Profile_IM_Role": nil,
	"Tag_Profile_IM_Gender":          {"Gender_Type_Unknown", "Gender_Type_Female", "Gender_Type_Male"},
	"Tag_Profile_IM_AllowType":       {"AllowType_Type_NeedConfirm", "AllowType_Type_AllowAny", "AllowType_Type_DenyAny"},
	"Tag_Profile_IM_AdminForbidType": {"AdminForbid_Type_None", "AdminForbid_Type_SendOut"},
}

// What custom fields of a profile are called: this, and up to 8 letters.
const (
	restCustomProfile   = "Tag_Profile_Custom_"
	maxRESTProfileName  = 8
	maxRESTProfileValue = 500 // bytes
)

func checkProfile(item wire.ProfileItem) error {
	if err := checkRESTProfileTag(item.Tag); err != nil {
		return err
	}
	if len(item.Value.Text) > maxRESTProfileValue {
		return restError(wire.CodeProfileTooLong, "the value of %s has %d bytes, the limit is %d", item.Tag, len(item.Value.Text), maxRESTProfileValue)
	}
	if values := restProfileValues[item.Tag]; values != nil && !slices.Contains(values, item.Value.Text) {
		return restError(codeProfileStandard, "%s cannot be %.40q; it is one of %s", item.Tag, item.Value.Text, strings.Join(values, ", "))
	}
	return nil
}

func checkRESTProfileTag(tag string) error {
	if name, custom := strings.CutPrefix(tag, restCustomProfile); custom {
		if name == "" || len(name) > maxRESTProfileName {
			return restError(codeProfileTag, "profile tag %.60q needs 1 to %d letters behind %s", tag, maxRESTProfileName, restCustomProfile)
		}
		return nil
	}
	if _, known := restProfileValues[tag]; !known {
		return restError(codeProfileTag, "profile tag %.60q does not exist", tag)
	}
	return nil
}

// Codes of profiles alone.
const (
	codeProfileTag      = 40009
	codeProfileStandard = 40605
)

func (c restCall) portraitGet(r wire.PortraitGetRequest) (any, error) {
	switch {
	case len(r.ToAccount) == 0:
		return nil, restError(40002, "To_Account is missing")
	case len(r.ToAccount) > maxRESTAccounts:
		return nil, restError(wire.CodeProfileParam, "To_Account has at most %d entries, this one %d", maxRESTAccounts, len(r.ToAccount))
	case len(r.TagList) == 0:
		return nil, restError(wire.CodeProfileParam, "TagList is missing")
	}
	for _, tag := range r.TagList {
		if err := checkRESTProfileTag(tag); err != nil {
			return nil, err
		}
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

// restProfile lists the asked-for fields that are set, in the order in which they were asked for.
func restProfile(account core.Account, tags []string) []wire.ProfileItem {
	values := map[string]wire.Value{wire.TagNick: wire.TextValue(account.Nick), wire.TagImage: wire.TextValue(account.Face)}
	for _, item := range account.Profile {
		var value wire.Value
		if err := json.Unmarshal(item.Value, &value); err == nil {
			values[item.Tag] = value
		}
	}
	var items []wire.ProfileItem
	for _, tag := range tags {
		if value := values[tag]; value.Text != "" {
			items = append(items, wire.ProfileItem{Tag: tag, Value: value})
			delete(values, tag)
		}
	}
	return items
}
