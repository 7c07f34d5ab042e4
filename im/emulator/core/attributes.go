package core

import "context"

// Limits of the attributes of a group, in bytes and numbers (rest-api.md section 1.6).
const (
	maxAttributes      = 16
	maxAttributeKey    = 32
	maxAttributeValue  = 4000
	maxAttributeValues = 16000 // of all values of a group together
)

// Codes of attributes.
const (
	CodeAttributeKey    = 10045
	CodeAttributeValue  = 10046
	CodeAttributeCount  = 10047
	CodeAttributeValues = 10048
	CodeNoAttribute     = 10050
	CodeAttributeRace   = 10056
)

// Attribute is a text that a group keeps under a key, as who sits where in a voice room. Seq
// is that of the change that gave it its value; changes of a group's attributes are numbered.
type Attribute struct {
	Key, Value string
	Seq        uint32
}

// AttributeOp is what to do with attributes, as the app's server is told it.
type AttributeOp string

// The operations.
const (
	AttributesSet    AttributeOp = "set" // these, and no others
	AttributesModify AttributeOp = "modify"
	AttributesDelete AttributeOp = "delete"
	AttributesClear  AttributeOp = "clear"
)

// AttributesChanged goes to the members of a group. Items are what was set or, without
// values, deleted.
type AttributesChanged struct {
	Audience
	By    Actor
	Group *GroupRef
	Op    AttributeOp
	Items []Attribute
	Seq   uint32
}

func (AttributesChanged) event() {}

// changesKey is the row of a group that counts the changes; no attribute has an empty key.
const changesKey = ""

// Attributes returns the attributes of a group by key, and the number of the last change.
func (c *Core) Attributes(ctx context.Context, by Actor, id string) (list []Attribute, seq uint32, err error) {
	err = c.change(ctx, func(t *txn) error {
		g, _, err := c.memberOf(id, by)
		if err != nil {
			return err
		}
		list, seq, err = t.attributes(g)
		return err
	})
	return list, seq, err
}

func (t *txn) attributes(g *group) (list []Attribute, seq uint32, err error) {
	rows, err := t.query(`SELECT key, value, seq FROM attribute WHERE grp = ? ORDER BY key`, g.num)
	if err != nil {
		return nil, 0, err
	}
	err = eachRow(rows, func(row scanner) error {
		var a Attribute
		if err := row.Scan(&a.Key, &a.Value, &a.Seq); err != nil {
			return err
		}
		if a.Key == changesKey {
			seq = a.Seq
			return nil
		}
		list = append(list, a)
		return nil
	})
	return list, seq, err
}

// SeenAttributes is what somebody knew who changes attributes: the number of the last change
// and those of the attributes that are to be changed, 0 for one that there was not.
type SeenAttributes struct {
	Seq  uint32
	Keys map[string]uint32
}

// overtaken tells whether somebody else has changed what an operation is about.
func (seen *SeenAttributes) overtaken(op AttributeOp, held []Attribute, last uint32) bool {
	if op == AttributesSet || op == AttributesClear {
		return seen.Seq != last
	}
	now := map[string]uint32{}
	for _, a := range held {
		now[a.Key] = a.Seq
	}
	for key, seq := range seen.Keys {
		if now[key] != seq {
			return true
		}
	}
	return false
}

// ChangeAttributes changes attributes of a group; its members and app admins may. It returns
// what was changed and the number of the change. With seen it refuses to change what somebody
// else has changed meanwhile.
func (c *Core) ChangeAttributes(ctx context.Context, by Actor, id string, op AttributeOp, items []KV, seen *SeenAttributes) (changed []Attribute, seq uint32, err error) {
	if err := checkAttributes(op, items); err != nil {
		return nil, 0, err
	}
	err = c.change(ctx, func(t *txn) error {
		g, _, err := c.memberOf(id, by)
		if err != nil {
			return err
		}
		held, last, err := t.attributes(g)
		if err != nil {
			return err
		}
		if seen != nil && seen.overtaken(op, held, last) {
			return refuse(CodeAttributeRace, "somebody else changed the attributes of group %s; get them first", id)
		}
		seq = last + 1
		after := attributesAfter(held, op, items, seq)
		if changed, err = t.saveAttributes(g, op, held, after, items, seq); err != nil {
			return err
		}
		t.tell(AttributesChanged{Audience: Audience{To: g.uids, Except: by.Inst}, By: by, Group: g.ref, Op: op, Items: changed, Seq: seq})
		return t.write(`INSERT OR REPLACE INTO attribute VALUES (?,?,'',?)`, g.num, changesKey, seq)
	})
	return changed, seq, err
}

func checkAttributes(op AttributeOp, items []KV) error {
	if len(items) == 0 && op != AttributesClear {
		return refuse(CodeBadParameter, "no attribute is given")
	}
	for _, kv := range items {
		switch {
		case kv.Key == "":
			return refuse(CodeBadParameter, "an attribute has no key")
		case len(kv.Key) > maxAttributeKey:
			return refuse(CodeAttributeKey, "the key of attribute %.40q has more than %d bytes", kv.Key, maxAttributeKey)
		case len(kv.Value) > maxAttributeValue:
			return refuse(CodeAttributeValue, "the value of attribute %.40q has more than %d bytes", kv.Key, maxAttributeValue)
		}
	}
	return nil
}

// attributesAfter is what a group has after a change, by key.
func attributesAfter(held []Attribute, op AttributeOp, items []KV, seq uint32) map[string]Attribute {
	after := map[string]Attribute{}
	if op == AttributesModify || op == AttributesDelete {
		for _, a := range held {
			after[a.Key] = a
		}
	}
	for _, kv := range items {
		switch op {
		case AttributesDelete:
			delete(after, kv.Key)
		case AttributesSet, AttributesModify:
			after[kv.Key] = Attribute{Key: kv.Key, Value: kv.Value, Seq: seq}
		}
	}
	return after
}

// saveAttributes checks and writes what a group has after a change.
func (t *txn) saveAttributes(g *group, op AttributeOp, held []Attribute, after map[string]Attribute, items []KV, seq uint32) ([]Attribute, error) {
	bytes := 0
	for _, a := range after {
		bytes += len(a.Value)
	}
	switch {
	case len(after) > maxAttributes:
		return nil, refuse(CodeAttributeCount, "a group has at most %d attributes", maxAttributes)
	case bytes > maxAttributeValues:
		return nil, refuse(CodeAttributeValues, "the attributes of a group have at most %d bytes", maxAttributeValues)
	}
	known := map[string]bool{}
	for _, a := range held {
		known[a.Key] = true
		if _, stays := after[a.Key]; stays {
			continue
		}
		if err := t.write(`DELETE FROM attribute WHERE grp = ? AND key = ?`, g.num, a.Key); err != nil {
			return nil, err
		}
	}
	var changed []Attribute
	for _, kv := range items {
		if op == AttributesDelete {
			if !known[kv.Key] {
				return nil, refuse(CodeNoAttribute, "group %s has no attribute %.40q", g.info.ID, kv.Key)
			}
			changed = append(changed, Attribute{Key: kv.Key, Seq: seq})
			continue
		}
		a := after[kv.Key]
		if err := t.write(`INSERT OR REPLACE INTO attribute VALUES (?,?,?,?)`, g.num, a.Key, a.Value, a.Seq); err != nil {
			return nil, err
		}
		changed = append(changed, a)
	}
	return changed, nil
}
