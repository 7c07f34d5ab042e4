package cli

// consentWords are about the first login over the long connection to a service elsewhere.
type consentWords struct {
	// takesLoginF takes the user and the address, aboutLoginF also who is online.
	takesLoginF, takesLoginRemedy, aboutLoginF, askLogin      string
	onlineNoKey, onlineNowhere, onlineUnknownF, onlineAsleepF string
}

var consentChinese = consentWords{
	takesLoginF:      "以 %s 用长连接登录 %s 要占用一个 Web 实例，这个账号还没有同意过",
	takesLoginRemedy: "先运行一次 reddot，在问题处回答 y；或者加 --yes（以后不再问）；不想占名额就在账号里写 mode = \"rest\"",
	aboutLoginF: "要以 %s 用长连接登录 %s，这是第一次：\n" +
		"  占用一个 Web 实例。网页、小程序也算 Web 实例，默认只允许 1 个，旗舰版可以在控制台调到最多 10 个。\n" +
		"  名额满了的话，在这里登录会把那边的网页或小程序挤下线，反过来也一样。\n" +
		"  协议来自官方 Web SDK，腾讯没有公开文档，还没有人在真实账号上确认过：实验性。\n" +
		"  现在在线：%s\n" +
		"  不想占名额，就在账号里写 mode = \"rest\"。\n",
	askLogin:       "登录吗？（回答 y 以后不再问）",
	onlineNoKey:    "不知道，没有应用的密钥可以查",
	onlineNowhere:  "没有别处在线",
	onlineUnknownF: "查不到（%s）",
	onlineAsleepF:  "%s（在后台）",
}

var consentEnglish = consentWords{
	takesLoginF:      "logging in as %s over the long connection to %s takes a Web instance, and this account has not agreed to that yet",
	takesLoginRemedy: "run reddot once and answer y; or add --yes (remembered); mode = \"rest\" in the profile takes no instance",
	aboutLoginF: "The first login as %s over the long connection to %s:\n" +
		"  It takes a Web instance. Web pages and mini-programs are Web instances too; one is allowed by default, up to 10 on\n" +
		"  the top edition, set in the console.\n" +
		"  If none is free, logging in here logs out the web page or mini-program, and the other way round.\n" +
		"  The protocol is the official Web SDK's own and undocumented, and nobody has confirmed this on a live account:\n" +
		"  experimental.\n" +
		"  Online now: %s\n" +
		"  mode = \"rest\" in the profile takes no instance.\n",
	askLogin:       "Log in? (y is remembered)",
	onlineNoKey:    "not known, there is no key of the app to ask with",
	onlineNowhere:  "nowhere else",
	onlineUnknownF: "not known (%s)",
	onlineAsleepF:  "%s (asleep)",
}
