package push

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

// script answers requests by command until the connection ends: each command's answers in turn, the last one for ever.
func (c *fakeConn) script(answers map[string][]string) *requests {
	r := &requests{}
	go func() {
		for frame := range c.frames {
			r.all = append(r.all, frame)
			list := answers[frame.command()]
			if len(list) == 0 {
				c.reply(frame, `{}`)
				continue
			}
			c.reply(frame, list[0])
			if len(list) > 1 {
				answers[frame.command()] = list[1:]
			}
		}
	}()
	return r
}

// requests are what a scripted connection was asked; look at them after synctest.Wait.
type requests struct{ all []fakeFrame }

// of returns the requests of a command.
func (r *requests) of(command string) []fakeFrame {
	synctest.Wait()
	var some []fakeFrame
	for _, frame := range r.all {
		if frame.command() == command {
			some = append(some, frame)
		}
	}
	return some
}

const (
	groupRow = `{"Type":2,"ToAccount":"@TGS#devroom","MsgTimeStamp":1795397415,"MsgSeq":5,"MsgRandom":11,"UnreadMsgCount":4,
		"GroupIgnoredUnreadSeqCount":1,"MsgGroupReadedSeq":1,"GroupNextMsgSeq":6,"GroupNick":"Dev room","GroupImage":"","GroupType":"Public",
		"MsgGroupFrom_Account":"bob","MsgGroupFromCardName":"Bob the guide","MsgGroupFromNickName":"BOB","LastMsgFlags":0,"TopFlags":1,"MsgRecvOption":2,
		"LastMsg":{"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"old one"}}],"CloudCustomData":"cd"}}`
	c2cRow = `{"Type":1,"To_Account":"bob","MsgTimeStamp":1795397355,"MsgSeq":7,"MsgRandom":77,"C2cNick":"BOB","C2cImage":"",
		"LastC2CMsgFrom_Account":"bob","C2cPeerReadTime":0,"LastMsgFlags":8,"TopFlags":0,"MsgRecvOption":0,
		"LastMsg":{"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"offline hi"}}],"CloudCustomData":""}}`
	devroom = `{"GroupId":"@TGS#devroom","Type":"Public","Name":"Dev room","Introduction":"i","Notification":"n","FaceUrl":"","Owner_Account":"bob",
		"CreateTime":1795397415,"NextMsgSeq":6,"MemberNum":3,"MaxMemberNum":200,"SelfInfo":{"Role":"Admin","JoinTime":1795397415,
		"MsgFlag":"AcceptNotNotify","MsgSeq":1,"NameCard":"Ali","AppMemberDefinedData":[{"Key":"role","Value":"anchor"}]}}`
	stock = `{"GroupId":"stock","Type":"Private","Name":"仓库","NextMsgSeq":1,"MemberNum":2,"SelfInfo":{"Role":"Owner","MsgFlag":"AcceptAndNotify","MsgSeq":0}}`
)

func pageOf(rows ...string) string {
	return `{"SessionItem":[` + strings.Join(rows, ",") + `],"CompleteFlag":1,"TimeStamp":1795397415,"StartIndex":2,"TopTimeStamp":3,"TopStartIndex":4}`
}

func groupsOf(groups ...string) string {
	return `{"TotalCount":2,"GroupIdList":[` + strings.Join(groups, ",") + `]}`
}

const (
	counters   = `{"Cookie":"c1","SyncFlag":2,"MsgList":[],"C2CPairUnreadCount":[{"From_Account":"bob","UnreadCount":2},{"From_Account":"eve","UnreadCount":1}]}`
	noCounters = `{"Cookie":"c1","SyncFlag":2,"MsgList":[],"C2CPairUnreadCount":[]}`
	bobOnly    = `{"Cookie":"c1","SyncFlag":2,"MsgList":[],"C2CPairUnreadCount":[{"From_Account":"bob","UnreadCount":2}]}`
)

