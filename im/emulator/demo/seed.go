package demo

import (
	"context"
	"fmt"
	"time"

	"reddot/im/emulator/core"
)

// Seed puts a shop into a server that has no group yet; otherwise it does nothing. Seeded says which.
func Seed(ctx context.Context, c *core.Core, shop Shop) (seeded bool, err error) {
	if len(c.Groups()) > 0 {
		return false, nil
	}
	accounts := make([]core.NewAccount, len(shop.People))
	for i, p := range shop.People {
		accounts[i] = core.NewAccount{ID: p.ID, Nick: p.Nick}
	}
	if err := c.ImportAccounts(ctx, accounts); err != nil {
		return false, fmt.Errorf("import the people of the demo shop: %w", err)
	}
	groups := make([]core.ImportedGroup, len(shop.Groups))
	for i, g := range shop.Groups {
		groups[i] = g.imported()
	}
	if err := c.ImportGroups(ctx, groups); err != nil {
		return false, fmt.Errorf("import the groups of the demo shop: %w", err)
	}
	return true, nil
}

func (g Group) imported() core.ImportedGroup {
	list := core.ImportedGroup{
		NewGroup: core.NewGroup{
			ID: g.ID, Type: g.Type, Name: g.Name, Owner: g.Owner, Introduction: g.Introduction, Notification: g.Notification,
		},
		CreateTime: g.CreatedAt.Unix(),
		Reads:      make(map[string]uint32, len(g.Members)),
		Messages:   make([]core.ImportedMessage, len(g.Messages)),
	}
	for _, m := range g.Members {
		list.Reads[m.Person.ID] = uint32(m.Read)
		list.Members = append(list.Members, m.imported())
	}
	for i, m := range g.Messages {
		list.Messages[i] = core.ImportedMessage{
			From: m.From, Time: m.Time.Unix(), Random: m.Random, Body: m.Body,
			NeedReceipt: m.NeedsReceipt, Mentions: mentionsOf(m.Mentions), ReadBy: m.ReadBy,
		}
	}
	return list
}

func (m Member) imported() core.NewMember {
	n := core.NewMember{User: m.Person.ID, Custom: []core.KV{{Key: RoleField, Value: string(m.Person.Role)}}}
	if m.Admin {
		n.Role = core.RoleAdmin
	}
	return n
}

func mentionsOf(ids []string) []core.Mention {
	var mentions []core.Mention
	for _, id := range ids {
		mentions = append(mentions, core.Mention{User: id})
	}
	return mentions
}

// seedNow is [Seed] with the shop of a seed at the current time, which is made only if it is needed.
func seedNow(ctx context.Context, c *core.Core, seed int64) error {
	if len(c.Groups()) > 0 {
		return nil
	}
	_, err := Seed(ctx, c, NewShop(seed, time.Now()))
	return err
}
