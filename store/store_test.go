package store_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"reddot/model"
	"reddot/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(path, store.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func groupMessage(group string, sequence int64, text string) *model.Message {
	return &model.Message{
		Conversation: model.GroupConversation(group), Sequence: sequence, Sender: "guide-li",
		Random: uint32(sequence), ClientTime: 1000 + sequence, ServerTime: 1001 + sequence,
		Elements: []model.Element{model.Text{Text: text}},
	}
}

func TestFileModes(t *testing.T) {
	directory := filepath.Join(t.TempDir(), "new", "data")
	s := open(t, filepath.Join(directory, "a.db"))
	require.NoError(t, s.SaveDraft(t.Context(), "GROUPa", "x"))

	info, err := os.Stat(directory)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	entries, err := os.ReadDir(directory)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(entries), 3)
	for _, entry := range entries {
		info, err := entry.Info()
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), entry.Name())
	}
}

func TestOneProcessAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	first := open(t, path)
	_, err := store.Open(path, store.Options{})
	require.ErrorIs(t, err, store.ErrHeld)

	require.NoError(t, first.Close())
	second := open(t, path)
	require.NoError(t, second.SaveDraft(t.Context(), "GROUPa", "x"))
	require.ErrorIs(t, first.SaveDraft(t.Context(), "GROUPa", "y"), store.ErrClosed)
}

func TestPathWithOddCharacters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "主播 #1?%41&x=y.db")
	open(t, path)
	require.FileExists(t, path)
}

func TestUnusableFilesStayUntouched(t *testing.T) {
	newer := func(path string) {
		s, err := store.Open(path, store.Options{})
		require.NoError(t, err)
		require.NoError(t, s.Close())
		alter(t, path, "PRAGMA user_version = 99")
	}
	for name, test := range map[string]struct {
		prepare func(path string)
		check   func(err error)
	}{
		"newer": {newer, func(err error) {
			var typed *store.NewerError
			require.ErrorAs(t, err, &typed)
			require.Equal(t, 99, typed.Version)
		}},
		"garbage": {func(path string) {
			require.NoError(t, os.WriteFile(path, []byte("this is no database, but it is somebody's file, and long enough to look at"), 0o600))
		}, corrupt(t)},
		"foreign": {func(path string) { alter(t, path, "CREATE TABLE other (x)") }, corrupt(t)},
		"truncated": {func(path string) {
			newer(path)
			require.NoError(t, os.Truncate(path, 5000))
		}, corrupt(t)},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			test.prepare(path)
			before, err := os.ReadFile(path)
			require.NoError(t, err)

			_, err = store.Open(path, store.Options{})
			require.ErrorContains(t, err, path)
			test.check(err)

			after, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, before, after)
			_, err = store.Open(path, store.Options{})
			require.NotErrorIs(t, err, store.ErrHeld, "the lock is given back")
		})
	}
}

func corrupt(t *testing.T) func(error) {
	return func(err error) {
		var typed *store.CorruptError
		require.ErrorAs(t, err, &typed)
	}
}

func alter(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	_, err = db.Exec(statement)
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

func TestDirectoryThatCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := store.Open(filepath.Join(file, "a.db"), store.Options{})
	var typed *store.AccessError
	require.ErrorAs(t, err, &typed)
	require.ErrorContains(t, err, "--data")
}

