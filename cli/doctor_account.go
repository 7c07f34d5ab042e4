package cli

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"reddot/config"
	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
	"reddot/ui/text"
)

const (
	// signPatience is how long a signature may take: a command may ask for a passphrase, a backend may be slow.
	signPatience = 15 * time.Second
	// loginPatience and callPatience bound what the service is asked.
	loginPatience = 8 * time.Second
	callPatience  = 10 * time.Second
	// soon is how long before its end a signature that nobody renews is warned of.
	soon = 24 * time.Hour
)

// checkProof gets a signature as a client does, and says what it says of itself.
func (c *checkup) checkProof(ctx context.Context, profile config.Profile) {
	if c.account.embedded == nil {
		if err := c.prove(ctx, c.account, profile); err != nil {
			c.failed("secret", err)
			return
		}
	}
	if c.account.ownKey && isRemote(c.account.url) {
		c.warning("secret", fmt.Sprintf(c.pick("SecretKey（%s），能冒充应用里的任何用户", "a SecretKey (%s), which can act for every user of the app"), c.account.source),
			c.pick("让后台签发 UserSig，在账号里写 usersig_url", "let your backend sign, and set usersig_url in the profile"))
	} else {
		c.fine("secret", c.account.source)
	}
	ctx, cancel := context.WithTimeout(ctx, signPatience)
	defer cancel()
	signature, err := c.account.sign(ctx)
	if err != nil {
		remedy := ""
		if profile.UserSigURL != "" {
			remedy = c.pick("确认后台在运行，应答是 UserSig 或含 userSig 的 JSON", "see that the backend runs, and answers with a UserSig or JSON with a field userSig")
		}
		c.say(finding{Name: "signature", Severity: wrong, exit: exitPermission, Message: err.Error(), Remedy: remedy})
		return
	}
	c.checkSignature(signature)
}

// checkSignature decodes a signature; only the service can tell whether its key is the right one.
func (c *checkup) checkSignature(signature wire.Secret) {
	inside, err := wire.InspectUserSig(signature.Reveal())
	if err != nil {
		c.refusedSignature(wire.CodeSigInvalid, "")
		return
	}
	left := inside.Remaining(time.Now().Add(c.offset)) // the service judges by its own clock
	message := fmt.Sprintf(c.pick("%s，应用 %d，%s 生成，%s 到期（还有 %s）", "%s, app %d, made %s, ends %s (in %s)"),
		inside.Identifier, inside.SDKAppID, inside.Time.Format(time.RFC3339), inside.Expires().Format(time.RFC3339), c.span(left))
	switch {
	case inside.Identifier != c.account.signer():
		c.foreignSignature(inside.Identifier)
	case inside.SDKAppID != c.account.appID:
		c.refusedSignature(wire.CodeSigAppID, fmt.Sprintf(c.pick("属于应用 %d，需要 %d 的", "of app %d, needed is %d"), inside.SDKAppID, c.account.appID))
	case left <= 0:
		c.refusedSignature(wire.CodeSigExpired, fmt.Sprintf(c.pick("%s 到期", "it ended %s"), inside.Expires().Format(time.RFC3339)))
	case left < soon && !c.account.renews:
		c.signed = true
		c.warning("signature", message, c.pick("到期后不会自动更新：换成 usersig_url 或 user_sig_command，或再次 reddot login", "nothing renews it: use usersig_url or user_sig_command, or reddot login again"))
	default:
		c.signed = true
		c.fine("signature", message)
	}
}

// refusedSignature says what the service would say.
func (c *checkup) refusedSignature(code int, detail string) {
	known, _ := wire.Lookup(code)
	c.sayRefused(code, detail, c.pick(known.RemedyZH, known.RemedyEN))
}

// foreignSignature says whose signature it is instead of whose it must be.
func (c *checkup) foreignSignature(signer string) {
	detail := fmt.Sprintf(c.pick("属于 %s，需要 %s 的", "that of %s, needed is that of %s"), signer, c.account.signer())
	if c.account.admin == "" || signer != c.account.user {
		c.refusedSignature(wire.CodeSigIdentifier, detail)
		return
	}
	c.sayRefused(wire.CodeSigIdentifier, detail, c.texts().WantsAdmin())
}

