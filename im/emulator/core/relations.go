package core

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Codes of friends and block lists (error codes of the service sns).
const (
	CodeRelationParameter = 30001
	CodeRelationAccount   = 30003
	CodeMayNotAdd         = 30009
	CodeTooManyFriends    = 30010
	CodeTooManyClasses    = 30011
	CodePeerFull          = 30014
	CodeBlockedThem       = 30515
	CodeAddsNobody        = 30516
	CodeBlockedByThem     = 30525
	CodeAddPending        = 30539
	CodeNotRequested      = 30614
	CodeNotFriends        = 31704
	CodeRefusedByPeer     = 20007 // a message to somebody who has blocked its author
)

// Limits of what a user keeps of others.
const (
	maxFriends  = 3000
	maxClasses  = 32
	maxBlocked  = 1000
	maxRequests = 100
)

// Relations are what a user keeps of others. They are replaced, never changed.
type Relations struct {
	Friends  []Friend        `json:"friends,omitempty"` // oldest first
	Classes  []string        `json:"classes,omitempty"` // the user's own groups of friends
	Blocked  []Blocked       `json:"blocked,omitempty"`
	Requests []FriendRequest `json:"requests,omitempty"` // open ones, of both directions
	Seen     int64           `json:"seen,omitempty"`     // up to when the requests were seen, Unix seconds
	Seq      int64           `json:"seq"`                // grows with every change
}

// Friend is somebody in a user's list of friends.
type Friend struct {
	UID        uint32        `json:"uid,omitempty"`
	User       string        `json:"-"`
	Remark     string        `json:"remark,omitempty"`
	RemarkTime int64         `json:"remarkTime,omitempty"`
	Classes    []string      `json:"classes,omitempty"`
	Source     string        `json:"source,omitempty"` // AddSource_Type_...
	Wording    string        `json:"wording,omitempty"`
	Time       int64         `json:"time"` // of becoming friends, Unix seconds
	Custom     []ProfileItem `json:"custom,omitempty"`
}

// Blocked is somebody whose messages a user does not want.
type Blocked struct {
	UID  uint32 `json:"uid,omitempty"`
	User string `json:"-"`
	Time int64  `json:"time"`
}

// FriendRequest waits for the answer of one who confirms friends. Both sides hold it.
type FriendRequest struct {
	UID     uint32 `json:"uid,omitempty"` // of the other side
	User    string `json:"-"`
	Sent    bool   `json:"sent,omitempty"` // the holder sent it
	Source  string `json:"source,omitempty"`
	Wording string `json:"wording,omitempty"`
	Remark  string `json:"remark,omitempty"` // what the sender will call the other
	Class   string `json:"class,omitempty"`  // where the sender will put the other
	Time    int64  `json:"time"`
}

// RelationResult is the answer for one user of a list; Code 0 is success.
type RelationResult struct {
	User string
	Code int
	Info string
}

// RelationsChanged tells a user's connections, the one that asked included, what changed; users are named by id.
type RelationsChanged struct {
	Audience
	User               string
	Added, Deleted     []string // friends
	Updated            []Friend // what the user noted about them
	Requests           []FriendRequest
	Answered           []string // their requests are gone
	Seen               int64    // requests until then were seen; 0 if this did not change
	Blocked, Unblocked []string
}

func (RelationsChanged) event() {}

// FriendshipsChanged tells which lists one act has made longer or shorter, those of its user first.
type FriendshipsChanged struct {
	By     Actor
	User   string // whose relations the act was about
	Answer bool   // the friends were added by the answer to a request
	Force  bool   // they were added without being asked

	Added, Deleted     []RelationPair // friends
	Blocked, Unblocked []RelationPair
}

// RelationPair says that From has To in a list, or no longer.
type RelationPair struct{ From, To string }

func (FriendshipsChanged) event() {}

var noRelations = &Relations{}

// Relations returns what a user keeps of others who still have an account.
func (c *Core) Relations(user string) (Relations, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	acc, err := c.relationOwner(user)
	if err != nil {
		return Relations{}, err
	}
	r := *acc.relations
	r.Friends = present(c, r.Friends, func(f *Friend) (uint32, *string) { return f.UID, &f.User })
	r.Blocked = present(c, r.Blocked, func(b *Blocked) (uint32, *string) { return b.UID, &b.User })
	r.Requests = present(c, r.Requests, func(q *FriendRequest) (uint32, *string) { return q.UID, &q.User })
	return r, nil
}

// present copies what is about accounts that exist, with their ids.
func present[T any](c *Core, list []T, of func(*T) (uint32, *string)) []T {
	var kept []T
	for _, entry := range list {
		uid, id := of(&entry)
		if acc := c.account(uid); acc != nil && !acc.deleted {
			*id = acc.pub.ID
			kept = append(kept, entry)
		}
	}
	return kept
}

func (c *Core) relationOwner(user string) (*account, error) {
	acc := c.accounts[user]
	if acc == nil {
		return nil, refuse(CodeRelationAccount, "account %s does not exist", user)
	}
	return acc, nil
}

