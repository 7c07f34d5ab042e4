package e2e

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/emulator"
	"reddot/im/push"
	"reddot/im/wire"
	"reddot/model"
)

func TestPushClientsChat(t *testing.T) {
	s := newService(t)
	alice, second, bob := s.device("alice", "term"), s.device("alice", "mini"), s.device("bob", "term")

	sent := alice.say(shopGroup, "新款到了 😀")
	got := awaitEvent[im.MessagesReceived](bob, nil).Messages[0]
	require.Equal(t, "新款到了 😀", textOf(t, got))
	require.Equal(t, "alice", got.Sender)
	require.Equal(t, "Alice", got.SenderName)
	require.Equal(t, sent.Sequence, got.Sequence)
	require.True(t, got.NeedReceipt)
	require.Equal(t, got.Key(), awaitEvent[im.MessagesReceived](second, nil).Messages[0].Key())

	require.NoError(t, bob.SendReceipts(t.Context(), "shop", []int64{sent.Sequence}))
	receipt := awaitEvent[im.ReceiptsChanged](alice, nil).Receipts[0]
	require.Equal(t, got.Key(), receipt.Key)
	require.Equal(t, [3]int64{sent.Sequence, 1, 0}, [3]int64{receipt.Sequence, int64(receipt.ReadCount), int64(receipt.UnreadCount)})
	receipts, err := alice.Receipts(t.Context(), "shop", []int64{sent.Sequence})
	require.NoError(t, err)
	require.Equal(t, 1, receipts[0].ReadCount)
	readers, err := alice.ReceiptMembers(t.Context(), im.ReceiptMembersRequest{GroupID: "shop", Sequence: sent.Sequence, Read: true})
	require.NoError(t, err)
	require.Equal(t, []string{"bob"}, readers.Users)

	private := bob.say("C2Calice", "在吗")
	direct := awaitEvent[im.MessagesReceived](alice, nil).Messages[0]
	require.Equal(t, model.ConversationID("C2Cbob"), direct.Conversation)
	require.Equal(t, private.ServerTime, direct.ServerTime)
	require.NoError(t, alice.SendC2CReceipts(t.Context(), []*model.Message{direct}))
	require.Equal(t, []model.Key{direct.Key()}, awaitEvent(bob, func(e im.PeerRead) bool { return len(e.Keys) > 0 }).Keys)
	page, err := bob.History(t.Context(), im.HistoryRequest{Conversation: "C2Calice"})
	require.NoError(t, err)
	require.True(t, page.Complete)
	require.True(t, page.Messages[0].PeerRead)

	s.rest("group_open_http_svc/modify_group_base_info", `{"GroupId":"shop","Name":"冬装"}`)
	tip := awaitEvent(bob, func(e im.MessagesReceived) bool { return e.Conversation == shopGroup }).Messages[0]
	require.Equal(t, "冬装", tip.Elements[0].(model.Tip).Changed["name"])
	require.Equal(t, "shop", awaitEvent[im.GroupChanged](bob, nil).GroupID)

	members, err := alice.Members(t.Context(), "shop", 0, 10)
	require.NoError(t, err)
	require.Equal(t, 2, members.Total)
	for _, member := range members.Members {
		if member.User == "bob" {
			require.Equal(t, "Bob", member.Name)
			require.Equal(t, model.RoleGuide, member.BusinessRole())
		}
	}
	s.rest("group_open_http_svc/destroy_group", `{"GroupId":"shop"}`)
	require.Equal(t, im.GoneDissolved, awaitEvent(bob, func(e im.GroupChanged) bool { return e.Gone }).Reason)
}

func TestPushReadSync(t *testing.T) {
	s := newService(t)
	alice, second, bob := s.device("alice", "term"), s.device("alice", "mini"), s.device("bob", "term")
	for i := range 3 {
		bob.say(shopGroup, fmt.Sprint("第", i))
	}
	private := bob.say("C2Calice", "在吗")
	before := alice.sync()
	group := conversationOf(t, before, shopGroup)
	require.Equal(t, 3, group.Unread)
	require.Equal(t, "第2", textOf(t, group.Last))
	require.Equal(t, model.Owner, group.Group.SelfRole)
	require.Equal(t, 1, conversationOf(t, before, "C2Cbob").Unread)
	second.sync()

	require.NoError(t, alice.MarkRead(t.Context(), shopGroup, group.Next-1))
	require.Equal(t, im.ReadMoved{Conversation: shopGroup, Position: group.Next - 1}, awaitEvent[im.ReadMoved](second, nil))
	require.NoError(t, alice.MarkRead(t.Context(), "C2Cbob", private.ServerTime))
	require.Equal(t, im.ReadMoved{Conversation: "C2Cbob", Position: private.ServerTime}, awaitEvent[im.ReadMoved](second, nil))

	after := second.sync()
	for _, conversation := range after.Conversations {
		require.Zero(t, conversation.Unread, conversation.ID)
	}
	require.Zero(t, conversationOf(t, s.device("alice", "third").sync(), shopGroup).Unread)
}

