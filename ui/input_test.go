package ui

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"reddot/model"
	"reddot/session"
	"reddot/ui/text"
)

func writing(t *testing.T, width, height int) *user {
	u := newUser(t, shop(), width, height)
	u.press("enter")
	return u
}

// caret returns where the real cursor stands, relative to the input's text.
func (u *user) caret() (x, y int) {
	u.t.Helper()
	cursor := u.model.View().Cursor
	require.NotNil(u.t, cursor)
	g := u.model.geometry()
	left := 4
	if g.list > 0 {
		left += g.list + 1
	}
	top := 1 + 1 + g.sub + g.messages + 1
	return cursor.X - left, cursor.Y - top
}

func TestRealCursorStandsBehindTypedChinese(t *testing.T) {
	u := writing(t, 80, 24)
	for _, step := range []struct {
		types  string
		commit string
		press  []string
		x      int
	}{
		{types: "你好abc世界", x: 11},
		{press: []string{"left", "left"}, x: 7},
		{press: []string{"backspace"}, x: 6},
		{press: []string{"home"}, x: 0},
		{press: []string{"end"}, x: 10},
		{types: "，", x: 12},
		{commit: "👨‍👩‍👧", x: 14},
		{press: []string{"backspace"}, x: 12},
	} {
		u.types(step.types)
		if step.commit != "" {
			u.commit(step.commit)
		}
		u.press(step.press...)
		x, y := u.caret()
		require.Equal(t, step.x, x, "after %q %v", step.types, step.press)
		require.Zero(t, y)
	}
	require.Equal(t, "你好ab世界，", u.model.input.text)
}

func TestCursorStandsBehindARowThatIsExactlyFull(t *testing.T) {
	u := writing(t, 80, 24)
	width := u.model.inputWidth(u.model.geometry())
	u.types(strings.Repeat("字", (width-1)/2))
	x, y := u.caret()
	require.Equal(t, [2]int{(width - 1) / 2 * 2, 0}, [2]int{x, y})
	require.Equal(t, 1, u.model.geometry().input, "a full row needs no second one")
	u.types("多")
	_, y = u.caret()
	require.Equal(t, 1, y)
}

func TestNewLinesByShiftEnterAndCtrlJ(t *testing.T) {
	u := writing(t, 80, 24)
	u.types("一")
	u.press("shift+enter")
	u.types("二")
	u.press("ctrl+j")
	u.types("三")
	require.Empty(t, u.session.sent)
	_, y := u.caret()
	require.Equal(t, 2, y)
	u.press("up")
	u.types("!")
	u.press("enter")
	require.Equal(t, []model.Element{model.Text{Text: "一\n二!\n三"}}, u.session.sent[0].Elements)
}

func TestPasteIsOneAndNeverSends(t *testing.T) {
	for name, pasted := range map[string]string{
		"2,000 characters": strings.Repeat("羊毛大衣 ", 400),
		"200 lines":        strings.TrimSuffix(strings.Repeat("第一行\r\n", 200), "\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			u := writing(t, 80, 24)
			u.types("前")
			u.send(tea.PasteMsg{Content: pasted})
			require.Empty(t, u.session.sent)
			u.frame()
			require.LessOrEqual(t, u.model.geometry().input, inputRows)
			u.types("后")
			want := "前" + strings.ReplaceAll(pasted, "\r\n", "\n") + "后"
			require.Equal(t, want, u.model.input.text)
			u.press("enter")
			require.Equal(t, []model.Element{model.Text{Text: want}}, u.session.sent[0].Elements)
		})
	}
}

func TestBackspaceTakesAWholeEmoji(t *testing.T) {
	u := writing(t, 80, 24)
	for _, emoji := range []string{"👨‍👩‍👧‍👦", "👍🏽", "🇨🇳", "1️⃣", "é"} {
		u.send(tea.PasteMsg{Content: "好" + emoji})
		u.press("backspace")
		require.Equal(t, "好", u.model.input.text, emoji)
		u.press("ctrl+u")
	}
}

func TestClearedTextCanBeBroughtBack(t *testing.T) {
	u := writing(t, 80, 24)
	u.types("写了很久的话")
	u.press("ctrl+u")
	require.Empty(t, u.model.input.text)
	require.Contains(t, u.frame(), "说点什么")
	u.press("ctrl+y")
	require.Equal(t, "写了很久的话", u.model.input.text)
}

