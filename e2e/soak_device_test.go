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

// soakListRow is a group's row of a conversation list.
type soakListRow struct {
	ToAccount         string
	UnreadMsgCount    int
	GroupNextMsgSeq   uint32
	MsgGroupReadedSeq uint32
}

// list asks for the conversation list and compares it with what was pushed before it.
func (d *soakDevice) list() error {
	return d.ask("recentcontact.page_get", "", `{"TimeStamp":0,"StartIndex":0}`, func(answer json.RawMessage) error {
		rows, err := soakRows(answer)
		if err != nil {
			return err
		}
		for _, row := range rows {
			v := d.views[row.ToAccount]
			if v == nil {
				continue
			}
			if newest := v.newest(); row.GroupNextMsgSeq != newest+1 {
				return fmt.Errorf("%s: the list says that %d is next, at its place among the pushes the newest is %d", row.ToAccount, row.GroupNextMsgSeq, newest)
			}
			v.moveRead(row.MsgGroupReadedSeq)
			if row.UnreadMsgCount != len(v.unread) {
				return fmt.Errorf("%s: the list counts %d unread after %d, there are %d: %v", row.ToAccount, row.UnreadMsgCount, row.MsgGroupReadedSeq, len(v.unread), v.unread)
			}
		}
		return nil
	})
}

func soakRows(answer json.RawMessage) ([]soakListRow, error) {
	var list struct {
		CompleteFlag int
		SessionItem  []soakListRow
	}
	if err := json.Unmarshal(answer, &list); err != nil {
		return nil, err
	}
	if list.CompleteFlag != 1 {
		return nil, errors.New("the conversation list has more pages than it needs")
	}
	return list.SessionItem, nil
}

// catchUp pulls what came while the device was away. What the list says stands at its place
// among the pushes: everything after it is pushed.
func (d *soakDevice) catchUp() error {
	until := map[string]uint32{}
	err := d.ask("recentcontact.page_get", "", `{"TimeStamp":0,"StartIndex":0}`, func(answer json.RawMessage) error {
		rows, err := soakRows(answer)
		for _, row := range rows {
			if v := d.views[row.ToAccount]; v != nil {
				until[row.ToAccount] = row.GroupNextMsgSeq - 1
				v.moveRead(row.MsgGroupReadedSeq)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for group, newest := range until {
		d.mu.Lock()
		v := d.views[group]
		low := v.low
		d.mu.Unlock()
		missed, err := d.historyFrom(group, low, newest)
		if err != nil {
			return err
		}
		d.mu.Lock()
		for _, m := range missed {
			if m.Seq > v.low && !v.beyond[m.Seq] { // pushed between login and list
				err = errors.Join(err, v.know(m.Seq, m.From != d.user && m.Control.NoUnread == 0, false))
			}
		}
		d.mu.Unlock()
		if err != nil {
			return fmt.Errorf("%s: %w", group, err)
		}
	}
	return nil
}

func (d *soakDevice) history(group string, after uint32) ([]soakRow, error) {
	return d.historyFrom(group, after, 0)
}

// historyFrom pulls the messages after one up to another, newest first, and looks that none
// is missing.
func (d *soakDevice) historyFrom(group string, after, newest uint32) ([]soakRow, error) {
	var all []soakRow
	for from := newest; ; {
		var page struct {
			RspMsgList []struct {
				soakRow
				SendMsgControl struct{ NoUnread int }
			}
		}
		err := d.ask("group_open_http_svc.group_msg_get", "", fmt.Sprintf(`{"GroupId":%q,"ReqMsgSeq":%d,"ReqMsgNumber":100,"WithRecalledMsg":1}`, group, from),
			func(answer json.RawMessage) error { return json.Unmarshal(answer, &page) })
		if err != nil {
			return nil, err
		}
		for _, m := range page.RspMsgList {
			if m.Seq <= after {
				return all, nil
			}
			if len(all) > 0 && m.Seq != all[len(all)-1].Seq-1 {
				return nil, fmt.Errorf("%s: in the history %d follows %d", group, all[len(all)-1].Seq, m.Seq)
			}
			m.soakRow.Control = m.SendMsgControl
			all = append(all, m.soakRow)
		}
		if len(page.RspMsgList) == 0 || all[len(all)-1].Seq == 1 {
			return all, nil
		}
		from = all[len(all)-1].Seq - 1
	}
}

// check waits until the device knows everything, and compares it with what is true.
func (d *soakDevice) check() error {
	if err := d.list(); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for group, v := range d.views {
		truth := d.soak.truth[group]
		if v.low != truth.last || len(v.beyond) > 0 {
			return fmt.Errorf("%s: all messages up to %d are known, and %v; there are %d", group, v.low, v.beyond, truth.last)
		}
		if v.read != truth.reads[d.user] {
			return fmt.Errorf("%s: the read position is %d, %d was acknowledged", group, v.read, truth.reads[d.user])
		}
		clear(v.readers)
		v.receivers = nil
	}
	return nil
}

func (d *soakDevice) checkReceipts(group string, seqs []uint32, readers map[uint32]map[string]bool) error {
	if len(seqs) == 0 {
		return nil
	}
	list := ""
	for _, seq := range seqs {
		list += fmt.Sprintf(`{"MsgSeq":%d},`, seq)
	}
	return d.ask("group_open_http_svc.get_group_msg_receipt", "", fmt.Sprintf(`{"GroupId":%q,"MsgSeqList":[%s]}`, group, list[:len(list)-1]), func(answer json.RawMessage) error {
		var reply struct {
			GroupMsgReceiptList []struct{ MsgSeq, ReadNum, UnreadNum uint32 }
		}
		if err := json.Unmarshal(answer, &reply); err != nil {
			return err
		}
		for _, receipt := range reply.GroupMsgReceiptList {
			if want := uint32(len(readers[receipt.MsgSeq])); receipt.ReadNum != want || receipt.ReadNum+receipt.UnreadNum != soakUsers*soakPerUser/soakGroups-1 {
				return fmt.Errorf("message %d has %d readers and %d others, %d sent a receipt", receipt.MsgSeq, receipt.ReadNum, receipt.UnreadNum, want)
			}
		}
		return nil
	})
}