func TestMessagesComeBackWhole(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "a.db"))
	all := groupMessage("a", 7, "你好 🌹")
	all.SenderName, all.NameCard, all.CustomData = "李想", "导购李想", "{}"
	all.NeedReceipt, all.NoUnread, all.NoLastMessage, all.Recalled = true, true, true, true
	all.Mentions, all.MentionAll, all.Version, all.PeerRead = []string{"anchor"}, true, 3, true
	all.Elements = append(all.Elements,
		model.Text{}, model.Custom{Data: "{}", Description: "d", Extension: "e"}, model.Face{Index: 2, Data: "f"},
		model.Location{Description: "here", Latitude: 1.5, Longitude: -2.5},
		model.Media{Kind: model.Video, Name: "v.mp4", URL: "u", Bytes: 9, Seconds: 3, Width: 4, Height: 5},
		model.Tip{Kind: model.TipJoined, Operator: "o", Users: []string{"u"}, Names: map[string]string{"u": "U"}, Changed: map[string]string{"name": "n"}, Members: 3},
		model.Notice{Type: 5, Operator: "o", GroupID: "g", Text: "t"}, model.Unknown{Type: "TIMNew", Raw: "{}"})
	require.NoError(t, s.SaveMessages(t.Context(), []*model.Message{all}))

	got, err := s.Messages(t.Context(), all.Conversation, nil, 10)
	require.NoError(t, err)
	require.Equal(t, []*model.Message{all}, got)
}

func TestMessagesAreOrderedAndPaged(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "a.db"))
	ctx := t.Context()
	for _, sequence := range []int64{3, 1, 5, 2, 4, 3} {
		require.NoError(t, s.SaveMessages(ctx, []*model.Message{groupMessage("a", sequence, "x"), groupMessage("b", sequence, "y")}))
	}
	page, err := s.Messages(ctx, "GROUPa", nil, 2)
	require.NoError(t, err)
	require.Equal(t, []int64{4, 5}, sequences(page))
	page, err = s.Messages(ctx, "GROUPa", page[0], 10)
	require.NoError(t, err)
	require.Equal(t, []int64{1, 2, 3}, sequences(page))
	page, err = s.MessagesBetween(ctx, "GROUPa", 1, 4, 2)
	require.NoError(t, err)
	require.Equal(t, []int64{3, 4}, sequences(page))
	page, err = s.Messages(ctx, "GROUPnever", nil, 2)
	require.NoError(t, err)
	require.Empty(t, page)
}

func TestC2CMessagesOfOneSecondAreAllKept(t *testing.T) {
	s := open(t, store.Memory)
	var sent []*model.Message
	for i := range 4 {
		sent = append(sent, &model.Message{Conversation: "C2Cbob", Sender: "bob", Sequence: int64(9 + i), Random: uint32(7 - i), ServerTime: 1000})
	}
	require.NoError(t, s.SaveMessages(t.Context(), []*model.Message{sent[2], sent[0], sent[3], sent[1]}))
	page, err := s.Messages(t.Context(), "C2Cbob", nil, 2)
	require.NoError(t, err)
	require.Equal(t, sent[2:], page)
	page, err = s.Messages(t.Context(), "C2Cbob", page[0], 2)
	require.NoError(t, err)
	require.Equal(t, sent[:2], page)
}

func TestOnlineOnlyAndUnsentAreNotHistory(t *testing.T) {
	s := open(t, store.Memory)
	online := groupMessage("a", 1, "x")
	online.OnlineOnly = true
	unsent := groupMessage("a", 2, "x")
	unsent.State = model.Sending
	require.NoError(t, s.SaveMessages(t.Context(), []*model.Message{online, unsent}))
	page, err := s.Messages(t.Context(), "GROUPa", nil, 5)
	require.NoError(t, err)
	require.Empty(t, page)
}

func TestDiscardHistoryKeepsPromises(t *testing.T) {
	s, err := store.Open(store.Memory, store.Options{DiscardHistory: true})
	require.NoError(t, err)
	defer s.Close()
	m := groupMessage("a", 1, "x")
	require.NoError(t, s.SaveMessages(t.Context(), []*model.Message{m}))
	require.NoError(t, s.PutOutgoing(t.Context(), m))
	require.NoError(t, s.SaveDraft(t.Context(), "GROUPa", "typed"))

	page, err := s.Messages(t.Context(), "GROUPa", nil, 5)
	require.NoError(t, err)
	require.Empty(t, page)
	outgoing, err := s.Outgoing(t.Context())
	require.NoError(t, err)
	require.Len(t, outgoing, 1)
	require.NoError(t, s.Delivered(t.Context(), m))
	outgoing, err = s.Outgoing(t.Context())
	require.NoError(t, err)
	require.Empty(t, outgoing)
}

func TestOutboxSurvivesARestartInOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := open(t, path)
	ctx := t.Context()
	var put []*model.Message
	for i := range 3 {
		m := &model.Message{Conversation: "GROUPa", Sender: "me", Random: uint32(100 - i), ClientTime: 50, State: model.Sending, Elements: []model.Element{model.Text{Text: "x"}}}
		put = append(put, m)
		require.NoError(t, s.PutOutgoing(ctx, m))
	}
	failed := *put[0]
	failed.State, failed.Failure = model.Failed, "muted"
	require.NoError(t, s.PutOutgoing(ctx, &failed))
	sent := *put[1]
	sent.State, sent.Sequence, sent.ServerTime = model.Sent, 12, 51
	require.NoError(t, s.Delivered(ctx, &sent))
	require.NoError(t, s.Close())

	s = open(t, path)
	outgoing, err := s.Outgoing(ctx)
	require.NoError(t, err)
	require.Equal(t, []*model.Message{&failed, put[2]}, outgoing)
	history, err := s.Messages(ctx, "GROUPa", nil, 5)
	require.NoError(t, err)
	require.Equal(t, []*model.Message{&sent}, history)

	require.NoError(t, s.RemoveOutgoing(ctx, failed.Key()))
	outgoing, err = s.Outgoing(ctx)
	require.NoError(t, err)
	require.Equal(t, put[2:], outgoing)
}

func TestDrafts(t *testing.T) {
	s := open(t, store.Memory)
	require.NoError(t, s.SaveDraft(t.Context(), "GROUPa", "one"))
	require.NoError(t, s.SaveDraft(t.Context(), "GROUPa", "周六我可以…"))
	require.NoError(t, s.SaveDraft(t.Context(), "GROUPb", "gone"))
	require.NoError(t, s.SaveDraft(t.Context(), "GROUPb", ""))
	drafts, err := s.Drafts(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[model.ConversationID]string{"GROUPa": "周六我可以…"}, drafts)
}

func TestConversationsAreKeptUntilForgotten(t *testing.T) {
	s := open(t, store.Memory)
	ctx := t.Context()
	last := groupMessage("a", 4, "preview")
	save := func(state string) {
		require.NoError(t, s.SaveConversations(ctx, func(put func(model.ConversationID, []byte, *model.Message) error) error {
			if err := put("GROUPa", []byte(state), last); err != nil {
				return err
			}
			return put("GROUPb", []byte(state), nil)
		}))
	}
	save("1")
	save("2")
	require.NoError(t, s.ForgetConversations(ctx, []model.ConversationID{"GROUPb"}))

	loaded := map[model.ConversationID]string{}
	require.NoError(t, s.LoadConversations(ctx, func(id model.ConversationID, state []byte, m *model.Message) error {
		loaded[id] = string(state)
		require.Equal(t, last, m)
		return nil
	}))
	require.Equal(t, map[model.ConversationID]string{"GROUPa": "2"}, loaded)
}

func TestCancelledWriteLeavesNothingBehind(t *testing.T) {
	s := open(t, store.Memory)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.SaveMessages(ctx, []*model.Message{groupMessage("a", 1, "x")}), context.Canceled)
	require.NoError(t, s.SaveMessages(t.Context(), []*model.Message{groupMessage("a", 2, "x")}))
	page, err := s.Messages(t.Context(), "GROUPa", nil, 5)
	require.NoError(t, err)
	require.Equal(t, []int64{2}, sequences(page))
}

func sequences(messages []*model.Message) []int64 {
	var out []int64
	for _, m := range messages {
		out = append(out, m.Sequence)
	}
	return out
}
