package core

import "context"

// Limits of the extensions of a message (documents 51195 and 51197 of the international site).
const (
	maxExtensionsAtOnce = 20
	maxExtensions       = 300
	maxExtensionKey     = 100  // bytes
	maxExtensionValue   = 1000 // bytes
	extensionPage       = 200
)

// Codes of extensions.
const (
	CodeBadRequest         = 10008
	CodeExtensionChanged   = 23001
	CodeNotExtensible      = 23002
	CodeNoExtensionMessage = 23004
)

// Extension is a key with a value that people hang on a message, as in a poll. Seq grows with
// every change of the message's extensions; 0 stands for a key that is not there.
type Extension struct {
	Key, Value string
	Seq        uint32
}

// ExtensionResult is the answer for one extension; Code 0 is success. With another one the
// extension is as it stands.
type ExtensionResult struct {
	Extension
	Code int
}

// ExtensionPage is what a message has, by Seq. What is not newer than Cleared is gone.
type ExtensionPage struct {
	List     []Extension
	Latest   uint32
	Cleared  uint32
	Complete bool
}

// ExtensionOp is what to do with extensions, by its number in requests.
type ExtensionOp int

// The operations.
const (
	ExtensionSet    ExtensionOp = 1
	ExtensionDelete ExtensionOp = 2
	ExtensionClear  ExtensionOp = 3
)

// MessageID names a message: in a group by its sequence, between two by its key.
type MessageID struct {
	Group    string
	Seq      uint32
	From, To string
	Key      string
}

// extended is a message with extensions.
type extended struct {
	id      int64 // of a C2C message the negative one
	msg     *Message
	group   *group // nil for C2C
	to      []uint32
	latest  uint32
	cleared uint32
}

// ChangeExtensions sets, deletes or clears extensions. An app admin may change any; others
// have to know the Seq that an extension has now, so that nobody overwrites what is unseen.
func (c *Core) ChangeExtensions(ctx context.Context, by Actor, id MessageID, op ExtensionOp, list []Extension) (results []ExtensionResult, err error) {
	if err := checkExtensions(op, list); err != nil {
		return nil, err
	}
	err = c.change(ctx, func(t *txn) error {
		x, err := t.extended(by, id)
		if err != nil {
			return err
		}
		if !x.msg.Extensible {
			return refuse(CodeNotExtensible, "the message was not sent with SupportMessageExtension")
		}
		if op == ExtensionClear {
			x.latest++
			x.cleared = x.latest
			if err := t.write(`DELETE FROM extension WHERE message = ?`, x.id); err != nil {
				return err
			}
		} else if results, err = t.changeExtensions(by, x, op, list); err != nil {
			return err
		}
		event := ExtensionsChanged{Audience: Audience{To: x.to, Except: by.Inst}, By: by, Msg: x.msg, Op: op, Latest: x.latest, Cleared: x.cleared}
		if x.group != nil {
			event.Group = x.group.ref
		}
		for _, r := range results {
			if r.Code == 0 {
				event.Items = append(event.Items, r.Extension)
			}
		}
		t.tell(event)
		return t.write(`INSERT OR REPLACE INTO extended VALUES (?,?,?)`, x.id, x.latest, x.cleared)
	})
	return results, err
}

func checkExtensions(op ExtensionOp, list []Extension) error {
	switch {
	case op < ExtensionSet || op > ExtensionClear:
		return refuse(CodeBadParameter, "OperateType is 1, 2 or 3, not %d", op)
	case op == ExtensionClear:
		return nil
	case len(list) == 0 || len(list) > maxExtensionsAtOnce:
		return refuse(CodeBadParameter, "ExtensionList has 1 to %d entries, this one %d", maxExtensionsAtOnce, len(list))
	}
	for _, e := range list {
		if e.Key == "" || len(e.Key) > maxExtensionKey || len(e.Value) > maxExtensionValue {
			return refuse(CodeBadParameter, "extension %.40q: a key has 1 to %d bytes, a value at most %d", e.Key, maxExtensionKey, maxExtensionValue)
		}
	}
	return nil
}