func TestSentTextLeavesTheInputAndMentionsWhoIsNamed(t *testing.T) {
	u := writing(t, 80, 24)
	u.press("pgup")
	u.types("@林夏 在路上了 ")
	u.press("enter")
	require.Equal(t, []model.ConversationID{groupID("live")}, u.session.sentTo)
	require.Equal(t, []model.Element{model.Text{Text: "@林夏 在路上了"}}, u.session.sent[0].Elements)
	require.Equal(t, []string{"linxia"}, u.session.sent[0].Mentions)
	require.Empty(t, u.model.input.text)
	require.True(t, u.model.chat.follow, "one sees what one says")
}

func TestEmptyTextIsNotSent(t *testing.T) {
	u := writing(t, 80, 24)
	u.types("  ")
	u.press("shift+enter", "enter")
	require.Empty(t, u.session.sent)
}

func TestRefusedTextComesBackWithTheReason(t *testing.T) {
	u := writing(t, 80, 24)
	u.session.sendErr = errors.New("太长: 13 KB, 最多 12 KB")
	u.types("很长的话")
	u.press("enter")
	require.Equal(t, "很长的话", u.model.input.text)
	require.Contains(t, u.frame(), "没有发出: 太长: 13 KB, 最多 12 KB")
	u.types("x")
	require.Contains(t, u.frame(), "没有发出", "typing on does not hide it")
}

func TestTextThatIsTooLongStaysInTheInput(t *testing.T) {
	u := writing(t, 80, 24)
	u.send(tea.PasteMsg{Content: strings.Repeat("字", 4200)})
	u.press("enter")
	require.Empty(t, u.session.sent)
	require.Len(t, u.model.input.text, 12_600)
	require.Contains(t, u.frame(), "没有发出: 有 12.3 KB, 一条最多 12 KB")
}

func TestRefusedTextDoesNotOverwriteWhatWasTypedMeanwhile(t *testing.T) {
	u := writing(t, 80, 24)
	u.types("第一句")
	_, cmd := u.model.Update(keyNamed("enter"))
	u.types("第二句")
	u.session.sendErr = errors.New("磁盘满了")
	u.send(cmd())
	require.Equal(t, "第一句\n第二句", u.model.input.text)
}

func TestRefusedTextOfAnotherGroupBecomesItsDraft(t *testing.T) {
	u := writing(t, 80, 24)
	u.types("第一句")
	_, cmd := u.model.Update(keyNamed("enter"))
	u.press("alt+down")
	u.session.sendErr = errors.New("磁盘满了")
	u.send(cmd())
	require.Empty(t, u.model.input.text)
	require.Equal(t, "第一句", u.session.drafts[groupID("live")])
	u.press("alt+up")
	require.Equal(t, "第一句", u.model.input.text)
}

func TestEachConversationKeepsItsDraft(t *testing.T) {
	u := writing(t, 80, 24)
	u.types("给直播间")
	u.press("alt+down")
	require.Equal(t, "给直播间", u.session.drafts[groupID("live")])
	require.Empty(t, u.model.input.text)
	u.types("给售后")
	u.press("alt+up")
	require.Equal(t, "给直播间", u.model.input.text)
	u.press("ctrl+u", "alt+down")
	require.Equal(t, "给售后", u.model.input.text)
	require.Empty(t, u.session.drafts[groupID("live")], "an emptied draft is gone")
}

func TestDraftThatIsLoadedAfterOpeningIsNotLost(t *testing.T) {
	stored := with(shop(), groupID("live"), func(c *session.Conversation) { c.Draft = "昨天没发完的话" })
	u := writing(t, 80, 24)
	u.see(stored)
	require.Equal(t, "昨天没发完的话", u.model.input.text)

	u = writing(t, 80, 24)
	u.types("新的")
	u.see(stored)
	require.Equal(t, "新的", u.model.input.text, "what is being typed stays")
}

func TestLookingIntoAGroupLeavesItsDraftAlone(t *testing.T) {
	u := newUser(t, shop(), 80, 24)
	u.press("ctrl+k")
	u.types("dgpb")
	u.press("enter", "alt+down", "alt+up", "esc")
	require.Empty(t, u.session.drafts)
}

func TestDraftIsSavedWhileTyping(t *testing.T) {
	u := writing(t, 80, 24)
	u.types("还没写完")
	require.True(t, u.model.drafts.due)
	u.send(draftMsg{})
	require.Equal(t, "还没写完", u.session.drafts[groupID("live")])
}

