package core

import "context"

// Application is a request to join a group that waits for a decision.
type Application struct {
	Group  string
	User   string
	Remark string
	Auth   string
	Key    int64
	Time   int64
}

// Applications returns what waits for a decision of this user, oldest first.
func (c *Core) Applications(ctx context.Context, user string) ([]Application, error) {
	var list []Application
	rows, err := c.store.read.QueryContext(ctx, `SELECT key, grp, uid, remark, auth, time FROM application ORDER BY key`)
	if err != nil {
		return nil, err
	}
	type waiting struct {
		Application
		grp int64
		uid uint32
	}
	var all []waiting
	err = eachRow(rows, func(row scanner) error {
		var w waiting
		err := row.Scan(&w.Key, &w.grp, &w.uid, &w.Remark, &w.Auth, &w.Time)
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
	for _, w := range all {
		for g, m := range acc.joined {
			applicant := c.account(w.uid)
			if g.num != w.grp || !m.manages() || applicant == nil {
				continue
			}
			w.Group, w.User = g.info.ID, applicant.pub.ID
			list = append(list, w.Application)
		}
	}
	return list, nil
}
