package emulator

import (
	"encoding/json"
	"slices"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// Tags of what a user noted about a friend.
const (
	tagRemark     = "Tag_SNS_IM_Remark"
	tagRemarkTime = "Tag_SNS_IM_RemarkTime"
	tagClasses    = "Tag_SNS_IM_Group"
	tagSource     = "Tag_SNS_IM_AddSource"
	tagWording    = "Tag_SNS_IM_AddWording"
	tagAddTime    = "Tag_SNS_IM_AddTime"
)

// friendPage is how many friends one reply has.
const friendPage = 100

const (
	addSingle    = "Add_Type_Single"
	addBoth      = "Add_Type_Both"
	deleteSingle = "Delete_Type_Single"
)

// names is a list that may be a single string.
type names []string

// UnmarshalJSON implements json.Unmarshaler.
func (n *names) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '[' {
		return json.Unmarshal(text, (*[]string)(n))
	}
	var one string
	if err := json.Unmarshal(text, &one); err != nil {
		return err
	}
	if one != "" {
		*n = names{one}
	}
	return nil
}

type addFriendItem struct {
	ToAccount  string    `json:"To_Account"`
	Remark     string    `json:"Remark"`
	RemarkTime int64     `json:"RemarkTime"`
	GroupName  names     `json:"GroupName"`
	AddSource  string    `json:"AddSource"`
	AddWording string    `json:"AddWording"`
	AddTime    int64     `json:"AddTime"`
	CustomItem []snsItem `json:"CustomItem"`
}

type snsItem struct {
	Tag   string          `json:"Tag"`
	Value json.RawMessage `json:"Value"`
}

type addFriendsRequest struct {
	AddFriendItem []addFriendItem `json:"AddFriendItem"`
	AddType       string          `json:"AddType"`
	ForceAddFlags int             `json:"ForceAddFlags"`
}

func (r addFriendsRequest) friends() ([]core.NewFriend, error) {
	if len(r.AddFriendItem) == 0 {
		return nil, &wire.Error{Code: core.CodeRelationParameter, Info: "AddFriendItem is missing"}
	}
	var list []core.NewFriend
	for _, item := range r.AddFriendItem {
		friend := core.NewFriend{
			User: item.ToAccount, Remark: item.Remark, RemarkTime: item.RemarkTime, Classes: item.GroupName, Source: item.AddSource,
			Wording: item.AddWording, Time: item.AddTime,
		}
		for _, custom := range item.CustomItem {
			friend.Custom = append(friend.Custom, core.ProfileItem(custom))
		}
		list = append(list, friend)
	}
	return list, nil
}

func (c relationCall) addFriends(r addFriendsRequest) (any, error) {
	list, err := r.friends()
	if err != nil {
		return nil, err
	}
	refused, err := c.hooks.beforeFriendAdd(c, r)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(f core.NewFriend) bool { return refused.has(f.User) })
	how := core.Adding{Both: r.AddType != addSingle, Force: c.by.Admin && r.ForceAddFlags == 1}
	results, err := c.AddFriends(c.ctx, c.by, c.user, list, how)
	return relationResults(append(results, refused...), err)
}

// importFriends fills a user's own list, as a migration does.
func (c relationCall) importFriends(r addFriendsRequest) (any, error) {
	list, err := r.friends()
	if err != nil {
		return nil, err
	}
	return relationResults(c.AddFriends(c.ctx, c.by, c.user, list, core.Adding{Import: true}))
}

func (c relationCall) updateFriends(r struct {
	UpdateItem []struct {
		ToAccount string    `json:"To_Account"`
		SnsItem   []snsItem `json:"SnsItem"`
	} `json:"UpdateItem"`
},
) (any, error) {
	var changes []core.FriendChange
	for _, item := range r.UpdateItem {
		change := core.FriendChange{User: item.ToAccount}
		for _, field := range item.SnsItem {
			if err := setFriendField(&change, field); err != nil {
				return nil, &wire.Error{Code: core.CodeRelationParameter, Info: field.Tag + ": " + err.Error()}
			}
		}
		changes = append(changes, change)
	}
	return relationResults(c.UpdateFriends(c.ctx, c.user, changes))
}

// setFriendField takes what can be changed; what cannot, such as the time of becoming friends, is passed over.
func setFriendField(change *core.FriendChange, field snsItem) error {
	switch field.Tag {
	case tagRemark:
		return json.Unmarshal(field.Value, &change.Remark)
	case tagClasses:
		var classes names
		if err := json.Unmarshal(field.Value, &classes); err != nil {
			return err
		}
		change.Classes = (*[]string)(&classes)
	case tagRemarkTime, tagSource, tagWording, tagAddTime:
	default:
		change.Custom = append(change.Custom, core.ProfileItem(field))
	}
	return nil
}

