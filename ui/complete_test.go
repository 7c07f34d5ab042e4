package ui

import (
	"maps"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/session"
)

// crew is the shop with a second guide, and two members of the same name.
func crew() *session.View {
	return with(shop(), groupID("live"), func(c *session.Conversation) {
		c.Members = maps.Clone(c.Members)
		c.Members["wangfang"] = model.Member{User: "wangfang", Name: "王芳", Custom: map[string]string{"role": "guide"}}
		c.Members["leo"] = model.Member{User: "leo", Name: "Leo"}
		c.Members["zhou2"] = model.Member{User: "zhou2", Name: "周周"}
	})
}

func TestMentionIsCompleted(t *testing.T) {
	tests := map[string]struct {
		typed    string
		keys     []string
		text     string
		mentions []string
	}{
		"by name":                {"@李", []string{"tab"}, "@李想 ", []string{"lixiang"}},
		"by pinyin initials":     {"@lx", []string{"enter"}, "@李想 ", []string{"lixiang"}},
		"the next of the list":   {"@lx", []string{"down", "tab"}, "@林夏 ", []string{"linxia"}},
		"round the list":         {"@lx", []string{"up", "tab"}, "@林夏 ", []string{"linxia"}},
		"by user id":             {"@wangf", []string{"tab"}, "@王芳 ", []string{"wangfang"}},
		"a role":                 {"@导购", []string{"tab"}, "@李想 @王芳 ", []string{"lixiang", "wangfang"}},
		"a role by its initials": {"@dg", []string{"tab"}, "@李想 @王芳 ", []string{"lixiang", "wangfang"}},
		"one of a role":          {"@导购", []string{"down", "down", "tab"}, "@王芳 ", []string{"wangfang"}},
		"behind a text":          {"麻烦 @az", []string{"tab"}, "麻烦 @阿珍 ", []string{"azhen"}},
		"behind Chinese":         {"麻烦@az", []string{"tab"}, "麻烦 @阿珍 ", []string{"azhen"}},
		"full width":             {"＠az", []string{"tab"}, "@阿珍 ", []string{"azhen"}},
		"one of two namesakes":   {"@zhou2", []string{"tab"}, "@周周 ", []string{"zhou2"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			u := newUser(t, crew(), 80, 24)
			u.press("enter")
			u.types(test.typed)
			u.press(test.keys...)
			require.Equal(t, test.text, u.model.input.text)
			u.types("在吗")
			u.press("enter")
			require.Len(t, u.session.sent, 1)
			require.Equal(t, test.mentions, u.session.sent[0].Mentions)
		})
	}
}

func TestListOfMentionsStandsAboveTheInputAndClosesByEsc(t *testing.T) {
	u := newUser(t, crew(), 80, 24)
	u.press("enter")
	u.types("@")
	require.Contains(t, u.frame(), "提到谁")
	require.Contains(t, u.row("▌ 导购 李想"), "李想", "who spoke last comes first")
	u.press("esc")
	require.NotContains(t, u.frame(), "提到谁")
	require.Equal(t, focusInput, u.model.focus)
	require.Equal(t, "@", u.model.input.text)
	u.types("l")
	require.NotContains(t, u.frame(), "提到谁", "closed is closed, for this @")
	u.types(" @")
	require.Contains(t, u.frame(), "提到谁")
	u.press("backspace")
	require.NotContains(t, u.frame(), "提到谁")
}

func TestNoListWhereNobodyCanBeMeant(t *testing.T) {
	for _, typed := range []string{"mail a@li", "@没有这个人", "@李想 好", "@李想，好", "@李想"} {
		u := newUser(t, crew(), 80, 24)
		u.press("enter")
		u.types(typed)
		require.NotContains(t, u.frame(), "提到谁", typed)
		u.press("enter")
		require.Len(t, u.session.sent, 1, "Enter sends %q", typed)
	}
}

func TestListOfMentionsFitsTheSmallestScreen(t *testing.T) {
	u := newUser(t, crew(), 40, 10)
	u.press("enter")
	u.types("@")
	require.Contains(t, u.frame(), "提到谁")
	u.press("up", "tab")
	require.NotEmpty(t, u.model.input.text)
	u.frame()
}

func TestClickTakesAMention(t *testing.T) {
	u := newUser(t, crew(), 80, 24, func(o *Options) { o.Mouse = true })
	u.press("enter")
	u.types("@lx")
	g := u.model.geometry()
	// The last line of the list stands on the last row of the messages.
	u.send(tea.MouseClickMsg{X: g.list + 5, Y: 1 + 1 + g.sub + g.messages - 1, Button: tea.MouseLeft})
	require.Equal(t, "@林夏 ", u.model.input.text)
}

func TestNamesInTextMentionTheirMembers(t *testing.T) {
	c := crew().ByID[groupID("live")]
	tests := map[string][]string{
		"@李想 在吗":          {"lixiang"},
		"@阿珍@李想 在吗":       {"azhen", "lixiang"},
		"@Leonard":        nil,
		"@Leo在吗":          {"leo"},
		"@周周 哪一个":         {"zhou", "zhou2"},
		"李想 without sign": nil,
		"@nobody":         nil,
		"@李想 @李想":         {"lixiang"},
		"@azhen by id":    {"azhen"},
	}
	for said, users := range tests {
		require.Equal(t, users, mentioned(said, c, nil), said)
	}
	require.Equal(t, []string{"zhou2"}, mentioned("@周周 好", c, chosen{"周周": {"zhou2"}}))
}

func TestOwnNameIsMarkedInAMentionThatArrives(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("enter")
	mark := u.model.look.paint(styleMention, "@小雨")
	require.Contains(t, u.model.View().Content, mark)
	u.see(with(shop(), groupID("live"), func(c *session.Conversation) {
		last := *c.Messages[len(c.Messages)-1]
		last.Mentions = nil
		c.Messages[len(c.Messages)-1] = &last
	}))
	require.NotContains(t, u.model.View().Content, mark, "only a mention is one")
	require.Contains(t, ansi.Strip(u.model.View().Content), "@小雨")
}

func TestWhoRunsTheGroupOrTheShowMayCallEverybody(t *testing.T) {
	as := func(service model.ServiceRole, business model.Role) *user {
		u := newUser(t, with(crew(), groupID("live"), func(c *session.Conversation) {
			group := *c.Group
			group.SelfRole = service
			c.Group, c.Role = &group, business
		}), 80, 24)
		u.press("enter")
		return u
	}
	for _, u := range []*user{
		as(model.Owner, model.RoleCustomer), as(model.Admin, model.RoleGuide), as(model.Ordinary, model.RoleAnchor),
	} {
		u.types("@syr")
		require.Contains(t, u.row("▌ 所有人"), "所有人")
		u.press("tab")
		u.types("开播了")
		u.press("enter")
		require.Equal(t, "@所有人 开播了", u.session.sent[0].Elements[0].(model.Text).Text)
		require.True(t, u.session.sent[0].MentionAll)
	}
	u := as(model.Ordinary, model.RoleGuide)
	u.types("@syr")
	require.NotContains(t, u.frame(), "提到谁")
	u.press("ctrl+u")
	u.types("@所有人 在吗")
	u.press("enter")
	require.False(t, u.session.sent[0].MentionAll, "others only write the words")
}
