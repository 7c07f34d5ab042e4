package core

import (
	"context"
	"math"
)

// An app can silence an account everywhere, between two and in all groups, apart from what its groups decide.
const schemaSilence = `CREATE TABLE silence (uid INTEGER PRIMARY KEY, c2c INTEGER NOT NULL, grp INTEGER NOT NULL);`

// SilenceForever is the number of seconds that stands for no end.
const SilenceForever = math.MaxUint32

// Silence is until when an account may not send, Unix seconds; 0 for not at all.
type Silence struct{ C2C, Group int64 }

// CodeSilenced refuses messages between two from who is silenced.
const CodeSilenced = 20012

// SetSilence silences an account for so many seconds from now; 0 ends it, nil leaves it.
func (c *Core) SetSilence(ctx context.Context, user string, c2c, group *int64) error {
	return c.change(ctx, func(t *txn) error {
		acc := c.accounts[user]
		if acc == nil {
			return refuse(CodeUnknownAccount, "account %s does not exist", user)
		}
		silence := acc.silence
		for _, part := range []struct {
			seconds *int64
			until   *int64
		}{{c2c, &silence.C2C}, {group, &silence.Group}} {
			if part.seconds != nil {
				*part.until = t.silentUntil(*part.seconds)
			}
		}
		t.apply(func() { acc.silence = silence })
		return t.write(`INSERT OR REPLACE INTO silence VALUES (?,?,?)`, acc.pub.UID, silence.C2C, silence.Group)
	})
}

func (t *txn) silentUntil(seconds int64) int64 {
	switch {
	case seconds == 0:
		return 0
	case seconds >= SilenceForever:
		return math.MaxInt64
	}
	return t.time + seconds
}

// Silenced tells for how many seconds more an account may not send.
func (c *Core) Silenced(user string) (c2c, group int64, err error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	acc := c.accounts[user]
	if acc == nil {
		return 0, 0, refuse(CodeUnknownAccount, "account %s does not exist", user)
	}
	left := func(until int64) int64 { return min(max(until-c.Now(), 0), SilenceForever) }
	return left(acc.silence.C2C), left(acc.silence.Group), nil
}

// loadSilences comes after the accounts.
func (c *Core) loadSilences() error {
	return c.each(func(row scanner) error {
		var uid uint32
		var silence Silence
		if err := row.Scan(&uid, &silence.C2C, &silence.Group); err != nil {
			return err
		}
		if acc := c.account(uid); acc != nil {
			acc.silence = silence
		}
		return nil
	}, `SELECT uid, c2c, grp FROM silence`)
}
