package ui

import "reddot/session"

// connectionWords are the words about the connection: in the status line, and in the log pane.
type connectionWords struct {
	// RetryAtF takes since when there is no connection and when it is tried again.
	RetryAtF string
	// ClockAheadF and ClockBehindF take a duration: the service's clock against ours.
	ClockAheadF, ClockBehindF string
	// Fresh and AgeF tell how old what is shown is; AgeF takes a duration.
	Fresh, AgeF string
	// Seconds, minutes and hours of a duration in words.
	SecondsF, MinutesF, HoursF string

	LogTitle, SyncTitle           string
	LogHint, SyncHint             string
	LogEmpty, LogMissing          string
	LevelF, AllLevels             string
	Debug, Info, Warning, Trouble string
	RequestF, CodeF               string
	NoteWord                      string
	IgnoredF, NotTakenF           string
	Ignored                       map[session.SyncIgnored]string
}

var connectionChinese = connectionWords{
	RetryAtF:     "%s 起离线 · %s 再试 · [Ctrl+R] 立即重连 · 内容来自本地",
	ClockAheadF:  "服务器时钟快 %s",
	ClockBehindF: "服务器时钟慢 %s",
	Fresh:        "刚更新",
	AgeF:         "%s前更新",
	SecondsF:     "%d 秒", MinutesF: "%d 分钟", HoursF: "%d 小时",

	LogTitle: "日志", SyncTitle: "已读同步",
	LogHint:    "Tab 看已读同步 · ←→ 级别 · ↑↓ 选择 · End 到最新 · Esc 关闭",
	SyncHint:   "Tab 看日志 · ↑↓ 选择 · End 到最新 · Esc 关闭",
	LogEmpty:   "还没有记录。",
	LogMissing: "这里没有日志。",
	LevelF:     "%s 起", AllLevels: "全部",
	Debug: "调试", Info: "信息", Warning: "警告", Trouble: "错误",
	RequestF: "请求 %s", CodeF: "码 %d",
	NoteWord:  "通知",
	IgnoredF:  "未采用: %s",
	NotTakenF: "未接受: %s",
	Ignored: map[session.SyncIgnored]string{
		session.IgnoredOwn:       "这台设备自己发的",
		session.IgnoredDuplicate: "收到过了",
		session.IgnoredForeign:   "别人发的",
		session.IgnoredUndated:   "没有服务器时间",
		session.IgnoredSelf:      "说的是通知会话本身",
		session.IgnoredNoNote:    "不是同步通知",
		session.IgnoredDamaged:   "通知损坏",
		session.IgnoredRefresh:   "只要求重新同步",
	},
}

var connectionEnglish = connectionWords{
	RetryAtF:     "Offline since %s · next try %s · [Ctrl+R] now · stored content",
	ClockAheadF:  "server clock %s ahead",
	ClockBehindF: "server clock %s behind",
	Fresh:        "fresh",
	AgeF:         "%s old",
	SecondsF:     "%d s", MinutesF: "%d min", HoursF: "%d h",

	LogTitle: "Log", SyncTitle: "Read sync",
	LogHint:    "Tab read sync · ←→ level · ↑↓ choose · End newest · Esc close",
	SyncHint:   "Tab log · ↑↓ choose · End newest · Esc close",
	LogEmpty:   "Nothing yet.",
	LogMissing: "There is no log here.",
	LevelF:     "from %s", AllLevels: "all",
	Debug: "debug", Info: "info", Warning: "warn", Trouble: "error",
	RequestF: "request %s", CodeF: "code %d",
	NoteWord:  "note",
	IgnoredF:  "ignored: %s",
	NotTakenF: "not accepted: %s",
	Ignored: map[session.SyncIgnored]string{
		session.IgnoredOwn:       "sent by this device",
		session.IgnoredDuplicate: "was here before",
		session.IgnoredForeign:   "from somebody else",
		session.IgnoredUndated:   "without the server's time",
		session.IgnoredSelf:      "about the notes' own conversation",
		session.IgnoredNoNote:    "no sync note",
		session.IgnoredDamaged:   "damaged",
		session.IgnoredRefresh:   "only asks for a new look",
	},
}
