package session

import (
	"fmt"
	"slices"
	"strings"

	"reddot/im"
	"reddot/model"
)

// doing says what is tried, and with what.
func (s *Session) doing(chinese, english, object string) string {
	return s.options.Language.Pick(chinese, english) + " " + object
}

// wrong is the error of a request that no service would take.
func (s *Session) wrong(doing, cause, remedy string) error {
	return &im.Error{Doing: doing, Class: im.ClassUsage, Cause: cause, Remedy: remedy}
}

// limit is a text and the most bytes that the service takes of it.
type limit struct {
	chinese, english string
	value            string
	most             int
}

func (s *Session) checkLimits(doing string, limits ...limit) error {
	pick := s.options.Language.Pick
	for _, l := range limits {
		if len(l.value) <= l.most {
			continue
		}
		cause := fmt.Sprintf(pick("%s有 %d 字节，最多 %d", "%s has %d bytes, at most %d are taken"), pick(l.chinese, l.english), len(l.value), l.most)
		return s.wrong(doing, cause, pick("缩短它：一个汉字占 3 字节", "shorten it; a Chinese character takes 3 bytes"))
	}
	return nil
}

func (s *Session) checkNewGroup(doing string, group model.NewGroup) error {
	pick := s.options.Language.Pick
	if !slices.Contains(model.GroupTypes(), group.Type) {
		return s.wrong(doing, pick("没有这种群类型：", "there is no group type ")+string(group.Type),
			"Work, Public, Meeting, AVChatRoom, Community")
	}
	if strings.TrimSpace(group.Name) == "" {
		return s.wrong(doing, pick("群没有名字", "the group has no name"), pick("给它起个名字", "name it"))
	}
	if group.Type == model.AVChatRoom && len(group.Members) > 0 {
		return s.wrong(doing, pick("直播群不能在创建时带成员", "a live room takes no members at its creation"),
			pick("让他们自己加入", "let them join by themselves"))
	}
	if err := s.checkOwnID(doing, group); err != nil {
		return err
	}
	if err := s.checkTexts(doing, group.Name, group.Introduction, group.Notification, group.FaceURL); err != nil {
		return err
	}
	if group.MaxMembers < 0 {
		return s.wrong(doing, pick("人数上限不能是负数", "the most members cannot be negative"),
			pick("写一个正数，或不写，用套餐的上限", "take a positive number, or none: the plan has a limit"))
	}
	if len(group.Members) == 0 {
		return nil
	}
	for _, member := range group.Members {
		if member.Admin && group.Type.Allows(model.ActSetAdmin, model.Owner, false) == model.NotForType {
			return s.wrong(doing, pick("这种群没有管理员：", "groups of this type have no administrators: ")+member.User,
				pick("作为普通成员加入，或换一种群类型", "take them in as a member, or take another type of group"))
		}
	}
	return s.checkMembers(doing, group.Members)
}

// checkOwnID refuses a chosen id that the service would not take.
func (s *Session) checkOwnID(doing string, group model.NewGroup) error {
	pick := s.options.Language.Pick
	switch model.CheckGroupID(group.Type, group.ID) {
	case model.IDTooLong, model.IDNotPrintable:
		return s.wrong(doing, pick("群 ID 只能是可见的 ASCII 字符，最多 ", "a group id is printable ASCII of at most ")+fmt.Sprint(model.GroupIDBytes)+pick(" 字节", " bytes"),
			pick("换一个，或不写 ID，由服务来定", "choose another, or leave the id to the service"))
	case model.IDNotCommunity:
		return s.wrong(doing, pick("社群的 ID 以 @TGS#_ 开头", "the id of a community begins with @TGS#_"),
			pick("写 ", "write ")+model.CommunityIDPrefix+strings.TrimPrefix(group.ID, model.ServiceIDPrefix)+pick("，或不写 ID，由服务来定", ", or leave the id to the service"))
	case model.IDReserved:
		return s.wrong(doing, pick("自选的群 ID 不能以 @TGS# 开头", "a chosen id must not begin with @TGS#"),
			pick("换一个不带这个开头的，或不写 ID，由服务来定", "choose one without that beginning, or leave the id to the service"))
	}
	return nil
}

func (s *Session) checkTexts(doing, name, introduction, notification, face string) error {
	return s.checkLimits(doing,
		limit{"群名", "the name", name, model.GroupNameBytes},
		limit{"群简介", "the introduction", introduction, model.GroupIntroductionBytes},
		limit{"群公告", "the announcement", notification, model.GroupNotificationBytes},
		limit{"群头像地址", "the address of the picture", face, model.GroupFaceURLBytes},
	)
}

func (s *Session) checkEdit(doing string, edit model.GroupEdit) error {
	pick := s.options.Language.Pick
	if edit == (model.GroupEdit{}) {
		return s.wrong(doing, pick("没有要修改的内容", "nothing is to be changed"),
			pick("至少写一项：名称、简介、公告、头像、人数上限、申请或邀请方式、全员禁言", "name a change: name, introduction, announcement, picture, most members, how people come in, mute all"))
	}
	if edit.Name != nil && strings.TrimSpace(*edit.Name) == "" {
		return s.wrong(doing, pick("群名不能为空", "a group has a name"), pick("给它起个名字", "name it"))
	}
	return s.checkTexts(doing, valueOf(edit.Name), valueOf(edit.Introduction), valueOf(edit.Notification), valueOf(edit.FaceURL))
}

