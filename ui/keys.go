package ui

import tea "charm.land/bubbletea/v2"

// scope is the part of the screen in which a key means something.
type scope int

const (
	scopeAnywhere scope = iota
	scopeList
	scopeInput
	scopeMessages
	scopeSwitcher
	scopeCompletion
	scopePanel
	scopeForm
	scopeMembers
	scopeNotices
	scopeLog
	scopeCount
)

// action is what a key does.
type action int

const (
	noAction action = iota
	actionHelp
	actionSwitch
	actionNextGroup
	actionPreviousGroup
	actionNextUnread
	actionToDivider
	actionNextPane
	actionPreviousPane
	actionSidePane
	actionBack
	actionPageUp
	actionPageDown
	actionReconnect
	actionRetryLast
	actionInterrupt
	actionQuit
	actionSuspend

	actionUp
	actionDown
	actionFirst
	actionLast
	actionOpen

	actionSend
	actionNewLine
	actionClear
	actionRestore
	actionDeleteBack
	actionDeleteForward
	actionDeleteWord
	actionLeft
	actionRight
	actionWordLeft
	actionWordRight
	actionLineStart
	actionLineEnd

	actionRetry
	actionDiscard
	actionCallUnread
	actionUnfold
	actionCopy
	actionComplete

	actionNewGroup
	actionInvite
	actionRole
	actionCustom
	actionLeave
	actionHandOver
	actionDestroy
	actionFindGroup
	actionProfile
	actionMembers
	actionNotices
	actionWaiting
	actionDismiss
	actionDismissAll
	actionCommand

	actionSubmit
	actionMark
	actionMarkAll
	actionFilter
	actionFind
	actionMention
	actionTalk
	actionAdmin
	actionMute
	actionNameCard
	actionRemove
	actionUndo
	actionAgree
	actionRefuse

	actionLog
)

// binding is one line of the key table: keys as Bubble Tea names them, what they do, and how that is said.
type binding struct {
	scope   scope
	action  action
	keys    []string
	zh, en  string
	printed string
}