func (r *Relations) friend(uid uint32) int {
	return slices.IndexFunc(r.Friends, func(f Friend) bool { return f.UID == uid })
}

func (r *Relations) blocks(uid uint32) bool {
	return slices.ContainsFunc(r.Blocked, func(b Blocked) bool { return b.UID == uid })
}

func (r *Relations) request(uid uint32, sent bool) int {
	return slices.IndexFunc(r.Requests, func(q FriendRequest) bool { return q.UID == uid && q.Sent == sent })
}

func (r *Relations) dropRequest(uid uint32, sent bool) (FriendRequest, bool) {
	at := r.request(uid, sent)
	if at < 0 {
		return FriendRequest{}, false
	}
	dropped := r.Requests[at]
	r.Requests = slices.Delete(slices.Clone(r.Requests), at, at+1)
	return dropped, true
}

// relationChange is one change of the relations of several users.
type relationChange struct {
	*txn
	acc   *account // whose list the change is about
	sides map[*account]*Relations
	told  map[*account]*RelationsChanged
	act   FriendshipsChanged
	quiet bool // the app's server is not told of new friends
}

// changeRelations runs a change of a user's relations and stores every side that it touched.
func changeRelations[T any](ctx context.Context, c *Core, by Actor, user string, run func(*relationChange) (T, error)) (T, error) {
	return perform(ctx, c, true, func(t *txn) (T, error) {
		acc, err := c.relationOwner(user)
		if err != nil {
			return *new(T), err
		}
		r := &relationChange{txn: t, acc: acc, sides: map[*account]*Relations{}, told: map[*account]*RelationsChanged{}}
		r.act.By, r.act.User = by, user
		result, err := run(r)
		if err != nil {
			return result, err
		}
		return result, r.save()
	})
}

// of is a user's relations, to be changed.
func (r *relationChange) of(acc *account) *Relations {
	if r.sides[acc] == nil {
		copied := *acc.relations
		copied.Seq++
		r.sides[acc] = &copied
	}
	return r.sides[acc]
}

// mine are the relations of the user whom the change is about.
func (r *relationChange) mine() *Relations { return r.of(r.acc) }

// news is what a user's connections are told at the end.
func (r *relationChange) news(acc *account) *RelationsChanged {
	if r.told[acc] == nil {
		r.told[acc] = &RelationsChanged{Audience: Audience{To: []uint32{acc.pub.UID}}, User: acc.pub.ID}
	}
	return r.told[acc]
}

func (r *relationChange) save() error {
	for acc, side := range r.sides {
		text, err := json.Marshal(side)
		if err != nil {
			return fmt.Errorf("encode the relations of %s: %w", acc.pub.ID, err)
		}
		if err := r.write(`INSERT OR REPLACE INTO relation VALUES (?,?)`, acc.pub.UID, string(text)); err != nil {
			return err
		}
		r.apply(func() { acc.relations = side })
	}
	for _, news := range r.told {
		r.tell(*news)
	}
	r.tellAct()
	return nil
}

func (r *relationChange) tellAct() {
	changed := false
	for _, acc := range r.actors() {
		news := *r.told[acc]
		if r.quiet {
			news.Added = nil
		}
		for _, list := range []struct {
			users []string
			into  *[]RelationPair
		}{{news.Added, &r.act.Added}, {news.Deleted, &r.act.Deleted}, {news.Blocked, &r.act.Blocked}, {news.Unblocked, &r.act.Unblocked}} {
			for _, user := range list.users {
				*list.into = append(*list.into, RelationPair{From: news.User, To: user})
				changed = true
			}
		}
	}
	if changed {
		r.tell(r.act)
	}
}

// actors are those who are told something, the one whose relations these are first.
func (r *relationChange) actors() []*account {
	list := slices.SortedFunc(maps.Keys(r.told), func(a, b *account) int { return cmp.Compare(a.pub.UID, b.pub.UID) })
	if at := slices.Index(list, r.acc); at > 0 {
		list = slices.Insert(slices.Delete(list, at, at+1), 0, r.acc)
	}
	return list
}

// each runs a step for every user of a list and gathers the results.
func (r *relationChange) each(users []string, step func(peer *account) *Error) []RelationResult {
	results := make([]RelationResult, 0, len(users))
	for _, user := range users {
		result := RelationResult{User: user}
		refused := refuse(CodeRelationAccount, "account %s does not exist", user)
		if peer := r.c.accounts[user]; peer != nil {
			refused = step(peer)
		}
		if refused != nil {
			result.Code, result.Info = refused.Code, refused.Info
		}
		results = append(results, result)
	}
	return results
}

// loadRelations comes after the accounts.
func (c *Core) loadRelations() error {
	return c.each(func(row scanner) error {
		var uid uint32
		var text string
		if err := row.Scan(&uid, &text); err != nil {
			return err
		}
		acc := c.account(uid)
		if acc == nil {
			return fmt.Errorf("account %d does not exist", uid)
		}
		acc.relations = &Relations{}
		return json.Unmarshal([]byte(text), acc.relations)
	}, `SELECT uid, data FROM relation`)
}
