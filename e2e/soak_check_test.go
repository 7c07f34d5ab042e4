//go:build soak

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
)

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
