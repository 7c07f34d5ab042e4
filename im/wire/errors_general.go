package wire

// Remedies that many codes share.
const (
	retryZH   = "稍后重试"
	retryEN   = "try again later"
	slowZH    = "降低调用频率后重试"
	slowEN    = "slow down and try again"
	paramZH   = "按错误信息检查请求参数"
	paramEN   = "check the request's fields against the error text"
	sigZH     = "重新取得本应用的 UserSig：真实账号由后台签发（usersig_url 或 reddot login），本机服务器用 reddot usersig"
	sigEN     = "get a new UserSig of this application: from the backend of a real account (usersig_url or reddot login), from reddot usersig for a local server"
	planZH    = "在控制台查看套餐和功能开关"
	planEN    = "check the plan and the feature switches in the console"
	appZH     = "检查 app_id（--app-id）和 region：应用只在创建它的地区存在"
	appEN     = "check app_id (--app-id) and region: an application exists only where it was created"
	accountZH = "检查用户 ID 的写法；帐号在第一次登录时产生，也可由后台导入（account_import）"
	accountEN = "check the user id; an account comes into being with its first login, or is imported by the backend (account_import)"
	correctZH = "另发一条更正"
	correctEN = "send a correction"
	adminZH   = "改用应用管理员帐号（控制台“帐号管理”里设置）"
	adminEN   = "use an app admin account (made one in the console)"
	// Read receipts need an edition and a switch (rest-api, section 8.4).
	receiptsZH = "需要旗舰版或企业版，并在控制台打开 功能配置 → 群组配置 → 群功能配置 → 群消息已读回执"
	receiptsEN = "take the Ultimate edition (旗舰版) or above, and switch it on in the console: 功能配置 → 群组配置 → 群功能配置 → 群消息已读回执"
)

// generalCodes are the 60xxx codes of the gateway.
var generalCodes = []Code{
	{60002, "http_parse", "HTTP 请求解析失败", paramZH, "the HTTP request could not be parsed", paramEN},
	{60003, "json_parse", "请求 JSON 解析失败", "检查请求体是否为合法 JSON", "the request body is not valid JSON", "send valid JSON"},
	{60004, "url_account", "请求中的帐号或签名有误", sigZH, "account or signature of the request is wrong", sigEN},
	{60005, "url_signature", "请求中的帐号或签名有误", sigZH, "account or signature of the request is wrong", sigEN},
	{60006, "bad_sdkappid", "SDKAppID 不正确", appZH, "the SDKAppID is wrong", appEN},
	{60007, "api_rate", "该接口调用过于频繁", slowZH, "this command is called too often", slowEN},
	{60008, "service_timeout", "服务超时或 HTTP 格式错误", retryZH, "the service timed out or the HTTP format is wrong", retryEN},
	{60009, "unknown_command", "请求的接口不存在", "检查服务名和命令名", "no such service or command", "check service and command name"},
	{60010, "not_admin", "调用者不是应用管理员", adminZH, "the caller is not an app admin", adminEN},
	{60011, "app_rate", "应用整体调用过于频繁", slowZH, "the application calls too often", slowEN},
	{60012, "no_sdkappid", "缺少 SDKAppID", "在请求中带上 sdkappid", "the SDKAppID is missing", "send sdkappid with the request"},
	{60013, "reply_parse", "服务端应答解析失败", retryZH, "the service could not parse its own reply", retryEN},
	{60014, "account_timeout", "帐号转换超时", retryZH, "account conversion timed out", retryEN},
	{60015, "account_type", "帐号必须是字符串", paramZH, "an account must be a string", paramEN},
	{60016, "app_disabled", "应用已被停用", planZH, "the application is disabled", planEN},
	{60017, "request_disabled", "该请求已被停用", planZH, "this request is disabled", planEN},
	{60018, "too_many_requests", "请求过多", slowZH, "too many requests", slowEN},
	{60019, "too_many_requests", "请求过多", slowZH, "too many requests", slowEN},
	{60020, "package_expired", "套餐已过期", "在控制台续费", "the package has expired", "renew it in the console"},
	{60021, "source_ip", "来源 IP 不在允许范围内", "在控制台检查 IP 白名单", "the source address is not allowed", "check the address list in the console"},
	{80001, "content_blocked", "内容未通过安全审核", "修改内容后重发", "the content was blocked", "change the text and send again"},
	{80002, "content_too_long", "消息过长（上限 12 KB）", "分成几条发送", "the message is longer than 12 KB", "send it in parts"},
	{80003, "callback_failed", "发送前回调失败或超时", "检查应用的回调服务", "the webhook before sending failed or timed out", "check the application's webhook server"},
	{80004, "image_blocked", "图片未通过安全审核", "更换图片后重发", "the image was blocked", "use another image"},
}

// clientCodes are codes that a client meets on the long connection without the service having refused a request.
var clientCodes = []Code{
	{1002, "kicked", "此登录已被踢下线", "重新登录", "this login was kicked", "log in again"},
	{2022, "bad_login_reply", "登录应答缺少 TinyId", "检查服务端版本", "the login reply lacks TinyId", "check the server's version"},
	{2801, "request_timeout", "请求超时，未收到应答", "检查网络后重试", "no reply in time", "check the network and try again"},
	{2903, "bad_edit_reply", "编辑消息的应答缺少 MsgBody", retryZH, "the reply to an edit lacks MsgBody", retryEN},
	{2996, "local_rate", "客户端限频", slowZH, "held back by the client's own rate limit", slowEN},
	{6013, "not_initialised", "SDK 未初始化", "重新启动客户端", "the SDK is not initialised", "restart the client"},
	{6014, "not_logged_in", "尚未登录", "先登录再操作", "not logged in", "log in first"},
	{6015, "already_running", "操作已在进行中", retryZH, "this is already running", retryEN},
	{6017, "client_parameter", "参数错误", paramZH, "a parameter is wrong", paramEN},
	{6027, "client_json", "JSON 格式错误", paramZH, "the JSON is malformed", paramEN},
	{6206, "usersig_expired", "UserSig 已过期", sigZH, "the UserSig has expired", sigEN},
	{6208, "kicked_other_device", "帐号在其他设备登录，本机被踢下线", "重新登录以取回会话", "another device of the account took this login over", "log in again to take it back"},
	{6213, "kicked_other_device", "帐号在其他设备登录，本机被踢下线", "重新登录以取回会话", "another device of the account took this login over", "log in again to take it back"},
	{6223, "recall_too_late", "超过撤回时限", "请联系管理员撤回", "too late to recall", "ask an admin to recall it"},
	{6255, "kicked_other_device", "帐号在其他设备登录，本机被踢下线", "重新登录以取回会话", "another device of the account took this login over", "log in again to take it back"},
}
