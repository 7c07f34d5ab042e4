package cli

import "reddot/model"

// words are what the commands say, in one language. Demo names and business roles stay Chinese.
type words struct {
	language string

	rootShort, rootLong                           string
	serveShort, serveLong                         string
	usersigShort, groupsShort, sendShort          string
	tailShort, readShort, versionShort            string
	flagServer, flagAppID, flagSecretKey          string
	flagUserSig, flagUser, flagDevice             string
	flagConfig, flagProfile, flagData             string
	flagLanguage, flagLogLevel, flagJSON          string
	flagDemoSeed, flagListen, flagAdmin, flagDemo string
	flagServeData, flagAllowOrigin, flagExpire    string
	flagInspect, flagRandom, flagCustom           string
	flagServeKey, flagWebhook, flagWebhookToken   string
	flagRESTAdmin                                 string
	flagEdition, flagRateLimits, flagLogins       string
	flagLoginPolicy, flagInviteConsent            string
	flagTLS, flagTLSCert, flagTLSKey              string

	seeHelpF, noTerminal, noTerminalRemedy                string
	helpFlag, helpCommand, completionCommand, versionFlag string
	dumbTerminal, dumbTerminalRemedy                      string
	portTaken, authorityF                                 string
	unread, members, read, sent, note                     string
	noGroups, serveRemedy                                 string

	historyShort, membersShort, flagLimit, flagBefore string

	dataShort, exportShort, exportLong, importShort, importLong string

	accountWords
	consentWords
	groupWords

	roles map[model.Role]string
}

func wordsOf(language string) words {
	if language == "en" {
		return english
	}
	return chinese
}

