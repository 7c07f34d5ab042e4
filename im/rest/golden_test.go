package rest

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

// golden is one call as the reference documents it: testdata/golden/*.json, written by hand from rest-api.md. Source names the
// section, and what of it is unconfirmed or in conflict.
type golden struct {
	Source  string          `json:"source"`
	Path    string          `json:"path"`
	Request json.RawMessage `json:"request"`
	Reply   json.RawMessage `json:"reply"`
}

func readGolden(t *testing.T, name string) golden {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "golden", name+".json"))
	require.NoError(t, err)
	var g golden
	require.NoError(t, json.Unmarshal(text, &g))
	require.NotEmpty(t, g.Source)
	return g
}

// goldenCall is what makes a documented call, and the facts that its reply means.
type goldenCall struct {
	call func(context.Context, *Client) (any, error)
	want any
}

// ordered is a call whose reply says nothing but that it succeeded.
func ordered(call func(context.Context, *Client) error) goldenCall {
	return goldenCall{call: func(ctx context.Context, c *Client) (any, error) { return nil, call(ctx, c) }}
}

func goldenText(id model.ConversationID, text string) im.Outgoing {
	return im.Outgoing{
		Conversation: id, Random: 40404040, ClientTime: time.Now().Unix(), Sequence: 5001,
		Elements: []model.Element{model.Text{Text: text}},
	}
}

func sending(message im.Outgoing, sequence, at int64) goldenCall {
	return goldenCall{
		call: func(ctx context.Context, c *Client) (any, error) { return c.Send(ctx, message) },
		want: &im.SendResult{Sequence: sequence, ServerTime: at},
	}
}

var ann = &model.Message{
	Conversation: "C2Cann", Sequence: 5001, Sender: "ann", Random: 40404040, ServerTime: 1700000500, CustomData: "c",
	Elements: []model.Element{model.Text{Text: "hi"}},
}

func historyOf(request im.HistoryRequest) func(context.Context, *Client) (any, error) {
	return func(ctx context.Context, c *Client) (any, error) { return c.History(ctx, request) }
}