func TestFirstSync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		c := server.connect(client)
		asked := c.script(map[string][]string{
			wire.CmdPageGet:         {`{"SessionItem":[` + groupRow + `],"CompleteFlag":0,"TimeStamp":9,"StartIndex":1}`, pageOf(c2cRow)},
			wire.CmdJoinedGroupList: {groupsOf(devroom, stock)},
			wire.CmdGetMsg:          {`{"Cookie":"c0","SyncFlag":0,"MsgList":[],"C2CPairUnreadCount":[]}`, counters},
		})
		snapshot, err := client.Sync(t.Context())
		require.NoError(t, err)
		require.False(t, snapshot.Partial)
		require.Empty(t, snapshot.Messages)
		group := &model.Group{
			ID: "@TGS#devroom", Name: "Dev room", Type: model.Public, Owner: "bob", Introduction: "i", Notification: "n", Members: 3,
			MaxMembers: 200, CreatedAt: 1795397415, NextSequence: 6, SelfRole: model.Admin, SelfRead: 1, SelfNameCard: "Ali",
			SelfCustom: map[string]string{"role": "anchor"}, Muted: true,
		}
		require.Equal(t, model.RoleAnchor, model.RoleRules{}.Of("alice", group.SelfRole, group.SelfCustom))
		require.Equal(t, []im.Conversation{
			{ID: "C2Cbob", Name: "BOB", Unread: 2, Last: &model.Message{
				Conversation: "C2Cbob", Sequence: 7, Sender: "bob", Random: 77, ServerTime: 1795397355, Recalled: true,
				Partial: true, Elements: []model.Element{model.Text{Text: "offline hi"}},
			}},
			{ID: "C2Ceve", Unread: 1},
			{ID: "GROUP@TGS#devroom", Name: "Dev room", Group: group, Unread: 3, Read: 1, Next: 6, Pinned: true, Muted: true, Last: &model.Message{
				Conversation: "GROUP@TGS#devroom", Sequence: 5, Sender: "bob", SenderName: "BOB", NameCard: "Bob the guide", Random: 11,
				ServerTime: 1795397415, CustomData: "cd", Partial: true, Elements: []model.Element{model.Text{Text: "old one"}},
			}},
			{ID: "GROUPstock", Name: "仓库", Next: 1, Group: &model.Group{
				ID: "stock", Name: "仓库", Type: model.Work, Members: 2, NextSequence: 1, SelfRole: model.Owner,
			}},
		}, snapshot.Conversations)

		pages := asked.of(wire.CmdPageGet)
		require.Len(t, pages, 2)
		require.EqualValues(t, 0, pages[0].field(t, "TimeStamp"))
		require.EqualValues(t, 9, pages[1].field(t, "TimeStamp"))
		list := asked.of(wire.CmdJoinedGroupList)[0]
		require.Equal(t, "alice", list.field(t, "Member_Account"))
		require.EqualValues(t, 200, list.field(t, "Limit"))
		pulls := asked.of(wire.CmdGetMsg)
		require.Equal(t, "", pulls[0].field(t, "Cookie"))
		require.Equal(t, "c0", pulls[1].field(t, "Cookie"))
	})
}

// TestLaterSync brings only what changed, and the C2C messages that were missed.
func TestLaterSync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		c := server.connect(client)
		missed := `{"Cookie":"c2","SyncFlag":2,"C2CPairUnreadCount":[],"MsgList":[
			{"From_Account":"bob","To_Account":"alice","MsgSeq":1,"MsgRandom":2,"MsgTimeStamp":3,"MsgClientTime":4,"MsgBody":[]},
			{"From_Account":"bob","To_Account":"alice","IsSyncMsg":1,"MsgSeq":5,"MsgBody":[]}]}`
		asked := c.script(map[string][]string{
			wire.CmdPageGet:         {pageOf(groupRow, c2cRow), pageOf(c2cRow)},
			wire.CmdJoinedGroupList: {groupsOf(devroom, stock), groupsOf(devroom)},
			wire.CmdGetMsg:          {bobOnly, bobOnly, missed, noCounters},
		})
		_, err := client.Sync(t.Context())
		require.NoError(t, err)
		snapshot, err := client.Sync(t.Context())
		require.NoError(t, err)
		require.True(t, snapshot.Partial)
		require.Len(t, snapshot.Conversations, 1)
		bob := snapshot.Conversations[0]
		require.Equal(t, model.ConversationID("C2Cbob"), bob.ID)
		require.Zero(t, bob.Unread)
		require.EqualValues(t, 1795397355, bob.Read, "nothing unread: read up to the last message")
		require.Equal(t, []*model.Message{
			{Conversation: "C2Cbob", Sequence: 1, Sender: "bob", Random: 2, ServerTime: 3, ClientTime: 4},
			{Conversation: "C2Cbob", Sequence: 5, Sender: "alice"},
		}, snapshot.Messages)
		require.Equal(t, im.GroupChanged{GroupID: "stock", Gone: true, Asked: snapshot.Asked}, nextOf[im.GroupChanged](t, client))

		pages := asked.of(wire.CmdPageGet)
		require.EqualValues(t, 1795397415, pages[1].field(t, "TimeStamp"))
		require.EqualValues(t, 2, pages[1].field(t, "StartIndex"))
		require.EqualValues(t, 3, pages[1].field(t, "TopTimeStamp"))
		pulls := asked.of(wire.CmdGetMsg)
		require.Equal(t, "c1", pulls[2].field(t, "Cookie"))
		require.Equal(t, "", pulls[3].field(t, "Cookie"), "the counters are asked for without a cookie")

		_, err = client.Sync(t.Context())
		require.NoError(t, err)
		require.Equal(t, "c2", asked.of(wire.CmdGetMsg)[5].field(t, "Cookie"))
	})
}