func TestDraftHoldsTheTextUntilTheSessionHasIt(t *testing.T) {
	u := writing(t, 80, 24)
	u.types("要发的话")
	_, cmd := u.model.Update(keyNamed("enter"))
	u.types("下一句")
	u.send(draftMsg{})
	require.Equal(t, "要发的话\n下一句", u.session.drafts[groupID("live")])
	u.send(cmd())
	require.Equal(t, "下一句", u.session.drafts[groupID("live")])
}

func TestQuittingKeepsTheDraft(t *testing.T) {
	for name, keys := range map[string][]string{"Ctrl+Q": {"ctrl+q"}, "Ctrl+C twice": {"ctrl+c", "ctrl+c"}} {
		t.Run(name, func(t *testing.T) {
			u := writing(t, 80, 24)
			u.types("没发出去的话")
			var cmd tea.Cmd
			for _, key := range keys {
				require.Nil(t, cmd)
				_, cmd = u.model.Update(keyNamed(key))
			}
			require.IsType(t, tea.QuitMsg{}, cmd())
			require.Equal(t, "没发出去的话", u.session.drafts[groupID("live")])
		})
	}
}

func TestOneCtrlCOnlyAsks(t *testing.T) {
	u := writing(t, 80, 24)
	u.press("ctrl+c")
	require.Contains(t, u.frame(), "再按一次 Ctrl+C 退出")
	u.types("不退")
	require.NotContains(t, u.frame(), "再按一次 Ctrl+C 退出")
	_, cmd := u.model.Update(keyNamed("ctrl+c"))
	require.Nil(t, cmd, "the count begins anew")
}

func TestQuittingWaitsForWhatIsBeingHandedOver(t *testing.T) {
	u := writing(t, 80, 24)
	u.types("最后一句")
	_, sending := u.model.Update(keyNamed("enter"))
	_, cmd := u.model.Update(keyNamed("ctrl+q"))
	require.Nil(t, cmd)
	_, cmd = u.model.Update(sending())
	require.IsType(t, tea.QuitMsg{}, cmd())
	require.Empty(t, u.session.drafts[groupID("live")])
}

func TestTypingLaysOutNothingButTheInput(t *testing.T) {
	u := writing(t, 120, 40)
	u.frame()
	list, messages, side := &u.model.list.rows[0], &u.model.chat.rows[0], &u.model.sidePanel.rows[0]
	u.types("库存还有 6 件")
	u.frame()
	require.Same(t, list, &u.model.list.rows[0])
	require.Same(t, messages, &u.model.chat.rows[0])
	require.Same(t, side, &u.model.sidePanel.rows[0])
}

// Whatever is done to an input, its caret stays between characters and on the screen.
func TestInputKeepsItsCaretBetweenCharacters(t *testing.T) {
	actions := []action{
		actionNewLine, actionClear, actionRestore, actionDeleteBack, actionDeleteForward, actionDeleteWord, actionLeft,
		actionRight, actionWordLeft, actionWordRight, actionLineStart, actionLineEnd,
	}
	pieces := []string{"你好", "a b", "，", "👨‍👩‍👧", "🏽", "\u200d", "🇨", "🇳", "e\u0301", "\u0301", "\n", "\t", "\x1b[31m", "字字字字字字字字"}
	k := newLook(text.Measure{}, ThemePlain, "zh", shanghai, self)
	rapid.Check(t, func(t *rapid.T) {
		var in input
		width := rapid.IntRange(4, 40).Draw(t, "width")
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			switch rapid.IntRange(0, 2).Draw(t, "kind") {
			case 0:
				in.insert(rapid.SampledFrom(pieces).Draw(t, "piece"))
			case 1:
				in.edit(rapid.SampledFrom(actions).Draw(t, "action"))
			default:
				in.layout(k, width)
				in.vertical(k, rapid.SampledFrom([]int{-1, 1}).Draw(t, "delta"))
			}
			require.Equal(t, text.Snap(in.text, in.caret), in.caret)
			height := in.height(k, width, 10)
			rows, x, y := in.render(k, width, height)
			require.Len(t, rows, height)
			require.Less(t, x, width)
			require.GreaterOrEqual(t, x, 0)
			require.Less(t, y, height)
			require.GreaterOrEqual(t, y, 0)
			for _, row := range rows {
				require.Less(t, k.Width(row), width)
			}
		}
	})
}
