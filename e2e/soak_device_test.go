//go:build soak

package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/coder/websocket"
)

// soakDevice is one connection of a user, in raw JSON. One goroutine acts, another reads.
type soakDevice struct {
	soak   *soak
	user   string
	groups []string
	ws     *websocket.Conn
	seq    int
	ended  chan struct{} // the reader has ended

	mu      sync.Mutex
	views   map[string]*soakView
	waiting map[int]func(json.RawMessage) // by sequence; called by the reader, in the order of the frames
}

func (d *soakDevice) in(group string) bool { return slices.Contains(d.groups, group) }

type soakFrame struct {
	Head struct {
		ServCmd string `json:"servcmd"`
		Seq     int    `json:"seq"`
	} `json:"head"`
	Body json.RawMessage `json:"body"`
}

// connect logs in and pulls what was missed.
func (d *soakDevice) connect() error {
	if d.ws != nil {
		_ = d.ws.CloseNow()
		<-d.ended
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ws, response, err := websocket.Dial(ctx, "ws://"+d.soak.server.address+"/info?platform=7", nil)
	if err != nil {
		return err
	}
	if response.Body != nil {
		response.Body.Close()
	}
	ws.SetReadLimit(-1)
	d.ws, d.ended = ws, make(chan struct{})
	d.mu.Lock()
	d.waiting = map[int]func(json.RawMessage){}
	if d.views == nil {
		d.views = map[string]*soakView{}
		for _, group := range d.groups {
			d.views[group] = newSoakView()
		}
	}
	d.mu.Unlock()
	go d.read(ws, d.ended)
	head := fmt.Sprintf(`"identifier":%q,"usersig":%q,`, d.user, d.soak.signature(d.user))
	if err := d.ask("im_open_status.wslogin", head, `{"State":"Online"}`, nil); err != nil {
		return err
	}
	return d.catchUp()
}

func (d *soakDevice) reconnect() error { return d.connect() }

func (d *soakDevice) read(ws *websocket.Conn, ended chan struct{}) {
	defer close(ended)
	for {
		_, text, err := ws.Read(context.Background())
		if err != nil {
			return
		}
		var frame soakFrame
		if err := json.Unmarshal(text, &frame); err != nil {
			d.soak.t.Errorf("%s got what is no frame: %v", d.user, err)
			return
		}
		if frame.Head.ServCmd == "im_open_push.msg_push" {
			if err := d.take(frame.Body); err != nil {
				d.soak.t.Errorf("%s was pushed wrong: %v", d.user, err)
			}
			continue
		}
		d.mu.Lock()
		if answer := d.waiting[frame.Head.Seq]; answer != nil {
			delete(d.waiting, frame.Head.Seq)
			answer(frame.Body)
		}
		d.mu.Unlock()
	}
}

// ask sends a request and waits. handle, if any, sees the answer at its place among the
// pushes, with the lock held.
func (d *soakDevice) ask(command, head, body string, handle func(json.RawMessage) error) error {
	d.seq++
	done := make(chan error, 1)
	d.mu.Lock()
	d.waiting[d.seq] = func(answer json.RawMessage) {
		var result struct {
			ErrorCode int
			ErrorInfo string
		}
		err := json.Unmarshal(answer, &result)
		switch {
		case err != nil:
		case result.ErrorCode != 0:
			err = fmt.Errorf("%s %s was answered %d, %s", command, body, result.ErrorCode, result.ErrorInfo)
		case handle != nil:
			err = handle(answer)
		}
		done <- err
	}
	d.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	frame := fmt.Sprintf(`{"head":{%s"servcmd":%q,"seq":%d},"body":%s}`, head, command, d.seq, body)
	if err := d.ws.Write(ctx, websocket.MessageText, []byte(frame)); err != nil {
		return err
	}
	select {
	case err := <-done:
		return err
	case <-d.ended:
		return fmt.Errorf("the connection ended while %s waited", command)
	case <-ctx.Done():
		return fmt.Errorf("%s was not answered", command)
	}
}

// soakRow is a group message as pushes and history carry it.
type soakRow struct {
	From    string `json:"From_Account"`
	Group   string `json:"ToGroupId"`
	Seq     uint32 `json:"MsgSeq"`
	Random  uint32 `json:"MsgRandom"`
	Receipt int    `json:"NeedReadReceipt"`
	Control struct{ NoUnread int }
}

// take looks at the events of a push.
func (d *soakDevice) take(body json.RawMessage) error {
	var push struct {
		EventArray []struct {
			Event         int
			GroupMsgArray []struct {
				soakRow
				SendMsgControl struct{ NoUnread int }
			}
			GroupTips []struct {
				ToGroupId string
				MsgBody   json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(body, &push); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, event := range push.EventArray {
		for _, m := range event.GroupMsgArray {
			v := d.views[m.Group]
			if m.Seq <= v.pushed {
				return fmt.Errorf("%s: message %d was pushed after %d", m.Group, m.Seq, v.pushed)
			}
			v.pushed = m.Seq
			if err := v.know(m.Seq, m.From != d.user && m.SendMsgControl.NoUnread == 0, m.Receipt == 1 && m.From != d.user); err != nil {
				return fmt.Errorf("%s: %w", m.Group, err)
			}
		}
		for _, tip := range event.GroupTips {
			if err := d.takeTip(tip.ToGroupId, tip.MsgBody); err != nil {
				return fmt.Errorf("%s: %w", tip.ToGroupId, err)
			}
		}
	}
	return nil
}

func (d *soakDevice) takeTip(group string, body json.RawMessage) error {
	var tip struct {
		GroupReadInfoArray  []struct{ LastReadMsgSeq uint32 }
		GroupMsgReceiptList []struct{ MsgSeq, ReadNum uint32 }
	}
	if err := json.Unmarshal(body, &tip); err != nil || d.views[group] == nil {
		return err
	}
	v := d.views[group]
	for _, read := range tip.GroupReadInfoArray {
		if read.LastReadMsgSeq <= v.readPush {
			return fmt.Errorf("the read position went from %d to %d", v.readPush, read.LastReadMsgSeq)
		}
		v.readPush = read.LastReadMsgSeq
		v.moveRead(read.LastReadMsgSeq)
	}
	for _, receipt := range tip.GroupMsgReceiptList {
		if receipt.ReadNum <= v.readers[receipt.MsgSeq] {
			return fmt.Errorf("message %d had %d readers and has %d", receipt.MsgSeq, v.readers[receipt.MsgSeq], receipt.ReadNum)
		}
		v.readers[receipt.MsgSeq] = receipt.ReadNum
	}
	return nil
}

func (d *soakDevice) send(group string, receipt, quiet bool) error {
	random, control := rand.Uint32(), ""
	if quiet {
		control = `,"SendMsgControl":["NoUnread"]`
	}
	body := fmt.Sprintf(`{"GroupId":%q,"Random":%d,"ClientSeq":1,"MsgPriority":"Normal","NeedReadReceipt":%d%s,
		"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"还有货吗"}}]}`, group, random, map[bool]int{true: 1}[receipt], control)
	return d.ask("group_open_http_svc.send_group_msg", "", body, func(answer json.RawMessage) error {
		var reply struct{ MsgSeq uint32 }
		if err := json.Unmarshal(answer, &reply); err != nil {
			return err
		}
		return errors.Join(
			d.soak.truth[group].sent(reply.MsgSeq, soakMessage{from: d.user, random: random, receipt: receipt}),
			d.views[group].know(reply.MsgSeq, false, false),
		)
	})
}

func (d *soakDevice) markRead(group string) error {
	d.mu.Lock()
	seq := d.views[group].low
	d.mu.Unlock()
	if seq == 0 {
		return nil
	}
	return d.ask("group_open_http_svc.msg_read_report", "", fmt.Sprintf(`{"GroupId":%q,"MsgReadedSeq":%d}`, group, seq), func(json.RawMessage) error {
		d.views[group].moveRead(seq)
		d.soak.truth[group].read(d.user, seq)
		return nil
	})
}

func (d *soakDevice) sendReceipts(group string) error {
	d.mu.Lock()
	seqs := slices.Clone(d.views[group].receivers)
	d.mu.Unlock()
	if len(seqs) == 0 {
		return nil
	}
	list := ""
	for _, seq := range seqs {
		list += fmt.Sprintf(`{"MsgSeq":%d},`, seq)
	}
	return d.ask("group_open_http_svc.group_msg_receipt", "", fmt.Sprintf(`{"GroupId":%q,"MsgSeqList":[%s]}`, group, list[:len(list)-1]), func(json.RawMessage) error {
		d.soak.truth[group].confirmed(d.user, seqs)
		return nil
	})
}