var chinese = words{
	language:     "zh",
	accountWords: accountChinese,
	consentWords: consentChinese,
	groupWords:   groupChinese,
	rootShort:    "腾讯云 IM 的终端聊天客户端，每台设备上的红点都可信",
	rootLong: "腾讯云 IM 的终端聊天客户端。\n\n" +
		"不带参数时启动内置服务器和演示店铺，以主播身份登录。\n" +
		"在第二个终端运行 reddot --device mini，就是同一账号的另一台设备。",
	serveShort: "只运行内置服务器",
	serveLong: "只运行内置服务器：WebSocket 与 REST 在同一个端口，数据在一个 SQLite 文件里。\n" +
		"就绪后在标准输出打印一行 “listening on http://HOST:PORT”（用 --tls 时是 https）。",
	usersigShort:       "生成或解释 UserSig",
	groupsShort:        "列出群组与未读数",
	sendShort:          "向群或用户发送一条消息",
	tailShort:          "跟随消息、已读同步和回执",
	readShort:          "把一个群标为已读，并等到处处生效",
	versionShort:       "打印版本",
	flagServer:         "服务器地址：长连接 ws(s)://，REST http(s)://",
	flagAppID:          "应用的 SDKAppID",
	flagSecretKey:      "应用密钥（仅限本机服务器）",
	flagUserSig:        "登录签名 UserSig（仅限本机服务器）",
	flagUser:           "用户 ID",
	flagRESTAdmin:      "用 REST 时的应用管理员账号",
	flagDevice:         "这台设备的名字",
	flagConfig:         "配置文件",
	flagProfile:        "配置文件里的账号",
	flagData:           "客户端数据目录",
	flagLanguage:       "界面语言 zh 或 en",
	flagLogLevel:       "日志级别 debug、info、warn 或 error",
	flagJSON:           "每行输出一个 JSON 对象",
	flagDemoSeed:       "演示店铺的随机种子",
	flagListen:         "监听地址，端口 0 表示任选",
	flagAdmin:          "应用管理员账号",
	flagDemo:           "放入演示店铺和其中的人",
	flagServeData:      "服务器数据目录，或 :memory:",
	flagAllowOrigin:    "允许的网页来源，可重复",
	flagExpire:         "有效期",
	flagInspect:        "解释 UserSig 的内容",
	flagRandom:         "消息随机数：相同的数重试不会重复发送",
	flagCustom:         "发自定义消息，以 TEXT 为它的 Data",
	flagServeKey:       "应用密钥；默认首次启动时随机生成",
	flagWebhook:        "应用后台的回调地址（第三方回调）",
	flagWebhookToken:   "回调签名用的 Token",
	flagEdition:        "模拟的套餐: trial、pro、ultimate、enterprise；默认不限",
	flagRateLimits:     "像云端一样限频：每接口每秒 200 次，每群每秒 40 条",
	flagLogins:         "每个用户在一个平台上最多同时登录几处，多出的踢掉最早的；0 为不限",
	flagLoginPolicy:    "哪些平台可同时登录: single 一个、dual 一个加网页、triple 手机加电脑加网页、multi 全部；不填不限",
	flagInviteConsent:  "邀请入群要被邀请者同意（云端控制台的开关）；服务端 API 拉人不问",
	flagTLS:            "也说 https 和 wss；证书和签发它的本机 CA 自动生成，放在数据目录里",
	flagTLSCert:        "用自己的证书说 https 和 wss：PEM 文件，与 --tls-key 一起给",
	flagTLSKey:         "与 --tls-cert 配对的私钥，PEM 文件",
	seeHelpF:           "用 %s --help 查看用法",
	helpFlag:           "查看用法",
	helpCommand:        "查看一个命令的用法",
	completionCommand:  "生成 shell 的自动补全脚本",
	versionFlag:        "打印版本",
	noTerminal:         "标准输出不是终端，无法显示界面",
	noTerminalRemedy:   "请在终端里运行；脚本可以用 reddot groups、send、tail、read",
	dumbTerminal:       "TERM=dumb 的终端不能移动光标，无法显示界面",
	dumbTerminalRemedy: "换一个终端，或设好 TERM（例如 TERM=xterm-256color）；也可以用 reddot groups、send、tail、read",
	portTaken:          "%s 已被占用，改用 %s",
	authorityF:         "浏览器和其他程序要信任的证书：%s",
	unread:             "未读", members: "人", read: "已读", sent: "已发送", note: "同步通知",
	noGroups:     "还没有群组",
	historyShort: "打印一个群的历史消息", membersShort: "列出群成员",
	flagLimit: "最多几条", flagBefore: "从这个序列号往前（含）",
	dataShort:   "导出、导入内置服务器的数据",
	exportShort: "把服务器的全部数据写成 JSON 行",
	exportLong: "把服务器的全部数据（账号、群组、成员、消息、已读位置）写成 JSON 行，到 FILE 或标准输出。\n" +
		"先停掉使用这个目录的服务器。密钥不在其中。",
	importShort: "把导出的数据放进一个空的服务器",
	importLong: "把 FILE 或标准输入里的 JSON 行放进一个空的服务器目录：要么全部，要么什么都不改。\n" +
		"格式见 docs/server.md，也可以手写。",
	roles: map[model.Role]string{model.RoleAnchor: "主播", model.RoleAssistant: "助手", model.RoleGuide: "导购", model.RoleCustomer: "用户"},
}