// TestCountersBelongToTheList holds that a message which comes between the requests of a Sync is not taken for read.
func TestCountersBelongToTheList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		c := server.connect(client)
		asked := c.script(map[string][]string{
			wire.CmdPageGet:         {pageOf(c2cRow)},
			wire.CmdJoinedGroupList: {groupsOf()},
			wire.CmdGetMsg:          {noCounters, counters},
		})
		snapshot, err := client.Sync(t.Context())
		require.NoError(t, err)
		bob := conversationOf(t, snapshot, "C2Cbob")
		require.Equal(t, 2, bob.Unread)
		require.Zero(t, bob.Read)
		require.Len(t, asked.of(wire.CmdPageGet), 2, "the first list was older than its counters")
	})
}

// TestWhatWasReadElsewhereMeanwhileIsSynced asks for everything when a counter moved that the list of changes does not name.
func TestWhatWasReadElsewhereMeanwhileIsSynced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		c := server.connect(client)
		c.script(map[string][]string{
			wire.CmdPageGet:         {pageOf(c2cRow), pageOf(), pageOf(c2cRow)},
			wire.CmdJoinedGroupList: {groupsOf()},
			wire.CmdGetMsg:          {counters, counters, noCounters},
		})
		_, err := client.Sync(t.Context())
		require.NoError(t, err)
		snapshot, err := client.Sync(t.Context())
		require.NoError(t, err)
		bob := conversationOf(t, snapshot, "C2Cbob")
		require.Zero(t, bob.Unread)
		require.EqualValues(t, 1795397355, bob.Read)
	})
}

func conversationOf(t *testing.T, snapshot *im.Snapshot, id model.ConversationID) im.Conversation {
	t.Helper()
	i := slices.IndexFunc(snapshot.Conversations, func(c im.Conversation) bool { return c.ID == id })
	require.GreaterOrEqual(t, i, 0, "%s is not in the snapshot", id)
	return snapshot.Conversations[i]
}

// TestSyncDistrustsTheList asks for everything when a group moved that the list of changes does not name, and tells of a
// group that changed without a message.
func TestSyncDistrustsTheList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		c := server.connect(client)
		c.script(map[string][]string{
			wire.CmdPageGet: {pageOf(groupRow), pageOf(), pageOf(groupRow), pageOf()},
			wire.CmdJoinedGroupList: {
				groupsOf(devroom, stock),
				groupsOf(strings.Replace(devroom, `"NextMsgSeq":6`, `"NextMsgSeq":9`, 1), stock),
				groupsOf(strings.Replace(devroom, `"NextMsgSeq":6`, `"NextMsgSeq":9`, 1), strings.Replace(stock, "Owner", "Member", 1)),
			},
			wire.CmdGetMsg: {noCounters},
		})
		_, err := client.Sync(t.Context())
		require.NoError(t, err)
		full, err := client.Sync(t.Context())
		require.NoError(t, err)
		require.False(t, full.Partial)
		require.Len(t, full.Conversations, 2)

		partial, err := client.Sync(t.Context())
		require.NoError(t, err)
		require.True(t, partial.Partial)
		require.Empty(t, partial.Conversations)
		require.Equal(t, model.Ordinary, nextOf[im.GroupChanged](t, client).Group.SelfRole)
	})
}

// TestFailedSyncLosesNothing fails one part of a Sync: the next one asks with the old cookie.
func TestFailedSyncLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		c := server.connect(client)
		asked := c.script(map[string][]string{
			wire.CmdPageGet:         {pageOf(), `{"ErrorCode":50004}`, pageOf()},
			wire.CmdJoinedGroupList: {groupsOf()},
			wire.CmdGetMsg:          {noCounters, `{"Cookie":"c2","SyncFlag":2,"MsgList":[]}`},
		})
		_, err := client.Sync(t.Context())
		require.NoError(t, err)
		_, err = client.Sync(t.Context())
		require.Equal(t, im.ClassTemporary, im.ClassOf(err))
		_, err = client.Sync(t.Context())
		require.NoError(t, err)
		cookies := 0
		for _, pull := range asked.of(wire.CmdGetMsg) {
			if pull.field(t, "Cookie") == "c1" {
				cookies++
			}
		}
		require.Equal(t, 2, cookies)
	})
}

func TestLargeGroupListIsAskedForInSmallPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		c := server.connect(client)
		asked := c.script(map[string][]string{
			wire.CmdPageGet:         {pageOf()},
			wire.CmdJoinedGroupList: {`{"ErrorCode":10018,"ErrorInfo":"too large"}`, `{"TotalCount":60,"GroupIdList":[` + devroom + `]}`},
			wire.CmdGetMsg:          {noCounters},
		})
		_, err := client.Sync(t.Context())
		require.NoError(t, err)
		lists := asked.of(wire.CmdJoinedGroupList)
		require.Len(t, lists, 3)
		require.EqualValues(t, 50, lists[2].field(t, "Limit"))
		require.EqualValues(t, 50, lists[2].field(t, "Offset"))
	})
}
