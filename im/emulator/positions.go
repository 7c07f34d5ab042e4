package emulator

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"reddot/im/wire"
)

// position is how far an instance has got everything: a place among all C2C messages, and
// one among all notices and mentions. Cookies and acknowledgements of pushes name it as
// "c12.3".
type position struct{ c2c, queued int64 }

func (p position) cookie() string { return string(p.append(nil)) }

func (p position) append(text []byte) []byte {
	text = strconv.AppendInt(append(text, 'c'), p.c2c, 10)
	return strconv.AppendInt(append(text, '.'), p.queued, 10)
}

func (p position) later(other position) position {
	return position{max(p.c2c, other.c2c), max(p.queued, other.queued)}
}

// parseCookie reads what a client brings back; the zero position is the empty cookie.
func parseCookie(text string) (position, error) {
	if text == "" {
		return position{}, nil
	}
	first, second, both := strings.Cut(strings.TrimPrefix(text, "c"), ".")
	c2c, err := strconv.ParseInt(first, 10, 64)
	var queued int64
	if err == nil && both {
		queued, err = strconv.ParseInt(second, 10, 64)
	}
	if err != nil || c2c < 0 || queued < 0 {
		return position{}, &wire.Error{Code: wire.CodeMsgRequest, Info: fmt.Sprintf("Cookie %.40q is not one of this server", text)}
	}
	return position{c2c, queued}, nil
}

// maxPositions bounds how many instances are remembered; forgetting one only means that a
// pull brings messages again, which clients recognise.
const maxPositions = 10_000

// positions remembers up to where each instance has acknowledged its pushes.
type positions struct {
	mu sync.Mutex
	at map[int64]position
}

func (p *positions) advance(inst int64, to position) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at == nil || len(p.at) >= maxPositions {
		p.at = map[int64]position{}
	}
	p.at[inst] = p.at[inst].later(to)
}

func (p *positions) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = nil
}

func (p *positions) of(inst int64) position {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at[inst]
}