func (t *txn) changeExtensions(by Actor, x *extended, op ExtensionOp, list []Extension) ([]ExtensionResult, error) {
	held, err := t.extensions(x.id)
	if err != nil {
		return nil, err
	}
	now := map[string]Extension{}
	for _, e := range held {
		now[e.Key] = e
	}
	next := x.latest + 1
	var results []ExtensionResult
	for _, e := range list {
		old, known := now[e.Key]
		if !by.Admin && e.Seq != old.Seq {
			old.Key = e.Key
			results = append(results, ExtensionResult{Extension: old, Code: CodeExtensionChanged})
			continue
		}
		e.Seq, x.latest = next, next
		if op == ExtensionDelete {
			e.Value = ""
			delete(now, e.Key)
			err = t.write(`DELETE FROM extension WHERE message = ? AND key = ?`, x.id, e.Key)
		} else {
			if !known && len(now) >= maxExtensions {
				return nil, refuse(CodeBadParameter, "a message has at most %d extensions", maxExtensions)
			}
			now[e.Key] = e
			err = t.write(`INSERT OR REPLACE INTO extension VALUES (?,?,?,?)`, x.id, e.Key, e.Value, e.Seq)
		}
		if err != nil {
			return nil, err
		}
		results = append(results, ExtensionResult{Extension: e})
	}
	return results, nil
}

// Extensions returns a page of what a message has, from a Seq on.
func (c *Core) Extensions(ctx context.Context, by Actor, id MessageID, from uint32) (page ExtensionPage, err error) {
	err = c.change(ctx, func(t *txn) error {
		x, err := t.extended(by, id)
		if err != nil {
			return err
		}
		list, err := t.extensions(x.id)
		page = ExtensionPage{Latest: x.latest, Cleared: x.cleared, Complete: true}
		for _, e := range list {
			switch {
			case e.Seq < from:
			case len(page.List) >= extensionPage && e.Seq > page.List[len(page.List)-1].Seq:
				page.Complete = false // what changed together stays together: a page goes on by its Seq
				return err
			default:
				page.List = append(page.List, e)
			}
		}
		return err
	})
	return page, err
}

// extended finds a message of whose conversation the actor is a part.
func (t *txn) extended(by Actor, id MessageID) (*extended, error) {
	if t.c.plan.NoReceipts {
		return nil, refuse(CodeBadRequest, "extensions of messages need the Ultimate edition")
	}
	x := &extended{}
	var err error
	if id.Group != "" {
		err = t.findGroupMessage(x, by, id)
	} else {
		err = t.findC2CMessage(x, by, id)
	}
	if err != nil {
		return nil, err
	}
	row, err := t.queryRow(`SELECT latest, cleared FROM extended WHERE message = ?`, x.id)
	if err != nil {
		return nil, err
	}
	_, err = none(row.Scan(&x.latest, &x.cleared))
	return x, err
}

func (t *txn) findGroupMessage(x *extended, by Actor, id MessageID) error {
	g, _, err := t.c.memberOf(id.Group, by)
	switch {
	case err != nil:
		return err
	case !g.rules().receipts:
		return refuse(CodeNoPermission, "messages in groups of type %s have no extensions", g.info.Type)
	}
	r, err := t.groupRow(g, id.Seq)
	switch {
	case err != nil:
		return err
	case r.msg == nil || r.msg.Recalled:
		return refuse(CodeNoExtensionMessage, "group %s has no message %d", id.Group, id.Seq)
	}
	x.id, x.msg, x.group, x.to = g.messageID(id.Seq), r.msg, g, g.uids
	return nil
}

func (t *txn) findC2CMessage(x *extended, by Actor, id MessageID) error {
	if !by.Admin && by.User != id.From && by.User != id.To {
		return refuse(CodeNoPermission, "%s is no part of this conversation", by.User)
	}
	d, err := t.c.dialogOf(id.To, id.From)
	if err != nil {
		return err
	}
	var r groupRow
	if d != nil {
		if r, err = t.c2cByKey(d.pair, id.Key); err != nil {
			return err
		}
	}
	if r.msg == nil || r.msg.Recalled {
		return refuse(CodeNoExtensionMessage, "there is no message %s from %s to %s", id.Key, id.From, id.To)
	}
	x.id, x.msg, x.to = -r.msg.ID, r.msg, []uint32{d.acc.pub.UID, d.peer.pub.UID}
	return nil
}

func (t *txn) extensions(id int64) ([]Extension, error) {
	rows, err := t.query(`SELECT key, value, seq FROM extension WHERE message = ? ORDER BY seq, key`, id)
	if err != nil {
		return nil, err
	}
	var list []Extension
	err = eachRow(rows, func(row scanner) error {
		var e Extension
		err := row.Scan(&e.Key, &e.Value, &e.Seq)
		list = append(list, e)
		return err
	})
	return list, err
}

// ExtensionsChanged: the extensions of a message changed. Group is nil for C2C.
type ExtensionsChanged struct {
	Audience
	By      Actor
	Group   *GroupRef
	Msg     *Message
	Op      ExtensionOp
	Items   []Extension // as they are now; a deleted one without value
	Latest  uint32
	Cleared uint32
}

func (ExtensionsChanged) event() {}
