package ui

import (
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/session"
	"reddot/ui/paint"
)

// A shop of the size that the figures are promised for: 500 groups and 100,000 messages in all.
const (
	benchGroups   = 500
	benchMessages = 200
)

func bigShop() *session.View {
	texts := []string{
		"今晚的链接已经挂好,第三件是羊毛大衣", "M 码还有吗?大概什么时候发货", "同问", "有的,仓库还剩 6 件,48 小时内发",
		"收到,马上处理,十分钟后给结果", "the new numbers are in the shared sheet, second tab", "好的 👍",
	}
	speakers := []string{"linxia", "zhou", "azhen", "lixiang", self}
	conversations := make([]*session.Conversation, benchGroups)
	for i := range conversations {
		w := &writer{id: groupID(fmt.Sprintf("bench%04d", i))}
		for n := range benchMessages {
			w.say(speakers[n%len(speakers)], at(0, 12, 0).Add(time.Duration(n*7+i)*time.Second), texts[(n+i)%len(texts)])
		}
		conversations[i] = w.group(fmt.Sprintf("羊毛大衣预售 %d 群", i), model.Work, 100)
		conversations[i].Unread = i % 3
	}
	return pictureOf(conversations...)
}

func benchUser(b *testing.B) *user {
	u := newUser(b, bigShop(), 120, 40)
	u.press("enter")
	u.model.View()
	b.ReportAllocs()
	return u
}

// A key is typed into the input and the frame is made.
func BenchmarkFrameKey(b *testing.B) {
	u := benchUser(b)
	for i := 0; b.Loop(); i++ {
		if i%24 == 0 {
			u.model.Update(keyNamed("ctrl+u"))
		}
		u.model.Update(tea.KeyPressMsg{Code: '货', Text: "货"})
		u.model.View()
	}
}

// A message arrives in the open group and the frame is made.
func BenchmarkFrameMessage(b *testing.B) {
	u := benchUser(b)
	views := make([]*session.View, 256)
	views[0] = u.model.view
	for i := 1; i < len(views); i++ {
		views[i] = arrive(views[i-1], u.model.open, "linxia", fmt.Sprintf("第 %d 条, 还有货吗?", i))
	}
	for i := 0; b.Loop(); i++ {
		u.model.Update(viewMsg{views[i%len(views)]})
		u.model.View()
	}
}

// The next group is opened and the frame is made.
func BenchmarkSwitch(b *testing.B) {
	u := benchUser(b)
	next := keyNamed("alt+down")
	for b.Loop() {
		u.model.Update(next)
		u.model.View()
	}
}

// Three letters are typed into the switcher, the frame made after each.
func BenchmarkSwitcher(b *testing.B) {
	u := benchUser(b)
	for b.Loop() {
		u.model.Update(keyNamed("ctrl+k"))
		for _, letter := range "ymd" {
			u.model.Update(tea.KeyPressMsg{Code: letter, Text: string(letter)})
			u.model.View()
		}
		u.model.Update(keyNamed("esc"))
	}
}

func TestCostGrowsWithWhatIsVisible(t *testing.T) {
	u := newUser(t, bigShop(), 120, 40)
	u.press("enter")
	u.frame()
	require.LessOrEqual(t, len(u.model.list.cache), 20, "groups that nobody sees are not drawn")
	require.LessOrEqual(t, len(u.model.chat.blocks), 40, "messages that nobody sees are not wrapped")
}

// benchScreen returns what counts the bytes that frames of the user's screen cost the terminal, once it shows the first.
func benchScreen(b *testing.B, u *user) (paintFrame func()) {
	screen := paint.NewScreen(paint.ScreenOptions{
		Width: 120, Height: 40, Environ: []string{"TERM=xterm-256color"}, Profile: colorprofile.ANSI256,
	})
	screen.Frame(u.model.View())
	var bytes, frames float64
	b.Cleanup(func() { b.ReportMetric(bytes/max(1, frames), "bytes/frame") })
	return func() {
		bytes += float64(len(screen.Frame(u.model.View())))
		frames++
	}
}

// The bytes and the time from an event to the frame that shows it.
func BenchmarkPaint(b *testing.B) {
	b.Run("key", func(b *testing.B) {
		u := benchUser(b)
		frame := benchScreen(b, u)
		for i := 0; b.Loop(); i++ {
			if i%24 == 0 {
				u.model.Update(keyNamed("ctrl+u"))
			}
			u.model.Update(tea.KeyPressMsg{Code: '货', Text: "货"})
			frame()
		}
	})
	b.Run("message", func(b *testing.B) {
		u := benchUser(b)
		frame := benchScreen(b, u)
		views := []*session.View{u.model.view}
		for i := 1; i < 256; i++ {
			views = append(views, arrive(views[i-1], u.model.open, "linxia", fmt.Sprintf("第 %d 条, 还有货吗?", i)))
		}
		for i := 0; b.Loop(); i++ {
			u.model.Update(viewMsg{views[i%len(views)]})
			frame()
		}
	})
	b.Run("switch", func(b *testing.B) {
		u := benchUser(b)
		frame := benchScreen(b, u)
		next := keyNamed("alt+down")
		for b.Loop() {
			u.model.Update(next)
			frame()
		}
	})
}
