package demo

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"reddot/im/emulator/core"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const live = "@TGS#QIXI"

// village is a seeded server with its people, in a time of its own.
type village struct {
	t     *testing.T
	core  *core.Core
	watch func(int)
	said  []*core.Message // by anybody, in order
	when  []time.Time
}

func (v *village) Core() *core.Core          { return v.core }
func (v *village) OnClients(watch func(int)) { v.watch = watch }

// inVillage runs a test with people whose clock is the bubble's.
func inVillage(t *testing.T, test func(v *village)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c, err := core.Open(core.Options{Path: core.Memory})
		require.NoError(t, err)
		v := &village{t: t, core: c}
		defer func() { require.NoError(t, c.Close()) }()
		ctx, cancel := context.WithCancel(t.Context())
		people, err := Start(ctx, v, 1)
		require.NoError(t, err)
		defer people.Wait()
		defer cancel()
		defer c.Subscribe(func(e core.Event) {
			if m, ok := e.(core.GroupMessage); ok {
				v.said = append(v.said, m.Msg)
				v.when = append(v.when, time.Now())
			}
		})()
		test(v)
	})
}

// pass lets time go by and waits until nothing moves.
func (v *village) pass(d time.Duration) {
	time.Sleep(d) // of the bubble's clock
	synctest.Wait()
}

func (v *village) say(from, group, text string, mentions ...string) uint32 {
	v.t.Helper()
	sent, err := v.core.SendGroup(v.t.Context(), core.Actor{User: from}, core.GroupSend{
		Group: group, From: from, Random: uint32(len(v.said)) + 77, Body: textBody(text), NeedReceipt: true, Mentions: mentionsOf(mentions),
	})
	require.NoError(v.t, err)
	synctest.Wait()
	return sent.Seq
}

func TestPeopleAnswerAQuestionAndThenFallSilent(t *testing.T) {
	inVillage(t, func(v *village) {
		v.say(Anchor, live, "这款还有 M 码吗")
		v.pass(time.Minute)
		answers := v.said[1:]
		require.NotEmpty(v.t, answers)
		require.LessOrEqual(v.t, len(answers), maxAnswers)
		for i, m := range answers {
			require.NotEqual(v.t, Anchor, m.From)
			require.GreaterOrEqual(v.t, v.when[i+1].Sub(v.when[i]), time.Second)
			require.LessOrEqual(v.t, v.when[i+1].Sub(v.when[i]), 6*time.Second)
		}
		v.pass(time.Hour)
		require.Len(v.t, v.said, 1+len(answers), "nobody answers the answers, and without a client nobody chats")
	})
}

func TestWhoIsNamedAnswers(t *testing.T) {
	for name, say := range map[string]func(v *village){
		"by mention": func(v *village) { v.say(Anchor, live, "帮我看一下", "guide-chen") },
		"by name":    func(v *village) { v.say(Anchor, live, "陈晨在不在") },
	} {
		t.Run(name, func(t *testing.T) {
			inVillage(t, func(v *village) {
				say(v)
				v.pass(time.Minute)
				require.Greater(v.t, len(v.said), 1)
				require.Equal(v.t, "guide-chen", v.said[1].From)
			})
		})
	}
}

func TestPeopleReadAndSendReceipts(t *testing.T) {
	inVillage(t, func(v *village) {
		seq := v.say(Anchor, live, "先讲面料")
		readers := func() int {
			list, err := v.core.Receipts(v.t.Context(), core.Actor{User: Anchor}, live, []uint32{seq})
			require.NoError(v.t, err)
			return list[0].Read
		}
		require.Zero(v.t, readers())
		v.pass(15 * time.Second)
		early := readers()
		v.pass(3 * time.Minute)
		late := readers()
		require.Positive(v.t, early)
		require.Greater(v.t, late, early)
		require.Less(v.t, late, 48, "some have not looked yet")
	})
}

