package rest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
)

// address is where to call: what of the URL stays the same for the life of a client.
type address struct {
	base string
	// shown is the address without what may be secret in it.
	shown string
	err   error
}

func newAddress(text string) address {
	parsed, err := url.Parse(text)
	if err != nil {
		return address{err: errors.New("the address is no URL")}
	}
	a := address{shown: parsed.Redacted()}
	switch {
	case parsed.Scheme != "http" && parsed.Scheme != "https":
		a.err = fmt.Errorf("the address begins with %q; http:// or https:// is needed here", parsed.Scheme)
	case parsed.Host == "":
		a.err = fmt.Errorf("the address %q names no host", a.shown)
	default:
		a.base = parsed.Scheme + "://" + parsed.Host + strings.TrimSuffix(parsed.Path, "/") + "/v4/"
	}
	return a
}

// url returns the URL of one call (rest-api, section 1.1), and its random number, which names the call in logs.
func (a address) url(command string, appID int64, admin, signature string) (string, uint32) {
	random := rand.Uint32()
	query := url.Values{
		"sdkappid":    {strconv.FormatInt(appID, 10)},
		"identifier":  {admin},
		"usersig":     {signature},
		"random":      {strconv.FormatUint(uint64(random), 10)},
		"contenttype": {"json"},
	}
	return a.base + strings.Replace(command, ".", "/", 1) + "?" + query.Encode(), random
}

// addresses are the service's address and its standby ones (rest-api, section 1.2). One is used until it does not answer.
type addresses struct {
	list []address
	// used counts up; the address in use is its remainder.
	used atomic.Uint32
}

func newAddresses(texts ...string) *addresses {
	a := &addresses{}
	for _, text := range texts {
		a.list = append(a.list, newAddress(text))
	}
	return a
}

// now returns the address to call, and its number for leave.
func (a *addresses) now() (address, uint32) {
	number := a.used.Load()
	return a.list[int(number)%len(a.list)], number
}

// err says what is wrong with the first address that cannot work.
func (a *addresses) err() error {
	for _, each := range a.list {
		if each.err != nil {
			return each.err
		}
	}
	return nil
}

// leave goes on to the next address, once for however many calls that failed at the same one.
func (a *addresses) leave(number uint32) { a.used.CompareAndSwap(number, number+1) }

// newHTTPClient keeps a few connections alive and follows no redirect: the signature in the URL is for nobody else.
func newHTTPClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 8
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
