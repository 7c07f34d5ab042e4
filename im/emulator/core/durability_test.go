//go:build unix

package core_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
)

const (
	durabilityEnv     = "REDDOT_DURABILITY" // "path n n n ...": this process is the one that is killed
	durabilitySenders = 12
	durabilityGroup   = "durable"
)

// messageNumber is the Random of the nth message of a sender.
func messageNumber(sender, n int) uint32 { return uint32(sender)<<20 | uint32(n) }

func senderName(n int) string { return fmt.Sprintf("sender%d", n) }

// TestKilledProcess is no test but the process that sends until it is killed. It prints a
// line for every acknowledgement. Its arguments tell with which message each sender goes
// on: the first that was not acknowledged, which a process before may have stored.
func TestKilledProcess(t *testing.T) {
	arguments := strings.Fields(os.Getenv(durabilityEnv))
	if len(arguments) == 0 {
		t.Skip("the process that the durability test kills")
	}
	c, err := core.Open(core.Options{Path: arguments[0]})
	require.NoError(t, err)
	makeDurable(t, c)
	fmt.Println("open")
	var printing sync.Mutex
	say := func(format string, args ...any) {
		printing.Lock()
		defer printing.Unlock()
		fmt.Printf(format+"\n", args...)
	}
	var work sync.WaitGroup
	for i := range durabilitySenders {
		first, err := strconv.Atoi(arguments[1+i])
		require.NoError(t, err)
		work.Go(func() { sendForEver(c, i, first, say) })
	}
	work.Wait()
}

func makeDurable(t *testing.T, c *core.Core) {
	t.Helper()
	if _, err := c.Group(durabilityGroup); err == nil {
		return
	}
	var accounts []core.NewAccount
	var members []core.NewMember
	for i := range durabilitySenders {
		accounts = append(accounts, core.NewAccount{ID: senderName(i)})
		members = append(members, core.NewMember{User: senderName(i)})
	}
	require.NoError(t, c.ImportAccounts(t.Context(), accounts))
	_, err := c.CreateGroup(t.Context(), admin, core.NewGroup{ID: durabilityGroup, Type: "Public", Name: "durable", Owner: senderName(0), Members: members})
	require.NoError(t, err)
}

func sendForEver(c *core.Core, sender, n int, say func(string, ...any)) {
	ctx, by := context.Background(), core.Actor{User: senderName(sender)}
	for ; ; n++ {
		sent, err := c.SendGroup(ctx, by, core.GroupSend{
			Group: durabilityGroup, From: by.User, Random: messageNumber(sender, n), Body: body(strings.Repeat("x", rand.IntN(2000))),
		})
		if err != nil {
			say("failed %v", err)
			return
		}
		say("sent %d %d %d", sender, n, sent.Seq)
		if n%5 == 0 {
			if err := c.MarkGroupRead(ctx, by, durabilityGroup, sent.Seq); err != nil {
				say("failed %v", err)
				return
			}
			say("read %d %d", sender, sent.Seq)
		}
	}
}

// promises is what the killed processes acknowledged.
type promises struct {
	next [durabilitySenders]int             // the first message that was not acknowledged
	sent [durabilitySenders]map[int]uint32  // sequence of each that was
	read [durabilitySenders]uint32          // read position
	seqs map[uint32]struct{ sender, n int } // whose each sequence is
}

// round starts a process, kills it after so many acknowledgements, and notes them all.
func (p *promises) round(t *testing.T, path string, acknowledgements int) {
	t.Helper()
	arguments := path
	for _, n := range p.next {
		arguments += " " + strconv.Itoa(n)
	}
	child := exec.Command(os.Args[0], "-test.run=^TestKilledProcess$")
	child.Env = append(os.Environ(), durabilityEnv+"="+arguments)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan(); n++ {
		p.note(t, lines.Text())
		if n == acknowledgements {
			require.NoError(t, child.Process.Kill())
		}
	}
	_ = child.Wait()
}

func (p *promises) note(t *testing.T, line string) {
	t.Helper()
	var sender, n int
	var seq uint32
	if _, err := fmt.Sscanf(line, "sent %d %d %d", &sender, &n, &seq); err == nil {
		first, known := p.sent[sender][n]
		require.True(t, !known || first == seq, "message %d of %d was acknowledged as %d and as %d", n, sender, first, seq)
		owner, taken := p.seqs[seq]
		require.False(t, taken && owner != struct{ sender, n int }{sender, n}, "sequence %d was given twice", seq)
		p.sent[sender][n], p.seqs[seq] = seq, struct{ sender, n int }{sender, n}
		p.next[sender] = max(p.next[sender], n+1)
		return
	}
	if _, err := fmt.Sscanf(line, "read %d %d", &sender, &seq); err == nil {
		p.read[sender] = max(p.read[sender], seq)
		return
	}
	require.Equal(t, "open", line)
}

// check opens the database as it was left and looks for everything that was promised.
func (p *promises) check(t *testing.T, path string) {
	t.Helper()
	c, err := core.Open(core.Options{Path: path})
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close()) }()
	stored := map[uint32]uint32{} // sequence by Random
	want, err := c.Group(durabilityGroup)
	require.NoError(t, err)
	next := want.NextSeq
	for from := next - 1; from > 0; {
		page, err := c.GroupHistory(t.Context(), admin, durabilityGroup, from, 100)
		require.NoError(t, err)
		for _, m := range page.Messages {
			next--
			require.Equal(t, next, m.Seq, "the history has a gap")
			first, twice := stored[m.Random]
			require.False(t, twice, "message %x is stored as %d and as %d", m.Random, first, m.Seq)
			stored[m.Random] = m.Seq
		}
		from = page.Next
	}
	require.EqualValues(t, 1, next, "the history does not reach back to the first message")
	for sender, list := range p.sent {
		for n, seq := range list {
			require.Equal(t, seq, stored[messageNumber(sender, n)], "message %d of sender %d was acknowledged and is not there", n, sender)
		}
		m, err := c.Member(durabilityGroup, senderName(sender))
		require.NoError(t, err)
		require.GreaterOrEqual(t, m.Read, p.read[sender], "a read position was acknowledged and went back")
	}
}

// TestKillAtAnyMomentLosesNothing kills a process that sends and marks read 50 times, and
// looks after each time: what was acknowledged is there, once, under the sequence that was
// told, and the sequences have no gap. A killed process says nothing about a power cut: for
// that stands synchronous=FULL.
func TestKillAtAnyMomentLosesNothing(t *testing.T) {
	if os.Getenv(durabilityEnv) != "" {
		t.Skip("this is the process to kill")
	}
	rounds := 50
	if testing.Short() {
		rounds = 8
	}
	path := t.TempDir() + "/server.db"
	p := &promises{seqs: map[uint32]struct{ sender, n int }{}}
	for i := range p.sent {
		p.sent[i] = map[int]uint32{}
	}
	c, err := core.Open(core.Options{Path: path})
	require.NoError(t, err)
	makeDurable(t, c)
	require.NoError(t, c.Close())
	for i := range rounds {
		p.round(t, path, rand.IntN(400)*(i%10)/9) // every tenth at once
		p.check(t, path)
	}
	require.NotEmpty(t, p.seqs)
}