var english = words{
	language:     "en",
	accountWords: accountEnglish,
	consentWords: consentEnglish,
	groupWords:   groupEnglish,
	rootShort:    "A terminal client for Tencent Cloud IM whose red dots are right on every device",
	rootLong: "A terminal client for Tencent Cloud IM.\n\n" +
		"Without arguments it starts the embedded server with a demo shop and logs in as its anchor.\n" +
		"In a second terminal, reddot --device mini is another device of the same account.",
	serveShort: "Run the embedded server alone",
	serveLong: "Run the embedded server alone: WebSocket and REST on one port, data in one SQLite file.\n" +
		"When ready it prints one line \"listening on http://HOST:PORT\" on stdout (https with --tls).",
	usersigShort:       "Print or explain a UserSig",
	groupsShort:        "List groups and their unread counts",
	sendShort:          "Send one message to a group or user",
	tailShort:          "Follow messages, read sync and receipts",
	readShort:          "Mark a group as read and wait until it is so everywhere",
	versionShort:       "Print the version",
	flagServer:         "server address: ws(s):// long connection, http(s):// REST",
	flagAppID:          "the SDKAppID of the app",
	flagSecretKey:      "the app's key (loopback servers only)",
	flagUserSig:        "the UserSig (loopback servers only)",
	flagUser:           "user id",
	flagRESTAdmin:      "the app admin that REST calls are made as",
	flagDevice:         "name of this device",
	flagConfig:         "configuration file",
	flagProfile:        "account in the configuration file",
	flagData:           "the client's data directory",
	flagLanguage:       "language: zh or en",
	flagLogLevel:       "log level: debug, info, warn, error",
	flagJSON:           "print one JSON object a line",
	flagDemoSeed:       "seed of the demo shop",
	flagListen:         "address to listen on; port 0 takes a free one",
	flagAdmin:          "the app's admin account",
	flagDemo:           "put in the demo shop and its people",
	flagServeData:      "the server's data directory, or :memory:",
	flagAllowOrigin:    "web origin to let in, can be repeated",
	flagExpire:         "how long it is valid",
	flagInspect:        "a UserSig to explain",
	flagRandom:         "message random: the same number sends no second message",
	flagCustom:         "send TEXT as the Data of a custom message",
	flagServeKey:       "the app's key; by default made at random at the first start",
	flagWebhook:        "the app's own server, which learns of events and may refuse some",
	flagWebhookToken:   "token that signs what is posted there",
	flagEdition:        "plan to resemble: trial, pro, ultimate or enterprise; nothing is limited by default",
	flagRateLimits:     "the cloud's rate caps: 200 calls a second by command, 40 messages a second into a group",
	flagLogins:         "logins of one user on one platform; a further one ends the oldest; 0 for any number",
	flagLoginPolicy:    "platforms logged in at once: single, dual (one and Web), triple (mobile, desktop, Web) or multi; none by default",
	flagInviteConsent:  "whom a client invites decides about it, as the cloud's console can have it; REST asks nobody",
	flagTLS:            "speak https and wss, too; a certificate and the authority that signs it are made in the data directory",
	flagTLSCert:        "speak https and wss with a certificate of your own: a PEM file; give --tls-key as well",
	flagTLSKey:         "the key of --tls-cert, a PEM file",
	seeHelpF:           "see %s --help",
	helpFlag:           "show the usage",
	helpCommand:        "show the usage of a command",
	completionCommand:  "print the script that completes commands in a shell",
	versionFlag:        "print the version",
	noTerminal:         "stdout is not a terminal, the screen cannot be shown",
	noTerminalRemedy:   "run it in a terminal; scripts can use reddot groups, send, tail, read",
	dumbTerminal:       "a terminal with TERM=dumb cannot move its cursor, the screen cannot be shown",
	dumbTerminalRemedy: "use another terminal, or set TERM (as TERM=xterm-256color); or use reddot groups, send, tail, read",
	portTaken:          "%s is taken, using %s",
	authorityF:         "browsers and other programs have to trust this certificate: %s",
	unread:             "unread", members: "members", read: "read", sent: "sent", note: "sync note",
	noGroups:     "no groups yet",
	historyShort: "Print the history of a group", membersShort: "List the members of a group",
	flagLimit: "the most messages", flagBefore: "going back from this sequence, itself included",
	dataShort:   "Export and import the embedded server's data",
	exportShort: "Write all data of a server as JSON lines",
	exportLong: "Write all data of a server (accounts, groups, members, messages, read positions) as JSON lines\n" +
		"to FILE or stdout. Stop the server that uses the directory first. Keys are not in it.",
	importShort: "Put exported data into an empty server",
	importLong: "Put JSON lines from FILE or stdin into an empty server's directory: all of them, or nothing.\n" +
		"docs/server.md describes the format; it may be written by hand.",
	roles: map[model.Role]string{model.RoleAnchor: "主播", model.RoleAssistant: "助手", model.RoleGuide: "导购", model.RoleCustomer: "用户"},
}
