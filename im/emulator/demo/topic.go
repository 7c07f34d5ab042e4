package demo

import (
	"slices"
	"strings"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// topics are what people listen for, most telling words first.
var topics = []struct {
	name  string
	words []string
}{
	{"call", []string{"扣1", "扣 1", "想要的", "要的", "有人要", "谁要"}},
	{"refund", []string{"退", "换货", "售后", "赔", "质量", "refund", "return"}},
	{"coupon", []string{"券", "优惠", "满减", "折扣", "福袋", "coupon"}},
	{"size", []string{"尺码", "码", "身高", "体重", "公斤", "斤", "size"}},
	{"ship", []string{"发货", "快递", "物流", "几天", "什么时候到", "单号", "寄", "ship", "deliver"}},
	{"stock", []string{"库存", "现货", "补货", "断货", "还有", "剩", "stock"}},
	{"price", []string{"多少钱", "价", "贵", "便宜", "price", "cost"}},
	{"thanks", []string{"谢", "辛苦", "thank"}},
	{"greet", []string{"你好", "大家好", "早上好", "晚上好", "在吗", "hello", "hi"}},
	{"question", []string{"?", "？", "吗", "什么", "怎么", "哪", "谁", "几点"}},
}

// staffTalks are the kinds of groups without customers, where other answers fit.
var staffTalks = []string{"selection", "schedule", "supply", "rehearsal", "test"}

// topicOf says what a message in a group with the given talk is about: the name of the scenes that answer it.
func topicOf(talk, text string, named bool) string {
	prefix := "reply-"
	if slices.Contains(staffTalks, talk) {
		prefix = "staff-"
	}
	if named {
		return prefix + "named"
	}
	text = strings.ToLower(text)
	for _, topic := range topics {
		heard := slices.ContainsFunc(topic.words, func(word string) bool { return contains(text, word) })
		if heard && len(scriptsFor(prefix+topic.name)) > 0 {
			return prefix + topic.name
		}
	}
	return prefix + "any"
}

// contains finds a word; one of Latin letters must stand alone, so that "this" does not greet.
func contains(text, word string) bool {
	if word[0] < 'a' || word[0] > 'z' {
		return strings.Contains(text, word)
	}
	return slices.ContainsFunc(strings.FieldsFunc(text, notLetter), func(w string) bool { return strings.HasPrefix(w, word) && len(w) <= len(word)+3 })
}

func notLetter(r rune) bool { return r < 'a' || r > 'z' }

// textOf joins the text elements of a message.
func textOf(m *core.Message) string {
	var parts []string
	for _, e := range wire.MsgBody(m.Body).Elements() {
		if text, ok := e.Content().(wire.Text); ok {
			parts = append(parts, text.Text)
		}
	}
	return strings.Join(parts, " ")
}
