package ui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"reddot/model"
)

// command is a word behind a slash in the input: what it does, what may follow it, and how that is said. The list
// above the input and docs/keys.md are made from the table.
type command struct {
	name   string
	does   action
	zh, en string
	// zhArgs and enArgs name what may follow.
	zhArgs, enArgs string
}

var commandTable = []command{
	{"new", actionNewGroup, "建群", "create a group", "[群名]", "[name]"},
	{"join", actionFindGroup, "找群、加群: 群 ID、链接或群名", "find and join: id, link or name", "[ID|链接|群名]", "[id|link|name]"},
	{"invite", actionInvite, "拉人进这个群", "add people to this group", "[用户 ID …]", "[user id …]"},
	{"info", actionProfile, "群资料", "the group's profile", "", ""},
	{"members", actionMembers, "群成员", "the group's members", "[找谁]", "[whom]"},
	{"role", actionRole, "设管理员或业务角色", "make admin, or give a role of the shop", "@谁 管理员|成员|主播|助手|导购|用户", "@who admin|member|anchor|assistant|guide|customer"},
	{"mute", actionMute, "禁言若干分钟, 0 解除", "mute for minutes, 0 lets speak", "@谁 [分钟]", "@who [minutes]"},
	{"nick", actionNameCard, "改自己的群名片", "change your name card here", "[名片]", "[card]"},
	{"notices", actionNotices, "群通知: 申请、邀请", "group notices and applications", "", ""},
	{"waiting", actionWaiting, "列表只看顾客在等回复的群", "only groups with a waiting customer", "", ""},
	{"custom", actionCustom, "发自定义消息(JSON)", "send a custom message (JSON)", "[片段名|JSON]", "[SNIPPET|JSON]"},
	{"leave", actionLeave, "退出这个群", "leave this group", "", ""},
	{"handover", actionHandOver, "把群转让给别人", "hand the group over", "[@谁]", "[@who]"},
	{"destroy", actionDestroy, "解散这个群", "dissolve this group", "", ""},
	{"help", actionHelp, "按键和命令", "keys and commands", "", ""},
}

func (c *command) says(w *words) string {
	if w == english {
		return c.en
	}
	return c.zh
}

// usage is the command with what may follow it.
func (c *command) usage(w *words) string {
	args := c.zhArgs
	if w == english {
		args = c.enArgs
	}
	return strings.TrimSpace("/" + c.name + " " + args)
}

// afterSlash returns what follows the slash of a text that begins like a command; two slashes stand for one that is
// meant. The key of the slash types 、 in Chinese: sure is false then, because a text may begin so.
func afterSlash(s string) (rest string, sure, ok bool) {
	if escaped(s) {
		return "", false, false
	}
	for _, sign := range []string{"/", "／"} {
		if rest, ok = strings.CutPrefix(s, sign); ok {
			return rest, true, true
		}
	}
	rest, ok = strings.CutPrefix(s, "、")
	return rest, false, ok
}

func escaped(s string) bool { return strings.HasPrefix(s, "//") || strings.HasPrefix(s, "／／") }

// commandIn returns the command that a text is, nil if it is none, and what follows it.
func commandIn(s string) (found *command, args string) {
	rest, _, ok := afterSlash(s)
	if !ok {
		return nil, ""
	}
	word, args, _ := strings.Cut(rest, " ")
	i := slices.IndexFunc(commandTable, func(c command) bool { return strings.EqualFold(c.name, word) })
	if i < 0 {
		return nil, ""
	}
	return &commandTable[i], strings.TrimSpace(args)
}

// commandsFor returns the commands whose names begin with what is typed behind the slash; none once a name is written
// out.
func commandsFor(s string, caret int) []candidate {
	word, sure, ok := afterSlash(s[:caret])
	if !ok || strings.ContainsAny(word, " \n") || word == "" && !sure {
		return nil
	}
	word = strings.ToLower(word)
	var found []candidate
	for i := range commandTable {
		c := &commandTable[i]
		if c.name == word {
			return nil
		}
		if strings.HasPrefix(c.name, word) {
			found = append(found, candidate{command: c})
		}
	}
	return found
}

// runCommand does what a text says if it is a command. A text that begins like one and is none is sent only when Enter
// is pressed again: false means that the text is to be sent as it stands.
func (m *Model) runCommand(said string) (cmd tea.Cmd, handled bool) {
	_, sure, _ := afterSlash(said)
	found, args := commandIn(said)
	if found == nil && !sure {
		return nil, false
	}
	if found == nil {
		if m.unknownCommand == said {
			m.unknownCommand = ""
			return nil, false
		}
		word, _, _ := strings.Cut(said, " ")
		m.unknownCommand = said
		m.flash = flash{fmt.Sprintf(m.look.words.NoCommandF, m.look.Truncate(clean(word), 24)), true}
		return nil, true
	}
	m.input.clear()
	m.flash = flash{}
	m.saveDraft()
	return m.perform(found.does, m.conversation().Group, args), true
}

// perform does an action to a group, nil for none, as a command or a key asks for it.
func (m *Model) perform(does action, group *model.Group, args string) tea.Cmd {
	switch does {
	case actionNewGroup:
		return m.openCreate(args)
	case actionFindGroup:
		return m.openFind(args)
	case actionNotices:
		return m.openNotices()
	case actionWaiting:
		return m.toggleWaiting()
	case actionHelp:
		m.help.on = true
		return nil
	case actionCustom:
		return m.openCustom(args)
	}
	if group == nil {
		m.flash = flash{text: m.look.words.NoGroupHere}
		return nil
	}
	switch does {
	case actionProfile:
		return m.openProfile(group)
	case actionMembers:
		return m.openMembers(group, args)
	case actionInvite:
		return m.openInvite(group, args)
	case actionRole:
		return m.commandRole(group, args)
	case actionMute:
		return m.commandMute(group, args)
	case actionNameCard:
		return m.openOwnCard(group, args)
	case actionLeave:
		return m.openLeave(group)
	case actionHandOver:
		return m.openHandOver(group, args)
	case actionDestroy:
		return m.openDestroy(group)
	}
	return nil
}

// groupHere returns the group that a key is about: the one that a panel shows, the one under the list's cursor while the
// list has the focus, else the open one, nil if there is none.
func (m *Model) groupHere() *model.Group {
	for _, p := range m.panels {
		if group := groupOf(p); group != nil {
			return group
		}
	}
	id := m.open
	if m.focus == focusList || id == "" {
		id = m.list.selected()
	}
	if c := m.view.ByID[id]; c != nil {
		return c.Group
	}
	return nil
}

// memberMeant returns the member of the open group whom "@name" or an id at the beginning of a text names, and what
// follows.
func (m *Model) memberMeant(args string) (user, rest string) {
	c := m.conversation()
	name := strings.TrimLeft(args, "@＠")
	if name == "" || c == nil {
		return "", ""
	}
	names := mentionNames(c)
	if longest := longestName(name, names); longest != "" {
		users := names[longest]
		if picked := m.chosen[longest]; len(picked) > 0 {
			users = picked
		}
		return users[0], strings.TrimSpace(name[len(longest):])
	}
	user, rest, _ = strings.Cut(name, " ")
	return user, strings.TrimSpace(rest)
}
