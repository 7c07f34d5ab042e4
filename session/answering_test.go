package session_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/session"
)

// answeringShop is a group of an anchor, an assistant and a customer, with the anchor on two devices.
func answeringShop(t *testing.T) (service *service, term, mini, helper, buyer *running) {
	service = newService()
	g := service.group("a", model.Public, "anchor", "helper", "buyer")
	g.members[1].Role = model.Admin
	service.say("a", "buyer", "还有货吗")
	open := func(user, name string) *running {
		r := start(t, service.device(user, name), memory(t))
		r.look("a")
		r.of(t, "a")
		return r
	}
	return service, open("anchor", "term"), open("anchor", "mini"), open("helper", "desk"), open("buyer", "phone")
}

func TestColleaguesSeeWhoIsAnswering(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service, term, mini, helper, buyer := answeringShop(t)
		group := model.GroupConversation("a")
		term.SaveDraft(group, "有")
		want := &model.Answering{Conversation: group, User: "anchor", Device: "term", Since: time.Now().Unix()}
		require.Equal(t, want, helper.of(t, "a").Answering)
		require.Equal(t, want, mini.of(t, "a").Answering, "the own other device too")
		require.Nil(t, term.of(t, "a").Answering, "not to oneself")
		require.Nil(t, buyer.of(t, "a").Answering)
		for _, r := range []*running{term, mini, helper, buyer} {
			require.Len(t, r.View().Conversations, 1, "such words are no conversations")
		}

		term.SaveDraft(group, "")
		require.Nil(t, helper.of(t, "a").Answering, "an empty input takes it back")

		term.SaveDraft(group, "有的")
		require.NotNil(t, helper.of(t, "a").Answering)
		service.say("a", "anchor", "有的")
		require.Nil(t, helper.of(t, "a").Answering, "the answer ends it")
	})
}

func TestWhoBeganFirstGoesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, term, _, helper, _ := answeringShop(t)
		group := model.GroupConversation("a")
		helper.SaveDraft(group, "有")
		synctest.Wait()
		time.Sleep(2 * time.Second)
		term.SaveDraft(group, "有")
		require.Nil(t, helper.of(t, "a").Answering)
		require.Equal(t, "helper", term.of(t, "a").Answering.User)
	})
}

func TestWordAboutAnsweringEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, term, _, helper, _ := answeringShop(t)
		group := model.GroupConversation("a")
		term.SaveDraft(group, "有")
		synctest.Wait()
		time.Sleep(model.AnsweringLife / 2)
		term.SaveDraft(group, "有的, 我看看")
		require.NotNil(t, helper.of(t, "a").Answering)
		time.Sleep(model.AnsweringLife - time.Second)
		require.NotNil(t, helper.of(t, "a").Answering, "writing on keeps it")
		time.Sleep(2 * time.Second)
		require.Nil(t, helper.of(t, "a").Answering)
	})
}

func TestCustomersHaveNoSayInWhoIsAnswering(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service, _, _, helper, buyer := answeringShop(t)
		group := model.GroupConversation("a")
		service.say("a", "anchor", "在的")
		buyer.SaveDraft(group, "我要一件")
		require.Nil(t, helper.of(t, "a").Answering)
		word := model.Answering{Conversation: group, Device: "phone", Since: 1}
		_, err := buyer.Send(t.Context(), model.C2CConversation("helper"), session.Draft{Elements: []model.Element{word.Element(true, model.Chinese)}})
		require.NoError(t, err)
		require.Nil(t, helper.of(t, "a").Answering)
	})
}