func (c *checkup) sayRefused(code int, detail, remedy string) {
	known, _ := wire.Lookup(code)
	message := c.pick(known.CauseZH, known.CauseEN)
	if detail != "" {
		message += c.pick("：", ": ") + detail
	}
	c.say(finding{Name: "signature", Severity: wrong, exit: exitPermission, Code: code, Message: message, Remedy: remedy})
}

// checkService logs in and looks at what the account can do.
func (c *checkup) checkService(ctx context.Context, login bool) {
	switch {
	case !c.signed || !c.reached:
		c.info("login", c.pick("没有尝试：先解决上面的问题", "not tried: see above first"), "")
		return
	case c.account.admin == "" && isRemote(c.account.url) && !login:
		c.info("login", c.pick("没有尝试：会占用一个 Web 端名额，可能把网页或小程序挤下线", "not tried: it takes a Web instance and may log a web page or mini-program out"),
			c.pick("reddot doctor --login 会登录并检查群组和回执", "reddot doctor --login logs in, and checks groups and receipts"))
		return
	}
	client, err := c.adapter(ctx, c.account, c.account.device, polling{}, slog.New(slog.DiscardHandler))
	if err != nil {
		c.failed("login", err)
		return
	}
	defer client.Close()
	connecting, cancel := context.WithTimeout(ctx, loginPatience)
	defer cancel()
	if err := client.Connect(connecting); err != nil {
		c.refusedLogin(err)
		return
	}
	go drain(client.Events())
	c.fine("login", fmt.Sprintf(c.pick("服务接受了 %s 的签名", "the service takes the signature of %s"), c.account.signer()))
	if c.account.admin != "" {
		c.fine("admin", fmt.Sprintf(c.pick("%s 是应用管理员", "%s is an app admin"), c.account.admin))
	}
	c.checkUser(ctx, client)
	c.checkCapabilities(client.Capabilities())
	c.checkGroups(ctx, client)
}

// checkWebhook tries the place where the service's events are to be taken in. From here nobody can tell whether the service
// reaches it.
func (c *checkup) checkWebhook(settings config.Config) {
	if settings.Webhook.Listen == "" || c.account.admin == "" {
		return
	}
	hooks, unheard, err := c.webhooks(settings.Webhook, slog.New(slog.DiscardHandler))
	switch {
	case err != nil:
		c.failed("webhook", err)
	case len(unheard) > 0:
		c.info("webhook", unheard[0].Text, "")
	default:
		_ = hooks.Listener.Close()
		c.fine("webhook", fmt.Sprintf(c.pick("%s 可以监听；服务端能否访问到它，这里查不出来", "%s can be listened on; whether the service reaches it cannot be told from here"), settings.Webhook.Listen))
	}
}

// drain lets a client go on that nobody follows.
func drain(events <-chan im.Event) {
	for range events {
	}
}

// checkUser looks whether the user exists: over REST the admin logs in, and a user id that is misspelt has no groups.
func (c *checkup) checkUser(ctx context.Context, client im.Client) {
	if c.account.admin == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, callPatience)
	defer cancel()
	unknown, err := client.UnknownUsers(ctx, []string{c.account.user})
	switch {
	case err != nil:
		c.failed("user", err)
	case len(unknown) > 0:
		known, _ := wire.Lookup(wire.CodeGroupNoAccount)
		c.say(finding{
			Name: "user", Severity: wrong, Message: fmt.Sprintf(c.pick("应用里没有用户 %s", "the application has no user %s"), c.account.user),
			Remedy: c.pick(known.RemedyZH, known.RemedyEN), exit: exitFailed,
		})
	default:
		c.fine("user", c.account.user)
	}
}

// refusedLogin says that of who is no admin under the name of that check.
func (c *checkup) refusedLogin(err error) {
	name := "login"
	if c.failureOf(err).Code == wire.CodeNotAdmin {
		name = "admin"
	}
	c.failed(name, err)
}

// checkCapabilities lists what the way in cannot do on this account.
func (c *checkup) checkCapabilities(can im.Capabilities) {
	for _, name := range slices.Sorted(maps.Keys(can.Reasons)) {
		c.info("capability", name+c.pick("：", ": ")+can.Reasons[name], "")
	}
}