func goldenCalls() map[string]goldenCall {
	name, no, admin, seconds, card := "Fishing trip 2", false, model.Admin, int64(0), "Cy (lead)"
	live := int64(60)
	loud, note, brief := goldenText(group, "boat leaves at 6"), goldenText("C2Cbo", ""), goldenText("C2Cann", "hi")
	loud.Random, loud.NeedReceipt, loud.CustomData, loud.NoUnread, loud.NoLastMessage = 912837465, true, `{"k":1}`, true, true
	loud.MentionAll, loud.Mentions = true, []string{"ann"}
	note.Elements, note.NoUnread, note.NoLastMessage = []model.Element{model.Custom{Data: "{}", Description: "read"}}, true, true
	brief.OnlineOnly = true
	wanted := goldenText("C2Cann", "hi")
	wanted.NeedReceipt = true
	bo := model.Member{User: "bo", NameCard: "Bo B.", Role: model.Admin, JoinedAt: 1700000001, Custom: map[string]string{"role": "guide"}}
	return map[string]goldenCall{
		"get_joined_group_list": {
			call: func(ctx context.Context, c *Client) (any, error) {
				return c.joinedGroups(ctx, groupPage, movingFields())
			},
			want: []wire.Group{{
				GroupID: demo, Type: "Public", Name: "Fishing trip", InfoSeq: 7, LastInfoTime: 1700000000, NextMsgSeq: 41, MemberNum: 3,
				SelfInfo: &wire.SelfInfo{Role: "Admin", MsgFlag: "AcceptAndNotify", MsgSeq: 37},
			}},
		},
		"get_group_info": {
			call: func(ctx context.Context, c *Client) (any, error) { return c.FindGroups(ctx, []string{demo, "gone"}) },
			want: []model.Group{{
				ID: demo, Name: "Fishing trip", Type: model.Public, Owner: "ann", Introduction: "boats", Notification: "be early",
				FaceURL: "https://img.invalid/trip.png", Members: 3, MaxMembers: 200, CreatedAt: 1690000000, NextSequence: 41,
				SelfRole: model.Admin, SelfRead: 37, SelfUnknown: true, Join: model.JoinFree,
			}},
		},
		"get_group_info_members": {
			call: func(ctx context.Context, c *Client) (any, error) {
				err := c.pollSelves(ctx)
				c.state.mu.Lock()
				defer c.state.mu.Unlock()
				group := c.state.groups[demo].group
				return []any{group.SelfNameCard, group.SelfCustom}, err
			},
			want: []any{"Bo B.", map[string]string{"role": "guide"}},
		},
		"get_group_member_info": {
			call: func(ctx context.Context, c *Client) (any, error) { return c.Members(ctx, demo, 0, 0) },
			want: &im.MemberPage{Total: 3, Next: 2, Members: []model.Member{{User: "ann", Role: model.Owner, JoinedAt: 1700000000}, bo}},
		},
		"get_specified_group_member_info": {
			call: func(ctx context.Context, c *Client) (any, error) { return c.MembersNamed(ctx, demo, []string{"bo"}) },
			want: []model.Member{bo},
		},
		"group_msg_get_simple": {
			call: historyOf(im.HistoryRequest{Conversation: group, Before: 41}),
			want: &im.HistoryPage{Next: 38, Missing: []int64{39}, Messages: []*model.Message{
				{Conversation: group, Sequence: 40, Sender: "bo", Random: 77, ServerTime: 1700000390, Recalled: true},
				{
					Conversation: group, Sequence: 41, Sender: "ann", Random: 912837465, ServerTime: 1700000400,
					Elements: []model.Element{model.Text{Text: "boat leaves at 6"}},
				},
			}},
		},
		"send_group_msg":      sending(loud, 41, 1700000400),
		"sendmsg":             sending(wanted, 5001, 1700000500),
		"sendmsg_to_oneself":  sending(note, 5001, 1700000500),
		"sendmsg_online_only": sending(brief, 5001, 1700000500),
		"group_msg_receipt": ordered(func(ctx context.Context, c *Client) error {
			return c.SendReceipts(ctx, demo, []int64{38, 41})
		}),
		"get_group_msg_receipt": {
			call: func(ctx context.Context, c *Client) (any, error) { return c.Receipts(ctx, demo, []int64{41, 39}) },
			want: []model.Receipt{{Conversation: group, Sequence: 41, ReadCount: 1, UnreadCount: 1}},
		},
		"get_group_msg_receipt_detail": {
			call: func(ctx context.Context, c *Client) (any, error) {
				return c.ReceiptMembers(ctx, im.ReceiptMembersRequest{GroupID: demo, Sequence: 41, Read: true})
			},
			want: &im.ReceiptMembersPage{Users: []string{"ann"}},
		},
		"admin_getroammsg": {
			call: historyOf(im.HistoryRequest{Conversation: "C2Cann", Before: 1700000600}),
			want: &im.HistoryPage{Next: 1700000500, Cursor: "1700000500 5001_40404040_1700000500", Messages: []*model.Message{ann}},
		},
		"admin_getroammsg_next": {
			call: historyOf(im.HistoryRequest{Conversation: "C2Cann", Cursor: "1700000500 5001_40404040_1700000500"}),
			want: &im.HistoryPage{Complete: true},
		},
		"admin_set_msg_read": ordered(func(ctx context.Context, c *Client) error { return c.MarkRead(ctx, "C2Cann", 1700000600) }),
		"get_c2c_unread_msg_num": {
			call: func(ctx context.Context, c *Client) (any, error) { return c.unreadWith(ctx, []string{"ann", "ghost"}) },
			want: map[string]int{"ann": 2},
		},
		"get_c2c_unread_msg_num_all": {
			call: func(ctx context.Context, c *Client) (any, error) { return c.unreadAtAll(ctx) },
			want: 5,
		},
		"c2c_msg_read_receipt": ordered(func(ctx context.Context, c *Client) error {
			return c.SendC2CReceipts(ctx, []*model.Message{ann})
		}),
		"query_online_status": {
			call: func(ctx context.Context, c *Client) (any, error) { return c.Presence(ctx, []string{"ann", "zed"}) },
			want: []Presence{{User: "ann", Online: []string{"Web"}, Waiting: []string{"iPhone"}}},
		},
		"account_check": {
			call: func(ctx context.Context, c *Client) (any, error) { return c.UnknownUsers(ctx, []string{"ann", "zed"}) },
			want: []string{"zed"},
		},
		"portrait_get": {
			call: func(ctx context.Context, c *Client) (any, error) { return c.Profiles(ctx, []string{"ann"}) },
			want: []model.Profile{{User: "ann", Name: "Ann"}},
		},
		"get_list": {
			call: func(ctx context.Context, c *Client) (any, error) { return c.contacts(ctx, 1) },
			want: []wire.RecentContactRow{{Type: 1, ToAccount: "ann", MsgTime: 1700000500, TopFlag: 1}},
		},
		"create_group": {
			call: func(ctx context.Context, c *Client) (any, error) {
				return c.CreateGroup(ctx, model.NewGroup{
					Type: model.Meeting, Name: "Fishing trip", ID: "trip", MaxMembers: 200,
					Members: []model.NewMember{{User: "ann", Admin: true, Custom: map[string]string{"seat": "7"}}, {User: "cy"}},
				})
			},
			want: model.CreatedGroup{ID: "trip", Members: []model.AddResult{
				{User: "ann", Outcome: model.Added}, {User: "cy", Outcome: model.Added},
			}},
		},
		"add_group_member": {
			call: func(ctx context.Context, c *Client) (any, error) {
				return c.AddMembers(ctx, demo, []model.NewMember{{User: "dee"}, {User: "bo"}})
			},
			want: []model.AddResult{{User: "dee", Outcome: model.Added}, {User: "bo", Outcome: model.AlreadyMember}},
		},
		"delete_group_member": ordered(func(ctx context.Context, c *Client) error {
			return c.RemoveMembers(ctx, demo, []string{"dee"}, "left the company")
		}),
		"modify_group_base_info": ordered(func(ctx context.Context, c *Client) error {
			return c.EditGroup(ctx, demo, model.GroupEdit{Name: &name, MuteAll: &no})
		}),
		"modify_group_member_info": ordered(func(ctx context.Context, c *Client) error {
			return c.EditMember(ctx, demo, "cy", model.MemberEdit{Role: &admin, NameCard: &card, MuteSeconds: &seconds})
		}),
		"forbid_send_msg": ordered(func(ctx context.Context, c *Client) error {
			c.state.mu.Lock()
			c.state.groups["live"] = &tracked{group: &model.Group{ID: "live", Type: model.AVChatRoom}}
			c.state.mu.Unlock()
			return c.EditMember(ctx, "live", "cy", model.MemberEdit{MuteSeconds: &live})
		}),
		"change_group_owner": ordered(func(ctx context.Context, c *Client) error { return c.HandOver(ctx, demo, "cy") }),
		"destroy_group":      ordered(func(ctx context.Context, c *Client) error { return c.DestroyGroup(ctx, demo) }),
		"get_appid_group_list": {
			call: func(ctx context.Context, c *Client) (any, error) { return c.allGroups(ctx) },
			want: []string{demo},
		},
	}
}

