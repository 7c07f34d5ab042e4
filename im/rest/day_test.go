package rest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
)

// shopDay is a service with many groups that are busy in the evening: it answers the sweep by what has been said so far.
type shopDay struct {
	next []int
	// list is the answer to the sweep, "" after a message.
	list    string
	perCall map[string]int
	// second counts the calls of the present second, busiest is the most of any.
	second         time.Time
	now, busiest   int
	minute, hectic int
	minuteStart    time.Time
}

func (d *shopDay) handle(command, body string) (int, string) {
	d.count(command)
	switch command {
	case listCommand:
		if d.list != "" {
			return http.StatusOK, d.list
		}
		var rows strings.Builder
		for i, next := range d.next {
			if i > 0 {
				rows.WriteByte(',')
			}
			fmt.Fprintf(&rows, `{"GroupId":"g%d","Type":"Public","Name":"g","NextMsgSeq":%d,"MemberNum":50,"InfoSeq":1,"SelfInfo":{"Role":"Member","MsgSeq":%d}}`, i, next, next-1)
		}
		d.list = fmt.Sprintf(`{"ActionStatus":"OK","ErrorCode":0,"TotalCount":%d,"GroupIdList":[%s]}`, len(d.next), rows.String())
		return http.StatusOK, d.list
	case "group_open_http_svc/group_msg_get_simple":
		var groupID string
		var number, seq int
		_, _ = fmt.Sscanf(body, `{"GroupId":%q,"ReqMsgNumber":%d,"ReqMsgSeq":%d`, &groupID, &number, &seq)
		return http.StatusOK, fmt.Sprintf(`{"ActionStatus":"OK","ErrorCode":0,"IsFinished":1,"RspMsgList":[{"From_Account":"ann","MsgRandom":%d,"MsgSeq":%d,"MsgTimeStamp":%d,"MsgBody":[]}]}`,
			seq, seq, time.Now().Unix())
	}
	return 0, ""
}

func (d *shopDay) count(command string) {
	now := time.Now()
	if now.Sub(d.second) >= time.Second {
		d.second, d.now = now, 0
	}
	if now.Sub(d.minuteStart) >= time.Minute {
		d.minuteStart, d.minute = now, 0
	}
	d.now++
	d.minute++
	d.busiest, d.hectic = max(d.busiest, d.now), max(d.hectic, d.minute)
	d.perCall[command]++
}

// TestADayOfPolling simulates a day of one user: 23 hours with a message every 20 minutes in one of the groups, first while nobody
// looks, then with a conversation on screen, then with webhooks; and an hour of live sale with a message a second. With more groups
// less of a day is enough: the pace repeats itself. It proves that the quota is kept, and prints how many calls a minute that takes.
func TestADayOfPolling(t *testing.T) {
	for groups, part := range map[int]time.Duration{10: 6, 100: 24, 500: 60} {
		t.Run(fmt.Sprint(groups), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { newSimulation(t, groups).run(part) })
		})
	}
}

// simulation is a client of a shop's day.
type simulation struct {
	*service
	t      *testing.T
	day    *shopDay
	client *Client
	random *rand.Rand
	told   chan int
}

func newSimulation(t *testing.T, groups int) *simulation {
	day := &shopDay{perCall: map[string]int{}}
	for range groups {
		day.next = append(day.next, 10)
	}
	m := &simulation{service: newService(t), t: t, day: day, random: rand.New(rand.NewPCG(1, uint64(groups))), told: make(chan int)}
	m.keep, m.handle = false, day.handle
	m.client = m.hooked()
	go func() {
		told := 0
		for event := range m.client.Events() {
			if received, ok := event.(im.MessagesReceived); ok {
				told += len(received.Messages)
			}
		}
		m.told <- told
	}()
	return m
}

func (m *simulation) run(part time.Duration) {
	quiet := m.say(20*time.Minute, 21*time.Hour/part, false)
	m.client.Attend(model.GroupConversation("g0"))
	attended := m.say(20*time.Minute, 2*time.Hour/part, false)
	sale := m.say(time.Second, time.Hour/part, false)
	m.say(time.Second, time.Minute, true)
	hooked := m.say(20*time.Minute, 2*time.Hour/part, true)
	live := m.say(time.Second, time.Hour/part, true)
	require.NoError(m.t, m.client.Close())
	m.mu.Lock()
	defer m.mu.Unlock()
	require.Positive(m.t, <-m.told)
	m.t.Logf("%d groups, calls a minute: %d quiet, %d with a conversation on screen, %d in a live sale; with webhooks %d quiet, %d in a live sale; "+
		"%d in the busiest minute, %d in the busiest second", len(m.day.next), quiet, attended, sale, hooked, live, m.day.hectic, m.day.busiest)
	require.LessOrEqual(m.t, m.day.busiest, 2*defaultRate, "a second's burst and a second's refill")
	require.Less(m.t, m.day.hectic, 60*defaultRate)
	require.Less(m.t, quiet, 30)
	require.Less(m.t, attended, 90)
	require.Less(m.t, hooked, attended)
}

// say lets people talk for a while, and returns how many calls a minute that took. With webhooks the service posts what was said.
func (m *simulation) say(every, span time.Duration, webhooks bool) int {
	before, began := m.total(m.day), time.Now()
	for end := time.Now().Add(span); time.Now().Before(end); {
		m.mu.Lock()
		i := m.random.IntN(len(m.day.next))
		sequence := m.day.next[i]
		m.day.next[i]++
		m.day.list = ""
		m.mu.Unlock()
		if webhooks {
			hookTo(m.t, m.client, fmt.Sprintf(`{"CallbackCommand":"Group.CallbackAfterSendMsg","GroupId":"g%d","From_Account":"ann","Random":%d,"MsgSeq":%[2]d,"MsgTime":%d,"MsgBody":[]}`,
				i, sequence, time.Now().Unix()))
		}
		time.Sleep(every)
	}
	return int(math.Round(float64(m.total(m.day)-before) / time.Since(began).Minutes()))
}

func (s *service) total(day *shopDay) (sum int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range day.perCall {
		sum += n
	}
	return sum
}