// keyTable is the only place that gives keys a meaning. The help overlay and docs/keys.md are made from it.
// Printed is how the keys are written there.
var keyTable = []binding{
	{scopeAnywhere, actionSwitch, []string{"ctrl+k"}, "按名字或拼音首字母跳到一个群", "jump by name or pinyin initials", "Ctrl+K"},
	{scopeAnywhere, actionNextGroup, []string{"alt+down", "ctrl+n"}, "打开列表中的下一个群", "open the next group in the list", "Alt+↓ Ctrl+N"},
	{scopeAnywhere, actionPreviousGroup, []string{"alt+up", "ctrl+p"}, "打开列表中的上一个群", "open the previous group in the list", "Alt+↑ Ctrl+P"},
	{scopeAnywhere, actionNextUnread, []string{"alt+a"}, "打开下一个有未读的群", "open the next group with unread", "Alt+a"},
	{scopeAnywhere, actionToDivider, []string{"alt+u"}, "跳到第一条新消息", "go to the first new message", "Alt+u"},
	{scopeAnywhere, actionPageUp, []string{"pgup"}, "向上翻页, 到顶后加载更早的消息", "page up; older messages at the top", "PgUp"},
	{scopeAnywhere, actionPageDown, []string{"pgdown"}, "向下翻页", "page down", "PgDn"},
	{scopeAnywhere, actionNextPane, []string{"tab"}, "切换到下一栏", "focus the next pane", "Tab"},
	{scopeAnywhere, actionPreviousPane, []string{"shift+tab"}, "切换到上一栏", "focus the previous pane", "Shift+Tab"},
	{scopeAnywhere, actionBack, []string{"esc"}, "返回", "go back", "Esc"},
	{scopeAnywhere, actionSidePane, []string{"alt+i"}, "右栏: 回执、群、同步记录", "side pane: receipts, group, sync log", "Alt+i"},
	{scopeAnywhere, actionRetryLast, []string{"alt+r"}, "重发没发出的, 或先到它那里", "retry what failed, or go to it", "Alt+r"},
	{scopeAnywhere, actionCallUnread, []string{"alt+n"}, "@ 还没读这条消息的人", "mention those who have not read", "Alt+n"},
	{scopeAnywhere, actionNewGroup, []string{"alt+c"}, "建群", "create a group", "Alt+c"},
	{scopeAnywhere, actionFindGroup, []string{"alt+s"}, "找群、加群", "find and join a group", "Alt+s"},
	{scopeAnywhere, actionProfile, []string{"alt+p"}, "群资料, 有权限的可以改", "the group's profile; edit it there", "Alt+p"},
	{scopeAnywhere, actionMembers, []string{"alt+m"}, "群成员", "the group's members", "Alt+m"},
	{scopeAnywhere, actionNotices, []string{"alt+t"}, "群通知: 申请、邀请", "group notices and applications", "Alt+t"},
	{scopeAnywhere, actionWaiting, []string{"alt+w"}, "列表只看顾客在等回复的群", "only groups with a waiting customer", "Alt+w"},
	{scopeAnywhere, actionDismiss, []string{"alt+x"}, "收起新公告", "put the new announcement away", "Alt+x"},
	{scopeAnywhere, actionLog, []string{"alt+l"}, "日志和已读同步的记录", "the log, and that of read sync", "Alt+l"},
	{scopeAnywhere, actionReconnect, []string{"ctrl+r"}, "离线时立即重连", "reconnect now while offline", "Ctrl+R"},
	{scopeAnywhere, actionHelp, []string{"f1"}, "按键帮助", "this help", "F1"},
	{scopeAnywhere, actionInterrupt, []string{"ctrl+c"}, "按两次退出", "press twice to quit", "Ctrl+C"},
	{scopeAnywhere, actionQuit, []string{"ctrl+q"}, "退出, 没发出的文字留作草稿", "quit; unsent text is kept as a draft", "Ctrl+Q"},
	{scopeAnywhere, actionSuspend, []string{"ctrl+z"}, "挂起, 用 fg 回来", "suspend; fg brings it back", "Ctrl+Z"},

	{scopeList, actionOpen, []string{"enter", "right"}, "打开群, 光标到输入框", "open the group and go to the input", "Enter →"},
	{scopeList, actionUp, []string{"up", "k"}, "上一个群(不打开, 不算已读)", "previous group; opens, reads nothing", "↑ k"},
	{scopeList, actionDown, []string{"down", "j"}, "下一个群(不打开, 不算已读)", "next group; opens, reads nothing", "↓ j"},
	{scopeList, actionFirst, []string{"home", "g"}, "第一个群", "first group", "Home g"},
	{scopeList, actionLast, []string{"end", "G", "shift+g"}, "最后一个群", "last group", "End G"},
	{scopeList, actionPageUp, []string{"pgup"}, "列表向上翻页", "page up in the list", "PgUp"},
	{scopeList, actionPageDown, []string{"pgdown"}, "列表向下翻页", "page down in the list", "PgDn"},
	{scopeList, actionCommand, []string{"/", "／"}, "在打开的群里输入命令", "type a command in the open group", "/"},
	{scopeList, actionNewGroup, []string{"c"}, "建群", "create a group", "c"},
	{scopeList, actionFindGroup, []string{"s"}, "找群、加群", "find and join a group", "s"},
	{scopeList, actionProfile, []string{"p"}, "光标处的群的资料", "profile of the group under the cursor", "p"},
	{scopeList, actionMembers, []string{"m"}, "光标处的群的成员", "members of the group under the cursor", "m"},
	{scopeList, actionNotices, []string{"t"}, "群通知", "group notices", "t"},
	{scopeList, actionWaiting, []string{"w"}, "只看顾客在等回复的群", "only groups with a waiting customer", "w"},
	{scopeList, actionHelp, []string{"?", "？"}, "按键帮助", "this help", "?"},

	{scopeInput, actionSend, []string{"enter"}, "发送", "send", "Enter"},
	{scopeInput, actionNewLine, []string{"shift+enter", "ctrl+j", "alt+enter"}, "换行", "new line", "Shift+Enter Ctrl+J"},
	{scopeInput, actionClear, []string{"ctrl+u"}, "清空输入框", "clear the input", "Ctrl+U"},
	{scopeInput, actionRestore, []string{"ctrl+y"}, "找回刚清空的文字", "bring back what was cleared", "Ctrl+Y"},
	{scopeInput, actionDeleteBack, []string{"backspace", "ctrl+h", "shift+backspace"}, "删除前一个字", "delete the character before", "Backspace"},
	{scopeInput, actionDeleteForward, []string{"delete", "ctrl+d"}, "删除后一个字", "delete the character behind", "Delete"},
	{scopeInput, actionDeleteWord, []string{"ctrl+w", "alt+backspace"}, "删除前一个词", "delete the word before", "Ctrl+W"},
	{scopeInput, actionUp, []string{"up"}, "上一行; 在第一行时选择消息", "line up; from the first, to messages", "↑"},
	{scopeInput, actionDown, []string{"down"}, "下一行", "line down", "↓"},
	{scopeInput, actionLeft, []string{"left", "ctrl+b"}, "左移", "left", "←"},
	{scopeInput, actionRight, []string{"right", "ctrl+f"}, "右移", "right", "→"},
	{scopeInput, actionWordLeft, []string{"alt+left", "ctrl+left", "alt+b"}, "左移一个词", "word left", "Alt+←"},
	{scopeInput, actionWordRight, []string{"alt+right", "ctrl+right", "alt+f"}, "右移一个词", "word right", "Alt+→"},
	{scopeInput, actionLineStart, []string{"home", "ctrl+a"}, "行首; 已在行首时到最早的消息", "line start; again: oldest message", "Home"},
	{scopeInput, actionLineEnd, []string{"end", "ctrl+e"}, "行尾; 已在行尾时到最新的消息", "line end; again: newest message", "End"},

	{scopeMessages, actionUp, []string{"up", "k"}, "上一条消息", "previous message", "↑ k"},
	{scopeMessages, actionDown, []string{"down", "j"}, "下一条消息; 过了最后一条回到输入框", "next message; past the last, the input", "↓ j"},
	{scopeMessages, actionFirst, []string{"home", "g"}, "最早的消息", "oldest message", "Home g"},
	{scopeMessages, actionLast, []string{"end", "G", "shift+g"}, "最新的消息", "newest message", "End G"},
	{scopeMessages, actionRetry, []string{"r"}, "重发没发出的消息", "retry a message that failed", "r"},
	{scopeMessages, actionDiscard, []string{"d"}, "丢弃没发出的消息", "discard a message that failed", "d"},
	{scopeMessages, actionCallUnread, []string{"n"}, "@ 还没读这条消息的人", "mention those who have not read", "n"},
	{scopeMessages, actionUnfold, []string{"o", "space"}, "展开或收起自定义消息的全部内容", "unfold a custom message, or fold it", "o Space"},
	{scopeMessages, actionCopy, []string{"y"}, "复制这条消息", "copy the message", "y"},
	{scopeMessages, actionOpen, []string{"enter"}, "回到输入框", "back to the input", "Enter"},
	{scopeMessages, actionHelp, []string{"?", "？"}, "按键帮助", "this help", "?"},

	{scopeSwitcher, actionOpen, []string{"enter"}, "打开选中的群", "open the chosen group", "Enter"},
	{scopeSwitcher, actionUp, []string{"up", "ctrl+p"}, "上一个", "previous", "↑ Ctrl+P"},
	{scopeSwitcher, actionDown, []string{"down", "ctrl+n"}, "下一个", "next", "↓ Ctrl+N"},
	{scopeSwitcher, actionClear, []string{"ctrl+u"}, "清空", "clear", "Ctrl+U"},
	{scopeSwitcher, actionDeleteBack, []string{"backspace", "ctrl+h"}, "删除前一个字", "delete the character before", "Backspace"},

	{scopeCompletion, actionComplete, []string{"tab", "enter"}, "选中, 名字或拼音首字母都能找", "take; names and pinyin initials find", "Tab Enter"},
	{scopeCompletion, actionUp, []string{"up", "ctrl+p"}, "上一个", "previous", "↑ Ctrl+P"},
	{scopeCompletion, actionDown, []string{"down", "ctrl+n"}, "下一个", "next", "↓ Ctrl+N"},
	{scopeCompletion, actionBack, []string{"esc"}, "关闭名单, 留下文字", "close the list, keep the text", "Esc"},

	{scopePanel, actionOpen, []string{"enter"}, "打开, 或看能做什么", "open, or see what can be done", "Enter"},
	{scopePanel, actionUp, []string{"up", "k"}, "上一项", "previous", "↑ k"},
	{scopePanel, actionDown, []string{"down", "j"}, "下一项", "next", "↓ j"},
	{scopePanel, actionFirst, []string{"home", "g"}, "第一项", "first", "Home g"},
	{scopePanel, actionLast, []string{"end", "G", "shift+g"}, "最后一项", "last", "End G"},
	{scopePanel, actionMembers, []string{"m"}, "群成员", "the group's members", "m"},
	{scopePanel, actionHelp, []string{"?", "？"}, "按键帮助", "this help", "?"},

	{scopeForm, actionSend, []string{"enter"}, "下一项; 在按钮上提交", "next field; on the button: submit", "Enter"},
	{scopeForm, actionSubmit, []string{"ctrl+s"}, "提交", "submit", "Ctrl+S"},
	{scopeForm, actionLeft, []string{"left"}, "左移; 选项换上一个", "left; previous choice", "←"},
	{scopeForm, actionRight, []string{"right"}, "右移; 选项换下一个", "right; next choice", "→"},
	{scopeForm, actionBack, []string{"esc"}, "关闭, 填过的先问一声", "close; asks if something was typed", "Esc"},

	{scopeMembers, actionFind, []string{"/"}, "按名字、拼音首字母、ID 找人", "find by name, pinyin initials, id", "/"},
	{scopeMembers, actionFilter, []string{"r"}, "按角色筛选", "filter by role", "r"},
	{scopeMembers, actionMark, []string{"space"}, "选中或取消", "mark or unmark", "Space"},
	{scopeMembers, actionMarkAll, []string{"A", "shift+a"}, "全选或全不选", "mark all or none", "A"},
	{scopeMembers, actionMention, []string{"@", "＠"}, "@ 他们", "mention them", "@"},
	{scopeMembers, actionTalk, []string{"c"}, "单聊", "talk to one alone", "c"},
	{scopeMembers, actionAdmin, []string{"a"}, "设为或撤销管理员", "make an administrator, or not", "a"},
	{scopeMembers, actionMute, []string{"s"}, "禁言或解除", "mute or let speak", "s"},
	{scopeMembers, actionRole, []string{"b"}, "标业务角色: 主播、助手、导购、用户", "mark a role of the shop", "b"},
	{scopeMembers, actionNameCard, []string{"e"}, "改群名片", "change the name card", "e"},
	{scopeMembers, actionRemove, []string{"d"}, "移出群", "remove from the group", "d"},
	{scopeMembers, actionUndo, []string{"u"}, "撤销刚才的操作", "undo what was done last", "u"},

	{scopeNotices, actionAgree, []string{"a"}, "同意申请, 接受邀请", "agree, accept", "a"},
	{scopeNotices, actionRefuse, []string{"d"}, "拒绝", "refuse, decline", "d"},

	{scopeLog, actionNextPane, []string{"tab"}, "换到另一页: 日志、已读同步", "the other page: log, read sync", "Tab"},
	{scopeLog, actionLeft, []string{"left", "h"}, "显示更多级别", "show more levels", "← h"},
	{scopeLog, actionRight, []string{"right", "l"}, "只看更严重的", "only the more serious", "→ l"},
	{scopeNotices, actionDismiss, []string{"x"}, "收起这条通知", "put this notice away", "x"},
	{scopeNotices, actionDismissAll, []string{"X", "shift+x"}, "收起所有不用答复的通知", "put all away that ask nothing", "X"},
}

// keyActions finds the action of a key by scope and name.
var keyActions = func() (actions [scopeCount]map[string]action) {
	for i := range actions {
		actions[i] = map[string]action{}
	}
	for _, b := range keyTable {
		for _, name := range b.keys {
			actions[b.scope][name] = b.action
		}
	}
	return actions
}()

// below is the scope whose keys also hold in a scope; scopeAnywhere's hold everywhere.
var below = [scopeCount]scope{
	scopeCompletion: scopeInput,
	scopeForm:       scopeInput,
	scopeMembers:    scopePanel,
	scopeNotices:    scopePanel,
	scopeLog:        scopePanel,
}

// actionOf returns what a key does in a scope; a scope's own meaning goes before the general one.
func actionOf(s scope, key tea.KeyPressMsg) action {
	name := key.String()
	for _, where := range [...]scope{s, below[s], scopeAnywhere} {
		if found, ok := keyActions[where][name]; ok {
			return found
		}
	}
	return noAction
}

// typed returns the text that a key types, "" if it types none.
func typed(key tea.KeyPressMsg) string {
	if key.Mod&(tea.ModCtrl|tea.ModAlt|tea.ModMeta|tea.ModSuper|tea.ModHyper) != 0 {
		return ""
	}
	return key.Text
}
