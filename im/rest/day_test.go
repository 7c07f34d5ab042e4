package rest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
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

// TestADayOfPolling simulates a day of one user: 23 hours with a message every 20 minutes in one of the groups, and an hour of live
// sale with a message a second. With more groups less of a day is enough: the pace repeats itself. It proves that the quota is
// kept, and prints how many calls a minute that takes.
func TestADayOfPolling(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for groups, part := range map[int]time.Duration{10: 1, 100: 12, 500: 30} {
		t.Run(fmt.Sprint(groups), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(1, uint64(groups)))
				day := &shopDay{perCall: map[string]int{}}
				for range groups {
					day.next = append(day.next, 10)
				}
				s := newService(t)
				s.keep, s.handle = false, day.handle
				c := s.connected()
				messages := make(chan int)
				go func() {
					told := 0
					for event := range c.Events() {
						if received, ok := event.(im.MessagesReceived); ok {
							told += len(received.Messages)
						}
					}
					messages <- told
				}()
				say := func(every, span time.Duration) (calls int) {
					before := s.total(day)
					for end := time.Now().Add(span); time.Now().Before(end); {
						s.mu.Lock()
						day.next[random.IntN(groups)]++
						day.list = ""
						s.mu.Unlock()
						time.Sleep(every)
					}
					return (s.total(day) - before) / int(span/time.Minute)
				}
				quiet := say(20*time.Minute, 23*time.Hour/part)
				sale := say(time.Second, time.Hour/part)
				time.Sleep(time.Minute)
				require.NoError(t, c.Close())
				s.mu.Lock()
				defer s.mu.Unlock()
				require.Positive(t, <-messages)

				t.Logf("%d groups: %d calls a minute in quiet hours, %d in a live sale, %d in the busiest minute, %d in the busiest second",
					groups, quiet, sale, day.hectic, day.busiest)
				require.LessOrEqual(t, day.busiest, 2*defaultRate, "a second's burst and a second's refill")
				require.Less(t, day.hectic, 60*defaultRate)
				require.Less(t, quiet, 30)
			})
		})
	}
}

func (s *service) total(day *shopDay) (sum int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range day.perCall {
		sum += n
	}
	return sum
}