func (c relationCall) deleteFriends(r accountList) (any, error) {
	return relationResults(c.DeleteFriends(c.ctx, c.by, c.user, r.ToAccount, r.DeleteType != deleteSingle))
}

func (c relationCall) deleteAllFriends(r accountList) (any, error) {
	return wire.DisplayResult{Result: wire.OK()}, c.DeleteAllFriends(c.ctx, c.by, c.user, r.DeleteType != deleteSingle)
}

// friendRow is a friend in a reply. The commands call the same list by different names.
type friendRow struct {
	ToAccount      string    `json:"To_Account"`
	ValueItem      []snsItem `json:"ValueItem,omitempty"`
	SnsProfileItem []snsItem `json:"SnsProfileItem,omitempty"`
	ResultCode     int       `json:"ResultCode"`
	ResultInfo     string    `json:"ResultInfo"`
}

func (c relationCall) getFriends(r struct {
	StartIndex int `json:"StartIndex"`
},
) (any, error) {
	relations, err := c.Relations(c.user)
	if err != nil {
		return nil, err
	}
	reply := struct {
		wire.DisplayResult
		UserDataItem     wire.List[friendRow] `json:"UserDataItem"`
		FriendNum        int                  `json:"FriendNum"`
		CompleteFlag     int                  `json:"CompleteFlag"`
		NextStartIndex   int                  `json:"NextStartIndex"`
		StandardSequence int64                `json:"StandardSequence"`
		CustomSequence   int64                `json:"CustomSequence"`
	}{
		DisplayResult: wire.DisplayResult{Result: wire.OK()}, FriendNum: len(relations.Friends), CompleteFlag: 1,
		StandardSequence: relations.Seq, CustomSequence: relations.Seq,
	}
	page := relations.Friends[min(max(r.StartIndex, 0), len(relations.Friends)):]
	if len(page) > friendPage {
		page = page[:friendPage]
		reply.CompleteFlag, reply.NextStartIndex = 0, max(r.StartIndex, 0)+friendPage
	}
	for _, friend := range page {
		reply.UserDataItem = append(reply.UserDataItem, friendRow{ToAccount: friend.User, ValueItem: c.friendFields(friend, nil)})
	}
	return reply, nil
}

// getSomeFriends answers friend_get_list; without a TagList all fields come.
func (c relationCall) getSomeFriends(r accountList) (any, error) {
	relations, err := c.Relations(c.user)
	if err != nil {
		return nil, err
	}
	reply := struct {
		wire.DisplayResult
		InfoItem    wire.List[friendRow] `json:"InfoItem"`
		FailAccount []string             `json:"Fail_Account,omitempty"`
	}{DisplayResult: wire.DisplayResult{Result: wire.OK()}}
	for _, user := range r.ToAccount {
		row := friendRow{ToAccount: user}
		at := slices.IndexFunc(relations.Friends, func(f core.Friend) bool { return f.User == user })
		if at < 0 {
			row.ResultCode, row.ResultInfo = core.CodeNotFriends, user+" is no friend of "+c.user
			reply.FailAccount = append(reply.FailAccount, user)
		} else {
			row.SnsProfileItem = c.friendFields(relations.Friends[at], r.TagList)
		}
		reply.InfoItem = append(reply.InfoItem, row)
	}
	return reply, nil
}

// friendFields has what is known of a friend, profile included, or only the asked-for tags.
func (c relationCall) friendFields(friend core.Friend, asked []string) []snsItem {
	account, _ := c.Account(friend.User)
	fields := []snsItem{{wire.TagNick, asJSON(account.Nick)}, {wire.TagImage, asJSON(account.Face)}}
	for _, item := range account.Profile {
		fields = append(fields, snsItem(item))
	}
	fields = append(fields, notes(friend)...)
	if len(asked) == 0 {
		return fields
	}
	return slices.DeleteFunc(fields, func(field snsItem) bool { return !slices.Contains(asked, field.Tag) })
}

// notes are what a user noted about a friend.
func notes(friend core.Friend) []snsItem {
	fields := []snsItem{
		{tagAddTime, asJSON(friend.Time)},
		{tagSource, asJSON(friend.Source)},
		{tagWording, asJSON(friend.Wording)},
		{tagRemark, asJSON(friend.Remark)},
		{tagRemarkTime, asJSON(friend.RemarkTime)},
		{tagClasses, asJSON(wire.List[string](friend.Classes))},
	}
	for _, item := range friend.Custom {
		fields = append(fields, snsItem(item))
	}
	return fields
}

func asJSON(value any) json.RawMessage {
	text, err := wire.Marshal(value)
	if err != nil {
		return json.RawMessage("null") // no value of these kinds fails
	}
	return text
}
