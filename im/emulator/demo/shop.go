// Package demo is the shop that a fresh embedded server opens with: its people, its groups, some thousand messages of
// shop talk, and, while a client is connected, people who answer and now and then speak by themselves.
//
// Invariants: a shop depends on its seed and the current time alone; sequences of a group run from 1 without gaps, times
// never go backwards and never lie ahead of the current time; nobody speaks in a group without being its member; every
// text is made from the scripts in talk/ and the tables of this package.
package demo

import (
	"encoding/json"
	"math/rand/v2"
	"time"
)

// The people whom a documented command logs in as.
const (
	Anchor    = "anchor-xiaoyu"
	Assistant = "assistant-zhen"
	Guide     = "guide-li"
)

// RoleField is the member custom field that carries a person's role in the shop.
const RoleField = "role"

// Role is what a person is in the shop: the value of the member custom field [RoleField].
type Role string

// The roles of a shop.
const (
	RoleAnchor    Role = "anchor"
	RoleAssistant Role = "assistant"
	RoleGuide     Role = "guide"
	RoleCustomer  Role = "customer"
)

// Shop is everything that is put into a fresh server.
type Shop struct {
	People []Person
	Groups []Group
}

// Person is a user of the shop.
type Person struct {
	ID   string
	Nick string
	Role Role
}

// Group is a group with its members and its history, oldest message first.
type Group struct {
	ID           string
	Name         string
	Type         string // as it stands on the wire: Private, Public or ChatRoom
	Introduction string
	Notification string
	Owner        string
	CreatedAt    time.Time
	Members      []Member
	Messages     []Message
}

// Member is a person in a group. Read is the sequence up to which the group is read.
type Member struct {
	Person Person
	Admin  bool
	Read   int64
}

// Message is one message of a group. Body is a JSON array of elements.
type Message struct {
	Seq          int64
	From         string
	Time         time.Time
	Random       uint32
	Body         json.RawMessage
	Mentions     []string
	NeedsReceipt bool
	ReadBy       []string
}

// NewShop makes the shop of a seed as it stands at now: the same seed and time give the same shop.
func NewShop(seed int64, now time.Time) Shop {
	people := newPeople(stream(seed, 0))
	shop := Shop{People: people}
	for i, plan := range plans {
		rng := stream(seed, uint64(i)+1)
		shop.Groups = append(shop.Groups, newGroup(plan, people, now, rng))
	}
	return shop
}

// stream gives every part of the shop its own numbers, so that a change to one group leaves the others as they are.
func stream(seed int64, part uint64) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(seed), part))
}

func newGroup(plan groupPlan, people []Person, now time.Time, rng *rand.Rand) Group {
	g := Group{
		ID: plan.id, Name: plan.name, Type: plan.kind,
		Introduction: plan.introduction, Notification: plan.notification, Owner: plan.owner,
		CreatedAt: now.AddDate(0, 0, -plan.ageDays),
	}
	g.Members = plan.members(people, rng)
	writeHistory(&g, plan, now, rng)
	return g
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

// between returns a number from low to high, both included.
func between(rng *rand.Rand, low, high int) int { return low + rng.IntN(high-low+1) }

func chance(rng *rand.Rand, percent int) bool { return rng.IntN(100) < percent }
