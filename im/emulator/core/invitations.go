package core

import "context"

// An app can be set so that nobody becomes a member without agreeing. Then an invitation waits
// for the invited, who is told of it and answers; adding by the app admin asks nobody.
const schemaInvitation = `
CREATE TABLE invitation (
  uid INTEGER NOT NULL, grp INTEGER NOT NULL, inviter INTEGER NOT NULL, key INTEGER NOT NULL, auth TEXT NOT NULL,
  PRIMARY KEY (uid, grp, inviter)
) WITHOUT ROWID;
CREATE INDEX invitation_grp ON invitation (grp);
`

// maxInvitations is how many invitations wait for one user; then the oldest ends.
const maxInvitations = 100

// invite asks somebody to come into a group. A new invitation by the same inviter takes the place
// of the one before.
func (t *txn) invite(g *group, acc, inviter *account) error {
	row, err := t.queryRow(`SELECT coalesce(max(key), 0) FROM invitation WHERE uid = ?`, acc.pub.UID)
	if err != nil {
		return err
	}
	var last int64
	if err := row.Scan(&last); err != nil {
		return err
	}
	key := max(last+1, t.time*1000)
	auth := GenerateGroupID(Private)[5:]
	if err := t.write(`INSERT OR REPLACE INTO invitation VALUES (?,?,?,?,?)`, acc.pub.UID, g.num, inviter.pub.UID, key, auth); err != nil {
		return err
	}
	err = t.write(`DELETE FROM invitation WHERE uid = ?1 AND key <= (SELECT key FROM invitation WHERE uid = ?1 ORDER BY key DESC LIMIT 1 OFFSET ?2)`,
		acc.pub.UID, maxInvitations)
	if err != nil {
		return err
	}
	t.tell(Notice{
		Audience: Audience{To: []uint32{acc.pub.UID}}, Group: g.ref, Type: NoticeInvitation, Operator: inviter.pub.ID,
		Key: key, Auth: auth, Time: t.time,
	})
	return nil
}

// InvitationAnswer is what an invited user says; the key and the authentication are those of the notice.
type InvitationAnswer struct {
	Group   string
	Inviter string
	Key     int64 // 0 where the authentication alone has to do
	Auth    string
	Accept  bool
	Remark  string
}

// AnswerInvitation ends an invitation of the actor. Who agrees becomes a member; the inviter learns of
// either answer.
func (c *Core) AnswerInvitation(ctx context.Context, by Actor, a InvitationAnswer) error {
	return c.change(ctx, func(t *txn) error {
		g, err := c.group(a.Group)
		if err != nil {
			return err
		}
		acc, inviter := c.accounts[by.User], c.accounts[a.Inviter]
		if acc == nil {
			return refuse(CodeNoAccount, "account %s does not exist", by.User)
		}
		waits, err := t.invited(g, acc, inviter, a)
		if err != nil {
			return err
		}
		if !waits || g.members[acc.pub.UID] != nil {
			return refuse(CodeAlreadyHandled, "no invitation of %s to group %s waits for %s", a.Inviter, a.Group, by.User)
		}
		answer := Notice{Audience: Audience{To: []uint32{inviter.pub.UID}}, Group: g.ref, Type: NoticeInviteRefused, Operator: by.User, Remark: a.Remark, Time: t.time}
		if a.Accept {
			answer.Type = NoticeInviteAccepted
			err = t.acceptInvitation(by, g, acc, a.Inviter)
		} else {
			err = t.write(`DELETE FROM invitation WHERE uid = ? AND grp = ? AND inviter = ?`, acc.pub.UID, g.num, inviter.pub.UID)
		}
		if err != nil {
			return err
		}
		t.tell(answer)
		return nil
	})
}

func (t *txn) invited(g *group, acc, inviter *account, a InvitationAnswer) (bool, error) {
	if inviter == nil {
		return false, nil
	}
	row, err := t.queryRow(`SELECT count(*) FROM invitation WHERE uid = ? AND grp = ? AND inviter = ? AND auth = ? AND (key = ? OR ? = 0)`,
		acc.pub.UID, g.num, inviter.pub.UID, a.Auth, a.Key, a.Key)
	if err != nil {
		return false, err
	}
	var waiting int
	err = row.Scan(&waiting)
	return waiting > 0, err
}

func (t *txn) acceptInvitation(by Actor, g *group, acc *account, inviter string) error {
	if len(g.order) >= g.info.MaxMemberNum {
		return refuse(CodeGroupFull, "group %s is full", g.info.ID)
	}
	if t.c.joinedEnough(acc, g.info.Type) {
		return refuse(CodeJoinedQuota, "%s is in as many groups as this edition allows", acc.pub.ID)
	}
	by.Inst = 0 // every device of the invited learns of the group
	return t.join(by, g, []NewMember{{User: acc.pub.ID}}, inviter, false)
}

// endInvitations ends what waited for somebody who is in now.
func (t *txn) endInvitations(g *group, acc *account) error {
	return t.write(`DELETE FROM invitation WHERE uid = ? AND grp = ?`, acc.pub.UID, g.num)
}

// invitationHolds tells whether the notice's invitation still waits.
func (t *txn) invitationHolds(acc *account, n *Notice) (bool, error) {
	g := t.c.groups[n.Group.ID]
	if g == nil || g.members[acc.pub.UID] != nil {
		return false, nil
	}
	return t.invited(g, acc, t.c.accounts[n.Operator], InvitationAnswer{Auth: n.Auth, Key: n.Key})
}