// checkGroups counts the groups by type, says what each type cannot do, and probes receipts.
func (c *checkup) checkGroups(ctx context.Context, client im.Client) {
	ctx, cancel := context.WithTimeout(ctx, callPatience)
	defer cancel()
	snapshot, err := client.Sync(ctx)
	if err != nil {
		c.failed("groups", err)
		return
	}
	var groups []*model.Group
	count := map[model.GroupType]int{}
	crowded := 0
	for _, conversation := range snapshot.Conversations {
		if group := conversation.Group; group != nil {
			groups = append(groups, group)
			count[group.Type]++
			if group.Type.HasReceipts() && !group.ReceiptsAvailable() {
				crowded++
			}
		}
	}
	message := fmt.Sprintf(c.pick("%d 个群", "%d groups"), len(groups))
	if crowded > 0 {
		message += fmt.Sprintf(c.pick("，其中 %d 个超过 %d 人，没有已读回执", ", %d of them with more than %d members and so without receipts"), crowded, model.ReceiptLimit)
	}
	c.fine("groups", message)
	for _, kind := range model.GroupTypes() {
		c.info("group_type", fmt.Sprintf(c.pick("%s（%d 个）：%s", "%s (%d): %s"), kind, count[kind], c.limitsOf(kind)), "")
	}
	c.checkReceipts(ctx, client, groups)
}

// limitsOf says what groups of a type cannot do (rest-api, section 2.0).
func (c *checkup) limitsOf(kind model.GroupType) string {
	var limits []string
	if !kind.KeepsUnread() {
		limits = append(limits, c.pick("服务不保存未读数，由本机和同步通知保存", "the service keeps no unread count, this device and its notes do"))
	}
	if !kind.HasReceipts() {
		limits = append(limits, c.pick("没有已读回执", "no read receipts"))
	}
	switch kind {
	case model.Work:
		limits = append(limits, c.pick("只能邀请加入，没有管理员，不能禁言", "people come in by invitation only, no admins, no muting"))
	case model.AVChatRoom:
		limits = append(limits, c.pick("没有历史消息，REST 不能替人加入", "no history, nobody can be put in over REST"))
	}
	if kind.HasReceipts() {
		limits = append(limits, fmt.Sprintf(c.pick("超过 %d 人没有已读回执", "no read receipts above %d members"), model.ReceiptLimit))
	}
	return strings.Join(limits, c.pick("；", "; "))
}

const (
	// probedGroups and probedMessages bound the search for a message that has a receipt.
	probedGroups   = 3
	probedMessages = 20
)

// checkReceipts asks for the receipts of the newest messages. Nothing is sent, so an account whose messages never asked for
// receipts cannot be told from an edition without them.
func (c *checkup) checkReceipts(ctx context.Context, client im.Client, groups []*model.Group) {
	fit := slices.DeleteFunc(slices.Clone(groups), func(g *model.Group) bool { return !g.ReceiptsAvailable() || g.NextSequence <= 1 })
	asked := 0
	for _, group := range fit[:min(len(fit), probedGroups)] {
		receipts, messages, err := probeReceipts(ctx, client, group.ID)
		if err != nil {
			c.noReceipts(c.failureOf(err))
			return
		}
		if receipts > 0 {
			c.fine("receipts", fmt.Sprintf(c.pick("有效（%s）", "they answer (%s)"), text.Clean(group.Name)))
			return
		}
		asked += messages
	}
	if asked == 0 {
		c.info("receipts", c.pick("没有可以探测的群消息", "no group message to probe with"), "")
		return
	}
	known, _ := wire.Lookup(wire.CodeReceiptNone)
	c.warning("receipts", fmt.Sprintf(c.pick("最近 %d 条群消息都没有回执", "none of the newest %d group messages has a receipt"), asked), c.pick(known.RemedyZH, known.RemedyEN))
}

// noReceipts says that the service refused. It is no error: the rest works without.
func (c *checkup) noReceipts(refused failure) {
	c.say(finding{Name: "receipts", Severity: warning, Code: refused.Code, Message: refused.Message, Remedy: refused.Remedy})
}

// probeReceipts returns how many of a group's newest messages have receipts, and of how many that was asked.
func probeReceipts(ctx context.Context, client im.Client, group string) (receipts, messages int, err error) {
	page, err := client.History(ctx, im.HistoryRequest{Conversation: model.GroupConversation(group), Limit: probedMessages})
	if err != nil {
		return 0, 0, err
	}
	var sequences []int64
	for _, message := range page.Messages {
		sequences = append(sequences, message.Sequence)
	}
	if len(sequences) == 0 {
		return 0, 0, nil
	}
	found, err := client.Receipts(ctx, group, sequences)
	return len(found), len(sequences), err
}