func TestPeopleChatOnlyWhileAClientIsConnected(t *testing.T) {
	inVillage(t, func(v *village) {
		v.pass(10 * time.Minute)
		require.Empty(v.t, v.said)

		v.watch(1)
		v.pass(10 * time.Minute)
		require.Greater(v.t, len(v.said), 10)
		for i := range v.when[1:] {
			require.GreaterOrEqual(v.t, v.when[i+1].Sub(v.when[i]), chatPause)
		}
		for _, m := range v.said {
			require.NotContains(v.t, []string{Anchor, Guide}, m.From, "a person may have logged in as these")
		}

		v.watch(0)
		v.pass(chatPause + chatSpread)
		said := len(v.said)
		v.pass(time.Hour)
		require.Len(v.t, v.said, said)
	})
}

func TestNobodyPlaysAUserWhomAPersonActsAs(t *testing.T) {
	inVillage(t, func(v *village) {
		require.NoError(v.t, v.core.MarkGroupRead(v.t.Context(), core.Actor{User: "guide-chen", Inst: 1 << 21}, live, 600))
		v.say(Assistant, live, "大家好")
		v.watch(1)
		v.pass(3 * time.Hour)
		require.Greater(v.t, len(v.said), 200)
		for _, m := range v.said[1:] {
			require.NotContains(v.t, []string{"guide-chen", Assistant}, m.From)
		}
	})
}

func TestChatBringsMentionsAndDoesNotRepeatItself(t *testing.T) {
	inVillage(t, func(v *village) {
		v.watch(1)
		v.pass(4 * time.Hour)
		byGroup := map[string][]string{}
		mentioned := false
		for _, m := range v.said {
			before := byGroup[m.Group]
			require.NotContains(v.t, before[max(0, len(before)-noRepeat):], string(m.Body))
			byGroup[m.Group] = append(before, string(m.Body))
			mentioned = mentioned || slices.Contains(m.Mentions, core.Mention{User: Anchor})
		}
		require.True(v.t, mentioned, "now and then somebody calls the anchor")
		require.Greater(v.t, len(byGroup), 6)
	})
}

func TestAFloodIsNotAnsweredOneByOne(t *testing.T) {
	inVillage(t, func(v *village) {
		for range 300 {
			v.say(Anchor, live, "扣 1")
		}
		v.pass(5 * time.Minute)
		require.LessOrEqual(v.t, len(v.said), 300+maxAnswers)
	})
}

func TestHistoryIsTrimmedToTheNewest(t *testing.T) {
	inVillage(t, func(v *village) {
		for i := range keepMessages + 200 {
			_, err := v.core.SendGroup(v.t.Context(), core.Actor{User: Anchor}, core.GroupSend{
				Group: "@TGS#TEST", From: Anchor, Random: uint32(i) + 1000, Body: textBody("ping"),
			})
			require.NoError(v.t, err)
		}
		v.pass(time.Minute)
		v.say(Anchor, "@TGS#TEST", strings.Repeat("满", 3))
		v.pass(time.Minute)
		page, err := v.core.GroupHistory(v.t.Context(), core.Actor{User: Anchor}, "@TGS#TEST", 30, 10)
		require.NoError(v.t, err)
		require.Empty(v.t, page.Messages, "the oldest are gone")
	})
}

func TestTopics(t *testing.T) {
	for text, want := range map[string]string{
		"M 码还有吗，想要的扣 1":   "reply-call",
		"能退吗":             "reply-refund",
		"有没有券":            "reply-coupon",
		"身高 165 穿什么":      "reply-size",
		"什么时候发货":          "reply-ship",
		"这个多少钱":           "reply-price",
		"大家好":             "reply-greet",
		"Hi everybody":    "reply-greet",
		"this is a thing": "reply-any",
		"今天几点开播":          "reply-question",
		"今天就到这里":          "reply-any",
	} {
		require.Equal(t, want, topicOf("live", text, false), text)
	}
	require.Equal(t, "reply-named", topicOf("live", "多少钱", true))
	require.Equal(t, "staff-any", topicOf("schedule", "有没有券", false))
	require.Equal(t, "staff-question", topicOf("schedule", "周六谁在？", false))
}