func valueOf(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// The service's limits of member custom fields (rest-api, section 2.0).
const (
	customKeys       = 5
	customKeyBytes   = 16
	customValueBytes = 64
)

func (s *Session) checkMembers(doing string, members []model.NewMember) error {
	users := make([]string, len(members))
	for i, member := range members {
		users[i] = member.User
		if err := s.checkCustom(doing, member.User, member.Custom); err != nil {
			return err
		}
	}
	return s.checkUsers(doing, users...)
}

func (s *Session) checkUsers(doing string, users ...string) error {
	pick := s.options.Language.Pick
	if len(users) == 0 {
		return s.wrong(doing, pick("没有指定用户", "nobody is named"), pick("写上用户 ID", "name a user id"))
	}
	for _, user := range users {
		if user == "" {
			return s.wrong(doing, pick("用户 ID 是空的", "a user id is empty"), pick("写上用户 ID", "name a user id"))
		}
		if err := s.checkLimits(doing, limit{"用户 ID ", "a user id", user, model.UserIDBytes}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) checkCustom(doing, user string, custom map[string]string) error {
	pick := s.options.Language.Pick
	if len(custom) > customKeys {
		return s.wrong(doing, fmt.Sprintf(pick("%s 有 %d 个自定义字段，最多 %d", "%s has %d custom fields, at most %d are taken"), user, len(custom), customKeys),
			pick("去掉几个，或把几个值合写在一个字段里", "leave some out, or write several values into one field"))
	}
	for key, value := range custom {
		if key == "" {
			return s.wrong(doing, pick("自定义字段没有名字", "a custom field has no name"), pick("写成 名字=值", "write name=value"))
		}
		err := s.checkLimits(doing,
			limit{"自定义字段名", "the name of a custom field", key, customKeyBytes},
			limit{"自定义字段 " + key + " ", "the custom field " + key, value, customValueBytes})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) checkMemberEdit(doing, user string, edit model.MemberEdit) error {
	pick := s.options.Language.Pick
	if edit.NameCard == nil && edit.Role == nil && edit.MuteSeconds == nil && len(edit.Custom) == 0 {
		return s.wrong(doing, pick("没有要修改的内容", "nothing is to be changed"),
			pick("至少写一项：群名片、角色、禁言时长或自定义字段", "name a change: name card, role, mute or a custom field"))
	}
	if edit.Role != nil && *edit.Role != model.Admin && *edit.Role != model.Ordinary {
		return s.wrong(doing, pick("角色只能是管理员或普通成员", "a role is administrator or ordinary member"),
			pick("群主用转让来更换", "the owner changes by handing over"))
	}
	if edit.MuteSeconds != nil && *edit.MuteSeconds < 0 {
		return s.wrong(doing, pick("禁言时长不能是负数", "a mute cannot last less than nothing"),
			pick("写秒数，0 是解除禁言", "take a number of seconds; 0 ends a mute"))
	}
	if err := s.checkUsers(doing, user); err != nil {
		return err
	}
	if err := s.checkCustom(doing, user, edit.Custom); err != nil {
		return err
	}
	return s.checkLimits(doing, limit{"群名片", "the name card", valueOf(edit.NameCard), model.NameCardBytes})
}

func (s *Session) checkGroupID(doing, groupID string) error {
	pick := s.options.Language.Pick
	if groupID == "" || len(groupID) > model.GroupIDBytes {
		return s.wrong(doing, pick("这不是一个群 ID", "this is no group id"),
			pick("群 ID 是 1 到 48 字节；用 reddot groups 或 reddot group find 查", "a group id has 1 to 48 bytes; reddot groups and reddot group find show them"))
	}
	return nil
}

// checkRight refuses what the account may not do in a group that is known. Of others the service judges.
func (s *Session) checkRight(doing, groupID string, action model.GroupAction) error {
	if err := s.checkGroupID(doing, groupID); err != nil {
		return err
	}
	conversation := s.View().ByID[model.GroupConversation(groupID)]
	if conversation == nil || conversation.Group == nil {
		return nil
	}
	refusal := s.MayDo(conversation.Group, action)
	if refusal == model.Allowed {
		return nil
	}
	cause, remedy := s.refusalText(refusal, conversation.Group.Type)
	return &im.Error{Doing: doing, Class: im.ClassPermission, Code: codeOf(refusal), Cause: cause, Remedy: remedy}
}

// codeOf is what the service answers to what was not asked (rest-api, section 1.6), so that a program sees the same code
// whoever refuses.
func codeOf(refusal model.Refusal) int {
	const notAllowed, ownerCannotLeave = 10007, 10009
	if refusal == model.OwnerMustHandOver {
		return ownerCannotLeave
	}
	return notAllowed
}

func (s *Session) refusalText(refusal model.Refusal, kind model.GroupType) (cause, remedy string) {
	pick := s.options.Language.Pick
	switch refusal {
	case model.NotForType:
		return pick(string(kind)+" 群没有这个功能", "groups of type "+string(kind)+" do not know this"),
			pick("用别的类型的群，类型建好后不能改", "take a group of another type; it is chosen when the group is created")
	case model.OwnerOnly:
		return pick("只有群主可以", "only the owner may"), pick("请群主来做", "ask the owner")
	case model.AdminsOnly:
		return pick("只有群主和管理员可以", "only owner and administrators may"), pick("请群主或管理员来做", "ask the owner or an administrator")
	case model.OwnerMustHandOver:
		return pick("群主不能退群", "an owner cannot leave"), pick("先把群转让给别人，或解散群", "hand the group over first, or dissolve it")
	case model.AppAdminOnly:
		return pick("只有应用管理员可以（REST）", "only the app's administrator may (REST)"), pick("用 REST 连接来做", "do it over REST")
	default:
		return pick("不在这个群里", "not a member of this group"), pick("先加入群", "join the group first")
	}
}
