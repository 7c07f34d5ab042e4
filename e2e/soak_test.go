//go:build soak

package e2e

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

// The soak lets 200 connections act on a server for ten minutes and looks all along whether
// what they are told fits together:
//
//	go test -tags soak ./e2e -run Soak -timeout 30m
//	go test -tags soak ./e2e -run Soak -soak 30s      a short one
//
// At any moment: no message comes twice, messages come in order, a conversation list counts
// exactly the unread messages that its place among the pushes implies, the readers of a
// message only become more, a read position only moves forward. After each round, when all
// is quiet: no sequence is missing, on any device and in the history, each message is there
// once, both devices of a user and the service agree on what is unread, receipts count who
// sent one. At the end all of it once more, after a kill.
var soakFor = flag.Duration("soak", 10*time.Minute, "how long the soak runs")

const (
	soakUsers   = 100 // with two connections each
	soakGroups  = 20  // of 20 members
	soakPerUser = 4   // groups of a user
	soakRound   = 10 * time.Second
)

func soakUser(n int) string  { return fmt.Sprintf("soak%d", n) }
func soakGroup(n int) string { return fmt.Sprintf("round%d", n) }

// soak is one run.
type soak struct {
	t       *testing.T
	server  *server
	data    string
	truth   map[string]*soakTruth // by group
	devices []*soakDevice
}

func TestSoak(t *testing.T) {
	m := newMachine(t)
	s := &soak{t: t, data: filepath.Join(m.home, "server"), truth: map[string]*soakTruth{}}
	s.server = m.serve("--listen", "127.0.0.1:0", "--data", s.data)
	s.stock()
	for i := range soakUsers {
		for range 2 {
			d := &soakDevice{soak: s, user: soakUser(i)}
			for k := range soakPerUser {
				d.groups = append(d.groups, soakGroup((i+k*soakGroups/soakPerUser)%soakGroups))
			}
			require.NoError(t, d.connect())
			s.devices = append(s.devices, d)
		}
	}
	started, rounds := time.Now(), 0
	for !t.Failed() && time.Since(started) < *soakFor {
		s.round(min(soakRound, *soakFor))
		rounds++
		s.check()
	}
	s.server.kill()
	s.server = m.serve("--listen", "127.0.0.1:0", "--data", s.data)
	for _, d := range s.devices {
		require.NoError(t, d.connect())
	}
	s.check()
	total := uint32(0)
	for _, truth := range s.truth {
		total += truth.last
	}
	t.Logf("%d rounds, %d messages, %d devices", rounds, total, len(s.devices))
}

// stock makes the users and the groups.
func (s *soak) stock() {
	accounts, members := "", make([]string, soakGroups)
	for i := range soakUsers {
		accounts += fmt.Sprintf(`{"UserID":%q},`, soakUser(i))
		for k := range soakPerUser {
			members[(i+k*soakGroups/soakPerUser)%soakGroups] += fmt.Sprintf(`{"Member_Account":%q},`, soakUser(i))
		}
	}
	s.server.rest("im_open_login_svc/multiaccount_import", `{"AccountList":[`+accounts[:len(accounts)-1]+`]}`)
	for g, list := range members {
		s.server.rest("group_open_http_svc/create_group", fmt.Sprintf(`{"Type":"Public","GroupId":%q,"Name":"soak","MemberList":[%s]}`, soakGroup(g), list[:len(list)-1]))
		s.truth[soakGroup(g)] = &soakTruth{messages: map[uint32]soakMessage{}, reads: map[string]uint32{}, readers: map[uint32]map[string]bool{}}
	}
}

func (s *soak) signature(user string) string {
	signature, err := wire.GenerateUserSig(1400000001, wire.NewSecret(secretKey), user, 24*time.Hour)
	require.NoError(s.t, err)
	return signature
}

// round lets all devices act until the time is over and every answer is there.
func (s *soak) round(length time.Duration) {
	ctx, cancel := context.WithTimeout(s.t.Context(), length)
	defer cancel()
	var work sync.WaitGroup
	for _, d := range s.devices {
		work.Go(func() {
			for ctx.Err() == nil && !s.t.Failed() {
				if err := d.act(); err != nil {
					s.t.Errorf("%s: %v", d.user, err)
					return
				}
				time.Sleep(time.Duration(50+rand.IntN(200)) * time.Millisecond) // the pace of the load
			}
		})
	}
	work.Wait()
}

// act does one thing that people or their phones do.
func (d *soakDevice) act() error {
	group := d.groups[rand.IntN(len(d.groups))]
	switch n := rand.IntN(100); {
	case n < 50:
		return d.send(group, rand.IntN(2) == 0, rand.IntN(10) == 0)
	case n < 70:
		return d.markRead(group)
	case n < 85:
		return d.sendReceipts(group)
	case n < 98:
		return d.list()
	}
	return d.reconnect()
}

// check looks at everything while nobody acts.
func (s *soak) check() {
	if s.t.Failed() {
		return
	}
	var work sync.WaitGroup
	for _, d := range s.devices {
		work.Go(func() {
			if err := d.check(); err != nil {
				s.t.Errorf("%s: %v", d.user, err)
			}
		})
	}
	work.Wait()
	for id, truth := range s.truth {
		if err := s.checkGroup(id, truth); err != nil {
			s.t.Errorf("%s: %v", id, err)
		}
	}
}

// checkGroup compares a group's history and receipts with what was acknowledged in this
// round, and forgets that.
func (s *soak) checkGroup(id string, truth *soakTruth) error {
	var member *soakDevice
	for _, d := range s.devices {
		if d.in(id) {
			member = d
			break
		}
	}
	history, err := member.history(id, truth.checked)
	if err != nil {
		return err
	}
	var asking []uint32
	for _, m := range history {
		want, acknowledged := truth.messages[m.Seq]
		if !acknowledged || want.random != m.Random || want.from != m.From {
			return fmt.Errorf("message %d of %s with number %d was acknowledged as %+v", m.Seq, m.From, m.Random, want)
		}
		if want.receipt && len(asking) < 50 {
			asking = append(asking, m.Seq)
		}
	}
	if want := int(truth.last - truth.checked); len(history) != want || len(truth.messages) != want {
		return fmt.Errorf("the history has %d new messages, %d were acknowledged, the sequences say %d", len(history), len(truth.messages), want)
	}
	if err := member.checkReceipts(id, asking, truth.readers); err != nil {
		return err
	}
	truth.forget()
	return nil
}