// TestGolden holds every call of this adapter against the reference: the request to the last field, the reply to the facts that
// it means.
func TestGolden(t *testing.T) {
	for name, test := range goldenCalls() {
		t.Run(name, func(t *testing.T) {
			g := readGolden(t, name)
			s := newService(t)
			c := s.connected()
			command := strings.TrimPrefix(g.Path, "/v4/")
			s.script(command, string(g.Reply))
			got, err := test.call(t.Context(), c)
			require.NoError(t, err)
			require.Equal(t, test.want, got)
			made := s.last(command)
			require.Equal(t, http.MethodPost, made.method)
			require.Equal(t, g.Path, made.path)
			require.Equal(t, "application/json", made.contentType)
			requireJSON(t, string(g.Request), made.body)
			requireQuery(t, made)
		})
	}
}

// requireQuery requires the query of rest-api.md section 1.1, and nothing else in it.
func requireQuery(t *testing.T, made call) {
	t.Helper()
	require.ElementsMatch(t, []string{"sdkappid", "identifier", "usersig", "random", "contenttype"}, slices.Collect(maps.Keys(made.query)))
	require.Equal(t, "1400000000", made.query.Get("sdkappid"))
	require.Equal(t, testAdmin, made.query.Get("identifier"))
	require.Equal(t, "json", made.query.Get("contenttype"))
	_, err := strconv.ParseUint(made.query.Get("random"), 10, 32)
	require.NoError(t, err)
	_, err = wire.VerifyUserSig(testApp, wire.NewSecret(testKey), testAdmin, made.query.Get("usersig"), time.Now())
	require.NoError(t, err)
}

// TestEveryCallHasAGoldenFile: what the sources call is held against the reference.
func TestEveryCallHasAGoldenFile(t *testing.T) {
	documented := map[string]bool{}
	for name := range goldenCalls() {
		command := strings.TrimPrefix(readGolden(t, name).Path, "/v4/")
		documented[strings.Replace(command, "/", ".", 1)] = true
	}
	called := regexp.MustCompile(`wire\.(Cmd\w+)`)
	constant := regexp.MustCompile(`(Cmd\w+)\s*=\s*"([^"]+)"`)
	commands := map[string]string{}
	text, err := os.ReadFile(filepath.Join("..", "wire", "command.go"))
	require.NoError(t, err)
	for _, found := range constant.FindAllStringSubmatch(string(text), -1) {
		commands[found[1]] = found[2]
	}
	sources, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		text, err := os.ReadFile(source)
		require.NoError(t, err)
		for _, found := range called.FindAllStringSubmatch(string(text), -1) {
			require.Contains(t, commands, found[1])
			require.True(t, documented[commands[found[1]]], "%s calls %s, which testdata/golden does not have", source, commands[found[1]])
		}
	}
}