// TestPushSelfNote sends a note to oneself: it reaches the other devices once, the sender not at all, and raises nothing.
func TestPushSelfNote(t *testing.T) {
	s := newService(t)
	first, second := s.device("alice", "term"), s.device("alice", "mini")
	note := im.Outgoing{
		Conversation: "C2Calice", Random: 42, ClientTime: time.Now().Unix(), Sequence: 7, NoUnread: true, NoLastMessage: true,
		Elements: []model.Element{model.Custom{Data: `{"type":"reddot.read","v":1}`, Description: "read"}},
	}
	for range 2 { // the second is a repetition
		_, err := first.Send(t.Context(), note)
		require.NoError(t, err)
	}
	got := awaitEvent[im.MessagesReceived](second, nil)
	require.Len(t, got.Messages, 1)
	require.Equal(t, "alice", got.Messages[0].Sender)
	require.Equal(t, model.ConversationID("C2Calice"), got.Conversation)
	require.Equal(t, note.Elements, got.Messages[0].Elements)

	// What comes next proves that there was neither a second note nor an echo.
	bob := s.device("bob", "term")
	bob.say(shopGroup, "下一条")
	for _, d := range []*device{first, second} {
		require.Equal(t, shopGroup, awaitEvent[im.MessagesReceived](d, nil).Conversation)
	}
	page, err := s.device("alice", "third").History(t.Context(), im.HistoryRequest{Conversation: "C2Calice"})
	require.NoError(t, err)
	require.Len(t, page.Messages, 1)
	for _, conversation := range second.sync().Conversations {
		if conversation.ID == "C2Calice" {
			require.Zero(t, conversation.Unread)
		}
	}
}

// TestPushSendSurvivesADrop cuts the connection before and after the server takes a message: it arrives exactly once.
func TestPushSendSurvivesADrop(t *testing.T) {
	for _, direction := range []string{"request", "reply"} {
		for _, command := range []string{wire.CmdSendGroupMsg, wire.CmdSendMsg} {
			t.Run(direction+" of "+command, func(t *testing.T) {
				s := newService(t)
				alice, bob := s.device("alice", "term"), s.device("bob", "term")
				target, seen := shopGroup, shopGroup
				if command == wire.CmdSendMsg {
					target, seen = "C2Cbob", "C2Calice"
				}
				s.fault(`{"ServCmd":"` + command + `","UserId":"alice","Direction":"` + direction + `","Action":"disconnect","Count":1}`)
				alice.say(target, "只此一条")
				alice.say(target, "第二条")
				awaitEvent[im.Disconnected](alice, nil)
				require.True(t, awaitEvent[im.Connected](alice, nil).Resumed)

				var texts []string
				for len(texts) < 2 {
					event := awaitEvent(bob, func(e im.MessagesReceived) bool { return e.Conversation == seen })
					for _, m := range event.Messages {
						texts = append(texts, textOf(t, m))
					}
				}
				require.Equal(t, []string{"只此一条", "第二条"}, texts)
				page, err := bob.History(t.Context(), im.HistoryRequest{Conversation: seen})
				require.NoError(t, err)
				require.Len(t, page.Messages, 2)
			})
		}
	}
}

