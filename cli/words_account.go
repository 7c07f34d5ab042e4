package cli

// accountWords are what the commands about an account say of themselves.
type accountWords struct {
	loginShort, loginLong, logoutShort string
	flagLoginFile, flagLoginKey        string
	doctorShort, doctorLong            string
	flagDoctorLogin                    string
	explainShort, explainLong          string
}

var accountChinese = accountWords{
	loginShort: "把一个账号的 UserSig 或 SecretKey 存进钥匙串",
	loginLong: "把一个账号的 UserSig 或 SecretKey 存进系统钥匙串；输入不显示，也可以从标准输入读取。\n" +
		"存之前先与账号核对：属于谁、哪个应用、何时到期。不联网，也不打印它。",
	logoutShort:   "删除 reddot login 存的签名或密钥",
	flagLoginFile: "存到配置文件旁边、只有你能读的文件（0600）",
	flagLoginKey:  "输入的是 SecretKey，不管它看起来像不像",
	doctorShort:   "检查配置、时钟、签名、网络、套餐和终端",
	doctorLong: "检查配置、文件权限、时钟、签名、网络、账号的套餐和终端，并说明怎么修。从不打印密钥和签名。\n" +
		"退出码：0 没有错误，1 账号或服务，2 配置，3 签名或权限，4 连不上。",
	flagDoctorLogin: "长连接账号也登录一次（占用一个 Web 端名额，可能把网页或小程序挤下线）",
	explainShort:    "解释腾讯云 IM 的错误码",
	explainLong:     "解释腾讯云 IM 的错误码：原因和办法。不带参数时列出全部。",
}

var accountEnglish = accountWords{
	loginShort: "Store the UserSig or SecretKey of a profile in the keyring",
	loginLong: "Store the UserSig or SecretKey of a profile in the system's keyring. It is not shown while you type, and read from stdin\n" +
		"when that is a pipe. It is held against the profile first: whose, which app, until when. Nothing goes over the network.",
	logoutShort:   "Remove what reddot login stored",
	flagLoginFile: "store in a file beside the configuration that only you can read (0600)",
	flagLoginKey:  "what is entered is a SecretKey, whatever it looks like",
	doctorShort:   "Check configuration, clock, signature, network, edition and terminal",
	doctorLong: "Check configuration, file modes, clock, signature, network, the account's edition and the terminal, and say what to do.\n" +
		"No secret is ever printed. Exit codes: 0 no error, 1 account or service, 2 configuration, 3 signature or permission, 4 unreachable.",
	flagDoctorLogin: "log in on the long connection too (takes a Web instance, which may log a web page or mini-program out)",
	explainShort:    "Explain an error code of Tencent Cloud IM",
	explainLong:     "Explain an error code of Tencent Cloud IM: cause and remedy. Without an argument all are listed.",
}
