package emulator

import (
	"strconv"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// Folders and marks of conversations (documents 53437 to 53442 of the international site).
const (
	cmdCreateFolder = "recentcontact.create_contact_group"
	cmdUpdateFolder = "recentcontact.update_contact_group"
	cmdDeleteFolder = "recentcontact.del_contact_group"
	cmdMarkContact  = "recentcontact.mark_contact"
	cmdGetFolders   = "recentcontact.get_contact_group"
	cmdFindFolders  = "recentcontact.search_contact_group"
)

// maxRESTContacts bounds a search.
const maxRESTContacts = 300

// contactRef names a conversation. The documents spell the group with a capital D here.
type contactRef struct {
	Type      int    `json:"Type"`
	ToAccount string `json:"To_Account,omitempty"`
	ToGroupID string `json:"ToGroupId,omitempty"`
}

func (r contactRef) id() core.ConversationID {
	if r.Type == wire.ConversationGroup {
		return core.ConversationID{Group: r.ToGroupID}
	}
	return core.ConversationID{Peer: r.ToAccount}
}

func contactRefOf(id core.ConversationID) contactRef {
	if id.Group != "" {
		return contactRef{Type: wire.ConversationGroup, ToGroupID: id.Group}
	}
	return contactRef{Type: wire.ConversationC2C, ToAccount: id.Peer}
}

func contactIDs(list []contactRef) []core.ConversationID {
	ids := make([]core.ConversationID, len(list))
	for i, ref := range list {
		ids[i] = ref.id()
	}
	return ids
}

type folderItem struct {
	GroupName string `json:"GroupName"`
	GroupID   int    `json:"GroupId"`
}

func folderItems(list []core.Folder) wire.List[folderItem] {
	items := make(wire.List[folderItem], len(list))
	for i, f := range list {
		items[i] = folderItem{GroupName: f.Name, GroupID: f.ID}
	}
	return items
}

// contactResult is the result for one conversation; which of the numbers it has depends on
// the command.
type contactResult struct {
	OptType        int        `json:"OptType,omitempty"`
	ContactOptType int        `json:"ContactOptType,omitempty"`
	ContactItem    contactRef `json:"ContactItem"`
	ResultCode     int        `json:"ResultCode"`
	ResultInfo     string     `json:"ResultInfo"`
}

func (c restCall) contactResultOf(r core.ContactResult) contactResult {
	return contactResult{ContactItem: contactRefOf(r.Conv), ResultCode: restCode(c.command, r.Code), ResultInfo: r.Info}
}

type folderResult struct {
	GroupItem  folderItem               `json:"GroupItem"`
	ResultItem wire.List[contactResult] `json:"ResultItem"`
}

func (c restCall) createFolder(r struct {
	FromAccount      string `json:"From_Account"`
	GroupContactItem []struct {
		GroupName   string       `json:"GroupName"`
		ContactItem []contactRef `json:"ContactItem"`
	} `json:"GroupContactItem"`
},
) (any, error) {
	if err := c.checkContactOwner(r.FromAccount); err != nil {
		return nil, err
	}
	if len(r.GroupContactItem) != 1 {
		return nil, restError(wire.CodeContactParam, "GroupContactItem has one entry, this one %d", len(r.GroupContactItem))
	}
	item := r.GroupContactItem[0]
	if len(item.ContactItem) == 0 {
		return nil, restError(wire.CodeContactParam, "ContactItem is missing")
	}
	folder, results, err := c.Core.CreateFolder(c.ctx, r.FromAccount, item.GroupName, contactIDs(item.ContactItem))
	if err != nil {
		return nil, err
	}
	made := folderResult{GroupItem: folderItem{GroupName: folder.Name, GroupID: folder.ID}}
	for _, result := range results {
		made.ResultItem = append(made.ResultItem, c.contactResultOf(result))
	}
	return struct {
		wire.DisplayResult
		GroupResultItem []folderResult `json:"GroupResultItem"`
	}{wire.DisplayResult{Result: wire.OK()}, []folderResult{made}}, nil
}

// Values of UpdateType, UpdateGroupType and ContactOptType.
const (
	updateFolder   = 1
	folderRename   = 1
	folderContacts = 2
	contactAdd     = 1
	contactRemove  = 2
)

type updateFolderRequest struct {
	FromAccount string `json:"From_Account"`
	UpdateType  int    `json:"UpdateType"`
	UpdateGroup struct {
		UpdateGroupType   int    `json:"UpdateGroupType"`
		OldGroupName      string `json:"OldGroupName"`
		NewGroupName      string `json:"NewGroupName"`
		ContactUpdateItem []struct {
			ContactOptType int        `json:"ContactOptType"`
			ContactItem    contactRef `json:"ContactItem"`
		} `json:"ContactUpdateItem"`
	} `json:"UpdateGroup"`
}

type updateFolderReply struct {
	wire.DisplayResult
	UpdateType        int `json:"UpdateType"`
	UpdateGroupResult struct {
		UpdateGroupType   int                      `json:"UpdateGroupType"`
		GroupName         string                   `json:"GroupName"`
		GroupID           int                      `json:"GroupId"`
		OldGroupName      string                   `json:"OldGroupName"`
		ContactResultItem wire.List[contactResult] `json:"ContactResultItem"`
	} `json:"UpdateGroupResult"`
}

func (c restCall) updateFolder(r updateFolderRequest) (any, error) {
	if err := c.checkContactOwner(r.FromAccount); err != nil {
		return nil, err
	}
	group := r.UpdateGroup
	reply := updateFolderReply{DisplayResult: wire.DisplayResult{Result: wire.OK()}, UpdateType: r.UpdateType}
	result := &reply.UpdateGroupResult
	var folder core.Folder
	var err error
	switch {
	case r.UpdateType != updateFolder:
		return nil, restError(wire.CodeContactParam, "UpdateType is 1, not %d", r.UpdateType)
	case group.UpdateGroupType == folderRename:
		folder, err = c.Core.RenameFolder(c.ctx, r.FromAccount, group.OldGroupName, group.NewGroupName)
	case group.UpdateGroupType == folderContacts:
		folder, result.ContactResultItem, err = c.fileContacts(r)
	default:
		return nil, restError(wire.CodeContactParam, "UpdateGroupType is 1 or 2, not %d", group.UpdateGroupType)
	}
	result.UpdateGroupType, result.OldGroupName = group.UpdateGroupType, group.OldGroupName
	result.GroupName, result.GroupID = folder.Name, folder.ID
	return reply, err
}

func (c restCall) fileContacts(r updateFolderRequest) (core.Folder, []contactResult, error) {
	var in, out []core.ConversationID
	for _, item := range r.UpdateGroup.ContactUpdateItem {
		switch item.ContactOptType {
		case contactAdd:
			in = append(in, item.ContactItem.id())
		case contactRemove:
			out = append(out, item.ContactItem.id())
		default:
			return core.Folder{}, nil, restError(wire.CodeContactParam, "ContactOptType is 1 or 2, not %d", item.ContactOptType)
		}
	}
	folder, changed, err := c.Core.FileConversations(c.ctx, r.FromAccount, r.UpdateGroup.OldGroupName, in, out)
	var results []contactResult
	for i, one := range changed {
		result := c.contactResultOf(one)
		result.ContactOptType = contactAdd
		if i >= len(in) {
			result.ContactOptType = contactRemove
		}
		results = append(results, result)
	}
	return folder, results, err
}

func (c restCall) deleteFolder(r struct {
	FromAccount string   `json:"From_Account"`
	GroupName   []string `json:"GroupName"`
},
) (any, error) {
	if err := c.checkContactOwner(r.FromAccount); err != nil {
		return nil, err
	}
	if len(r.GroupName) != 1 {
		return nil, restError(wire.CodeContactParam, "GroupName has one entry, this one %d", len(r.GroupName))
	}
	folder, err := c.Core.DeleteFolder(c.ctx, r.FromAccount, r.GroupName[0])
	if err != nil {
		return nil, err
	}
	return struct {
		wire.DisplayResult
		GroupItem wire.List[folderItem] `json:"GroupItem"`
	}{wire.DisplayResult{Result: wire.OK()}, folderItems([]core.Folder{folder})}, nil
}

// Values of OptType: which of the two kinds of marks an entry changes.
const (
	markStandard = 1
	markCustom   = 2
	markBoth     = 3
)

type markContactRequest struct {
	FromAccount string `json:"From_Account"`
	MarkItem    []struct {
		OptType     int        `json:"OptType"`
		ContactItem contactRef `json:"ContactItem"`
		ClearMark   []int      `json:"ClearMark"`
		SetMark     []int      `json:"SetMark"`
		CustomMark  *string    `json:"CustomMark"`
	} `json:"MarkItem"`
}

func (c restCall) markContact(r markContactRequest) (any, error) {
	if err := c.checkContactOwner(r.FromAccount); err != nil {
		return nil, err
	}
	marks := make([]core.Mark, len(r.MarkItem))
	for i, item := range r.MarkItem {
		marks[i] = core.Mark{Conv: item.ContactItem.id(), Clear: item.ClearMark, Set: item.SetMark, Custom: item.CustomMark}
		switch item.OptType {
		case markStandard:
			marks[i].Custom = nil
		case markCustom:
			marks[i].Clear, marks[i].Set = nil, nil
		case markBoth:
		default:
			return nil, restError(wire.CodeContactParam, "OptType is 1, 2 or 3, not %d", item.OptType)
		}
	}
	results, err := c.Core.MarkConversations(c.ctx, r.FromAccount, marks)
	if err != nil {
		return nil, err
	}
	reply := struct {
		wire.DisplayResult
		ResultItem wire.List[contactResult] `json:"ResultItem"`
	}{DisplayResult: wire.DisplayResult{Result: wire.OK()}}
	for i, result := range results {
		item := c.contactResultOf(result)
		item.OptType = r.MarkItem[i].OptType
		reply.ResultItem = append(reply.ResultItem, item)
	}
	return reply, nil
}

type contactItem struct {
	contactRef
	StandardMark   string `json:"StandardMark,omitempty"` // binary: the last digit is mark 0
	CustomMark     string `json:"CustomMark,omitempty"`
	ContactGroupID []int  `json:"ContactGroupId,omitempty"`
	Timestamp      int64  `json:"Timestamp"`
}

func contactItems(list []core.Contact) wire.List[contactItem] {
	items := make(wire.List[contactItem], len(list))
	for i, contact := range list {
		items[i] = contactItem{
			contactRef: contactRefOf(contact.Conv), CustomMark: contact.Custom, ContactGroupID: contact.Folders, Timestamp: contact.Time,
		}
		if contact.Marks != 0 {
			items[i].StandardMark = strconv.FormatUint(contact.Marks, 2)
		}
	}
	return items
}

func (c restCall) getFolders(r struct {
	FromAccount string `json:"From_Account"`
	StartIndex  int    `json:"StartIndex"`
},
) (any, error) {
	if err := c.checkContactOwner(r.FromAccount); err != nil {
		return nil, err
	}
	contacts, folders, next, err := c.Core.Contacts(c.ctx, r.FromAccount, r.StartIndex)
	if err != nil {
		return nil, err
	}
	return struct {
		wire.DisplayResult
		ContactItem    wire.List[contactItem] `json:"ContactItem"`
		GroupItem      wire.List[folderItem]  `json:"GroupItem"`
		CompleteFlag   int                    `json:"CompleteFlag"`
		NextStartIndex int                    `json:"NextStartIndex"`
	}{wire.DisplayResult{Result: wire.OK()}, contactItems(contacts), folderItems(folders), flag(next == 0), next}, nil
}

func (c restCall) findFolders(r struct {
	FromAccount string       `json:"From_Account"`
	ContactItem []contactRef `json:"ContactItem"`
},
) (any, error) {
	if err := c.checkContactOwner(r.FromAccount); err != nil {
		return nil, err
	}
	if len(r.ContactItem) == 0 || len(r.ContactItem) > maxRESTContacts {
		return nil, restError(wire.CodeContactParam, "ContactItem has 1 to %d entries, this one %d", maxRESTContacts, len(r.ContactItem))
	}
	contacts, folders, err := c.Core.FindContacts(c.ctx, r.FromAccount, contactIDs(r.ContactItem))
	if err != nil {
		return nil, err
	}
	return struct {
		wire.DisplayResult
		ContactResultItem wire.List[contactItem] `json:"ContactResultItem"`
		GroupItem         wire.List[folderItem]  `json:"GroupItem"`
	}{wire.DisplayResult{Result: wire.OK()}, contactItems(contacts), folderItems(folders)}, nil
}
