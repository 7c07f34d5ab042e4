package core

import "context"

// Application is a request to join a group that waits for a decision.
type Application struct {
	Group   GroupRef
	User    string // who is to join
	Nick    string
	Inviter string // who invited them; "" for who applied alone
	Remark  string
	Auth    string
	Key     int64
	Time    int64
}

// Apply asks to join a group. It reports whether the user is in or waits for approval.
func (c *Core) Apply(ctx context.Context, by Actor, id, remark string) (waiting bool, err error) {
	return perform(ctx, c, true, func(t *txn) (bool, error) {
		g, err := c.group(id)
		if err != nil {
			return false, err
		}
		acc := c.accounts[by.User]
		switch {
		case acc == nil:
			return false, refuse(CodeNoAccount, "account %s does not exist", by.User)
		case g.members[acc.pub.UID] != nil && g.info.Type == AVChatRoom:
			return false, nil // clients join a live room again when they come back
		case g.banned[acc.pub.UID] > t.time:
			return false, refuse(CodeNoPermission, "%s is banned from group %s", by.User, id)
		case g.members[acc.pub.UID] != nil:
			return false, refuse(CodeAlreadyMember, "%s is a member of group %s already", by.User, id)
		case g.info.ApplyJoin == DisableApply:
			return false, refuse(CodeNoPermission, "group %s takes no applications", id)
		case len(g.order) >= g.info.MaxMemberNum:
			return false, refuse(CodeGroupFull, "group %s is full", id)
		case c.joinedEnough(acc, g.info.Type):
			return false, refuse(CodeJoinedQuota, "%s is in as many groups as this edition allows", by.User)
		case g.info.ApplyJoin == NeedPermission:
			return true, t.applyFor(g, acc, nil, remark)
		}
		return false, t.join(by, g, []NewMember{{User: by.User}}, by.User, false)
	})
}

// applyFor stores an application and asks those who may decide. A new one takes the place
// of one that waits already. Of an invitation the admins learn by their list alone: the
// notice of an application cannot name both inviter and invited.
func (t *txn) applyFor(g *group, acc, inviter *account, remark string) error {
	row, err := t.queryRow(`SELECT coalesce(max(key), 0) FROM application`)
	if err != nil {
		return err
	}
	var key int64
	if err := row.Scan(&key); err != nil {
		return err
	}
	key = max(key+1, t.time*1000)
	auth := GenerateGroupID(Private)[5:]
	var inviterUID uint32
	if inviter != nil {
		inviterUID = inviter.pub.UID
	}
	if err := t.exec(dropApplication, g.num, acc.pub.UID, inviterUID); err != nil {
		return err
	}
	if err := t.exec(insertApplication, key, g.num, acc.pub.UID, remark, auth, t.time, inviterUID); err != nil {
		return err
	}
	if inviter != nil {
		return nil
	}
	var deciders []uint32
	for _, m := range g.order {
		if m.manages() {
			deciders = append(deciders, m.acc.pub.UID)
		}
	}
	t.tell(Notice{
		Audience: Audience{To: deciders}, Group: g.ref, Type: NoticeApplied, Operator: acc.pub.ID, Remark: remark,
		Key: key, Auth: auth, Time: t.time,
	})
	return nil
}

// Decision is an admin's answer to an application, which is named by the key and the
// authentication of its notice.
type Decision struct {
	Group   string
	User    string // who is to join
	Inviter string // "" for who applied alone
	Key     int64  // 0 where the authentication alone has to do
	Auth    string
	Accept  bool
	Remark  string
}

// Decide accepts or refuses an application.
func (c *Core) Decide(ctx context.Context, by Actor, d Decision) error {
	return c.change(ctx, func(t *txn) error {
		g, m, err := c.memberOf(d.Group, by)
		if err != nil {
			return err
		}
		if !by.Admin && !m.manages() {
			return refuse(CodeNoPermission, "%s may not decide about members of group %s", by.User, d.Group)
		}
		acc := c.accounts[d.User]
		if acc == nil {
			return refuse(CodeNoAccount, "account %s does not exist", d.User)
		}
		closed, err := t.execRows(closeApplication, g.num, acc.pub.UID, c.uidOf(d.Inviter), d.Auth, d.Key, d.Key)
		if err != nil {
			return err
		}
		if closed == 0 || g.members[acc.pub.UID] != nil {
			return refuse(CodeAlreadyHandled, "the application of %s to group %s was decided already", d.User, d.Group)
		}
		if d.Accept {
			return t.accept(by, g, acc, d)
		}
		if d.Inviter == "" {
			t.tell(Notice{Audience: Audience{To: []uint32{acc.pub.UID}}, Group: g.ref, Type: NoticeRefused, Operator: by.User, Remark: d.Remark, Time: t.time})
		}
		return nil
	})
}

func (t *txn) accept(by Actor, g *group, acc *account, d Decision) error {
	if len(g.order) >= g.info.MaxMemberNum {
		return refuse(CodeGroupFull, "group %s is full", d.Group)
	}
	if t.c.joinedEnough(acc, g.info.Type) {
		return refuse(CodeJoinedQuota, "%s is in as many groups as this edition allows", d.User)
	}
	by.Inst, by.Admin = 0, false // every device of the applicant learns of it
	list := []NewMember{{User: d.User}}
	if d.Inviter != "" && t.c.asks {
		return t.invite(g, acc, t.c.accounts[d.Inviter]) // the admins agree; now it is for the invited
	}
	if d.Inviter != "" {
		return t.join(by, g, list, d.Inviter, false)
	}
	joined, err := t.insertMembers(by, g, list, d.User)
	if err != nil {
		return err
	}
	t.tell(Notice{Audience: Audience{To: []uint32{acc.pub.UID}}, Group: g.ref, Type: NoticeAccepted, Operator: by.User, Remark: d.Remark, Time: t.time})
	return t.tipJoined(by, g, joined, d.User)
}

// Applications returns what waits for a decision of this user, oldest first.
func (c *Core) Applications(ctx context.Context, user string) ([]Application, error) {
	type waiting struct {
		Application
		grp          int64
		uid, inviter uint32
	}
	var all []waiting
	rows, err := c.store.read.QueryContext(ctx, `SELECT key, grp, uid, remark, auth, time, inviter FROM application ORDER BY key`)
	if err != nil {
		return nil, err
	}
	err = eachRow(rows, func(row scanner) error {
		var w waiting
		err := row.Scan(&w.Key, &w.grp, &w.uid, &w.Remark, &w.Auth, &w.Time, &w.inviter)
		all = append(all, w)
		return err
	})
	if err != nil {
		return nil, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	acc := c.accounts[user]
	if acc == nil {
		return nil, refuse(CodeUnknownAccount, "account %s does not exist", user)
	}
	managed := map[int64]*group{}
	for g, m := range acc.joined {
		if m.manages() {
			managed[g.num] = g
		}
	}
	var list []Application
	for _, w := range all {
		g, applicant := managed[w.grp], c.account(w.uid)
		if g == nil || applicant == nil || applicant.deleted || g.members[w.uid] != nil {
			continue
		}
		w.Group, w.User, w.Nick = *g.ref, applicant.pub.ID, applicant.pub.Nick
		if inviter := c.account(w.inviter); inviter != nil {
			w.Inviter, w.Nick = inviter.pub.ID, inviter.pub.Nick
		}
		list = append(list, w.Application)
	}
	return list, nil
}