// TestPushManySendsSurviveDrops sends from several goroutines while the server cuts the connection again and again: every
// message has one sequence of its own, and is there once.
func TestPushManySendsSurviveDrops(t *testing.T) {
	s := newService(t)
	alice := s.device("alice", "term")
	s.fault(`{"ServCmd":"` + wire.CmdSendGroupMsg + `","Direction":"reply","Action":"disconnect","Probability":0.2,"Count":3}`)
	const writers, each = 4, 10
	var wait sync.WaitGroup
	sequences := make(chan int64, writers*each)
	for writer := range writers {
		wait.Go(func() {
			for i := range each {
				result, err := alice.Send(t.Context(), im.Outgoing{
					Conversation: shopGroup, Random: rand.Uint32(), ClientTime: time.Now().Unix(), Sequence: int64(writer*each + i),
					Elements: []model.Element{model.Text{Text: fmt.Sprint(writer, "-", i)}},
				})
				if err != nil {
					t.Error(err)
					return
				}
				sequences <- result.Sequence
			}
		})
	}
	wait.Wait()
	close(sequences)
	distinct := map[int64]bool{}
	for sequence := range sequences {
		distinct[sequence] = true
	}
	require.Len(t, distinct, writers*each)

	texts := map[string]int{}
	request := im.HistoryRequest{Conversation: shopGroup}
	for {
		page, err := alice.History(t.Context(), request)
		require.NoError(t, err)
		for _, m := range page.Messages {
			texts[textOf(t, m)]++
		}
		if page.Complete {
			break
		}
		request.Before = page.Next
	}
	require.Len(t, texts, writers*each)
	for text, count := range texts {
		require.Equal(t, 1, count, text)
	}
}

// TestPushResumes loses the server for a while: what was said meanwhile is in the next Sync and in the history.
func TestPushResumes(t *testing.T) {
	s := newService(t)
	alice, bob := s.device("alice", "term"), s.device("bob", "term")
	bob.say(shopGroup, "之前")
	awaitEvent[im.MessagesReceived](alice, nil)
	alice.sync()

	s.stop()
	awaitEvent[im.Disconnected](alice, nil)
	s.start()
	s.rest("group_open_http_svc/send_group_msg", `{"GroupId":"shop","From_Account":"bob","Random":1,
		"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"期间"}}]}`)
	s.rest("openim/sendmsg", `{"SyncOtherMachine":2,"From_Account":"bob","To_Account":"alice","MsgSeq":1,"MsgRandom":2,
		"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"私聊"}}]}`)
	require.True(t, awaitEvent[im.Connected](alice, nil).Resumed)

	snapshot := alice.sync()
	group := conversationOf(t, snapshot, shopGroup)
	require.Equal(t, 2, group.Unread)
	seen := map[string]bool{}
	for _, m := range snapshot.Messages {
		seen[textOf(t, m)] = true
	}
	if !seen["私聊"] { // it came after the login
		require.Equal(t, "私聊", textOf(t, awaitEvent(alice, func(e im.MessagesReceived) bool { return e.Conversation == "C2Cbob" }).Messages[0]))
	}
	page, err := alice.History(t.Context(), im.HistoryRequest{Conversation: shopGroup, Before: group.Next - 1})
	require.NoError(t, err)
	require.True(t, page.Complete)
	require.Equal(t, "期间", textOf(t, page.Messages[len(page.Messages)-1]))
}

func TestPushKickedByTheServer(t *testing.T) {
	s := newService(t)
	alice := s.device("alice", "term")
	s.rest("im_open_login_svc/kick", `{"UserID":"alice"}`)
	require.Equal(t, im.KickedByAdmin, awaitEvent[im.Kicked](alice, nil).Reason)
	require.Equal(t, im.ClassPermission, im.ClassOf(alice.MarkRead(t.Context(), shopGroup, 1)))
}

func TestPushRefusedLogin(t *testing.T) {
	s := newService(t)
	for name, change := range map[string]func(*push.Options){
		"70003": func(o *push.Options) { o.UserSig = wire.NewSecret("nonsense") },
		"70013": func(o *push.Options) { o.User = "bob" },
		"70014": func(o *push.Options) {
			signature, err := wire.GenerateUserSig(7, wire.NewSecret("e2e-key"), "alice", time.Hour)
			require.NoError(t, err)
			o.UserSig = wire.NewSecret(signature)
		},
		"70009": func(o *push.Options) {
			signature, err := wire.GenerateUserSig(emulator.DefaultAppID, wire.NewSecret("another"), "alice", time.Hour)
			require.NoError(t, err)
			o.UserSig = wire.NewSecret(signature)
		},
	} {
		t.Run(name, func(t *testing.T) {
			options := push.Options{
				URLs: push.At("ws://" + s.address), AppID: emulator.DefaultAppID, User: "alice", UserSig: wire.NewSecret(s.signature("alice")),
			}
			change(&options)
			client := push.New(options)
			defer client.Close()
			err := client.Connect(t.Context())
			require.Equal(t, im.ClassPermission, im.ClassOf(err))
			require.Contains(t, err.Error(), name)
		})
	}
}
