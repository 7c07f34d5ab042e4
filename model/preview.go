package model

import (
	"strings"
)

// Preview returns one line that stands for the message in a list: its text, or what it is. It is not
// cleaned: only ui/text makes it fit for a terminal.
func Preview(message *Message, language Language) string {
	if message.Recalled {
		return language.Pick("[消息已撤回]", "[recalled]")
	}
	parts := make([]string, 0, len(message.Elements))
	for _, element := range message.Elements {
		if part := previewElement(element, language); part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " ")
}

func previewElement(element Element, language Language) string {
	switch element := element.(type) {
	case Text:
		return element.Text
	case Custom:
		return labelled(language.Pick("自定义消息", "custom"), element.Description)
	case Face:
		return labelled(language.Pick("表情", "sticker"), "")
	case Location:
		return labelled(language.Pick("位置", "location"), element.Description)
	case Media:
		return labelled(mediaLabel(element.Kind, language), element.Name)
	case Tip:
		return TipText(element, language)
	case Notice:
		return labelled(language.Pick("群通知", "group notice"), element.Text)
	case Unknown:
		return labelled(element.Type, "")
	default:
		return ""
	}
}

func labelled(label, text string) string {
	if text == "" {
		return "[" + label + "]"
	}
	return "[" + label + "] " + text
}

func mediaLabel(kind MediaKind, language Language) string {
	switch kind {
	case Image:
		return language.Pick("图片", "image")
	case Sound:
		return language.Pick("语音", "voice")
	case Video:
		return language.Pick("视频", "video")
	default:
		return language.Pick("文件", "file")
	}
}

// TipText returns a tip as a sentence.
func TipText(tip Tip, language Language) string {
	operator, users := tip.name(tip.Operator), tip.who(language)
	switch tip.Kind {
	case TipJoined:
		return users + language.Pick(" 加入了群", " joined the group")
	case TipLeft:
		if users == "" {
			users = operator
		}
		return users + language.Pick(" 退出了群", " left the group")
	case TipRemoved:
		return users + language.Pick(" 被移出了群", " was removed from the group")
	case TipAdminSet:
		return users + language.Pick(" 成为管理员", " became an admin")
	case TipAdminUnset:
		return users + language.Pick(" 不再是管理员", " is no longer an admin")
	case TipProfileChanged:
		return tip.profileText(operator, language)
	case TipMuted:
		return users + language.Pick(" 被禁言", " was muted")
	case TipUnmuted:
		return users + language.Pick(" 可以发言了", " may speak again")
	case TipMemberChanged:
		return users + language.Pick(" 的群成员资料已更新", ": member details changed")
	default:
		return language.Pick("[群提示]", "[group tip]")
	}
}

// profileText tells what changed of a group's profile, the most visible change first.
func (t Tip) profileText(operator string, language Language) string {
	if name, ok := t.Changed["name"]; ok {
		return operator + language.Pick(" 将群名改为 ", " renamed the group to ") + name
	}
	if text, ok := t.Changed["notification"]; ok {
		return operator + language.Pick(" 更新了群公告: ", " changed the notice: ") + text
	}
	if owner, ok := t.Changed["owner"]; ok {
		return t.name(owner) + language.Pick(" 成为群主", " now owns the group")
	}
	return operator + language.Pick(" 修改了群资料", " changed the group's profile")
}

func (t Tip) name(user string) string {
	if name := t.Names[user]; name != "" {
		return name
	}
	return user
}

func (t Tip) who(language Language) string {
	names := make([]string, len(t.Users))
	for i, user := range t.Users {
		names[i] = t.name(user)
	}
	return strings.Join(names, language.Pick("、", ", "))
}
