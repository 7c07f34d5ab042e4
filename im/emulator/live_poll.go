package emulator

import (
	"encoding/json"
	"time"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// Commands of live rooms, as the Web SDK was seen to send them (docs/server.md).
const (
	cmdLivePoll        = "group_open_long_polling_http_svc.get_msg"
	cmdLivePollNoAuth  = "group_open_long_polling_http_noauth_svc.get_msg"
	cmdApplyNoAuth     = "group_open_http_noauth_svc.apply_join_group"
	cmdLiveMembers     = "group_open_avchatroom_http_svc.get_members"
	cmdBanMember       = "group_open_http_svc.ban_group_member"
	cmdOnlineMemberNum = "group_open_http_svc.get_online_member_num"
)

type livePollRequest struct {
	Key      string `json:"Key"`
	StartSeq int64  `json:"StartSeq"`
	HoldTime int    `json:"HoldTime"` // seconds
}

type livePollReply struct {
	wire.Result
	Key        string          `json:"Key"`
	NextSeq    int64           `json:"NextSeq"`
	RspMsgList json.RawMessage `json:"RspMsgList"`
}

// livePoll answers when the room has something new, or after a while with nothing. It does
// not hold up the connection's other requests. user is "" for an anonymous viewer.
func (c *connection) livePoll(head wire.Head, body json.RawMessage, user string) {
	var poll livePollRequest
	if err := wire.Unmarshal(body, &poll); err != nil {
		c.answer(head)(nil, &wire.Error{Code: wire.CodeJSON, Info: err.Error()})
		return
	}
	id, err := c.server.openLiveKey(poll.Key)
	if err == nil {
		err = c.server.mayWatch(id, user)
	}
	if err != nil {
		c.answer(head)(nil, err)
		return
	}
	joined, _ := c.watching.LoadOrStore(id, int64(0))
	if poll.StartSeq <= 0 {
		poll.StartSeq, _ = joined.(int64) // the SDK forgets it for anonymous viewers
	}
	if user == "" {
		c.server.live.watched(id, c.viewer())
	}
	if c.polls.Add(1) > maxLivePolls {
		poll.HoldTime = 0
	}
	c.later.Go(func() {
		defer c.polls.Add(-1)
		c.awaitLive(head, id, poll)
	})
}

func (c *connection) awaitLive(head wire.Head, id string, poll livePollRequest) {
	hold := min(time.Duration(max(poll.HoldTime, 0))*time.Second, maxLiveHold) // the Web SDK gives a request up after 15 s
	timer := time.NewTimer(hold)
	defer timer.Stop()
	for from := poll.StartSeq; ; {
		events, next, changed := c.server.live.since(id, from, c.user() == "")
		from = next
		if len(events) == 0 && hold > 0 {
			select {
			case <-changed:
				continue
			case <-c.ctx.Done():
				return
			case <-timer.C:
			}
		}
		c.reply(head, livePollReply{Result: wire.OK(), Key: poll.Key, NextSeq: next, RspMsgList: joinRows(events)})
		return
	}
}

// mayWatch: members watch a room, and anybody who is not logged in.
func (s *Server) mayWatch(id, user string) error {
	if s.live.isDissolved(id) {
		return nil // to hear of it
	}
	group, err := s.core.Group(id)
	if err != nil || user == "" {
		return err
	}
	if group.Type != core.AVChatRoom {
		return &wire.Error{Code: wire.CodeGroupPermission, Info: "group " + id + " is no live room"}
	}
	_, err = s.core.Member(id, user)
	return err
}

// viewer names a connection that nobody logged in on.
func (c *connection) viewer() string {
	c.viewerOnce.Do(func() { c.viewerID = core.GenerateGroupID(core.AVChatRoom) })
	return c.viewerID
}

// watches tells whether the client polls a room, so that it needs no pushes from there.
func (c *connection) watches(id string) bool {
	_, yes := c.watching.Load(id)
	return yes
}

// liveJoin completes the answer to a client that polls.
func (c *connection) liveJoin(id string, reply *wire.ApplyJoinGroupReply) {
	reply.HugeGroupFlag, reply.LongPollingKey, reply.StartSeq = 1, c.server.liveKey(id), c.server.live.next(id)
	c.watching.Store(id, reply.StartSeq)
}

// applyNoAuth lets somebody watch a live room who is not logged in.
func (c *connection) applyNoAuth(body json.RawMessage) (any, error) {
	var apply wire.ApplyJoinGroupRequest
	if err := wire.Unmarshal(body, &apply); err != nil {
		return nil, &wire.Error{Code: wire.CodeJSON, Info: err.Error()}
	}
	group, err := c.server.core.Group(apply.GroupID)
	if err != nil {
		return nil, err
	}
	if group.Type != core.AVChatRoom {
		return nil, &wire.Error{Code: wire.CodeGroupPermission, Info: "only live rooms can be joined without login"}
	}
	reply := wire.ApplyJoinGroupReply{Result: wire.OK(), JoinedStatus: wire.JoinedSuccess}
	c.liveJoin(group.ID, &reply)
	return reply, nil
}

type liveMembersReply struct {
	wire.Result
	MemberList    wire.List[liveMember] `json:"MemberList"`
	NextTimestamp int64                 `json:"NextTimestamp"` // 0: there are no more
}

type liveMember struct {
	MemberAccount string `json:"Member_Account"`
	NickName      string `json:"NickName"`
	FaceURL       string `json:"FaceUrl"`
	JoinTime      int64  `json:"JoinTime"`
}

// maxLiveMembers bounds the list of who is there.
const maxLiveMembers = 500

func (r *request) liveMembers(body wire.GroupRequest) (any, error) {
	members, _, err := r.core().Members(r.actor(), body.GroupID, 0, 0)
	if err != nil {
		return nil, err
	}
	reply := liveMembersReply{Result: wire.OK()}
	for _, m := range members {
		account, known := r.core().Account(m.User)
		if !known || !r.c.server.hub.present(account.UID) || len(reply.MemberList) == maxLiveMembers {
			continue
		}
		reply.MemberList = append(reply.MemberList, liveMember{MemberAccount: m.User, NickName: account.Nick, FaceURL: account.Face, JoinTime: m.JoinTime})
	}
	return reply, nil
}

type banRequest struct {
	GroupID        string            `json:"GroupId"`
	MembersAccount wire.List[string] `json:"Members_Account"`
	Duration       int64             `json:"Duration"` // seconds
	Description    string            `json:"Description"`
}

func (r *request) banMember(body banRequest) (any, error) {
	return nil, r.core().Ban(r.c.ctx, r.actor(), body.GroupID, body.MembersAccount, body.Duration, body.Description)
}

type onlineNumReply struct {
	wire.Result
	OnlineMemberNum int `json:"OnlineMemberNum"`
	ExpireTime      int `json:"ExpireTime"` // seconds until the client asks again
}

func (r *request) onlineMemberNum(body wire.GroupRequest) (any, error) {
	n, err := r.c.server.watching(r.actor(), body.GroupID)
	return onlineNumReply{Result: wire.OK(), OnlineMemberNum: n, ExpireTime: 60}, err
}

// watching counts the members of a group who are connected, and who watches a live room without a login.
func (s *Server) watching(by core.Actor, group string) (int, error) {
	members, _, err := s.core.Members(by, group, 0, 0)
	if err != nil {
		return 0, err
	}
	n := s.live.watched(group, "")
	for _, m := range members {
		if account, known := s.core.Account(m.User); known && s.hub.present(account.UID) {
			n++
		}
	}
	return n, nil
}
