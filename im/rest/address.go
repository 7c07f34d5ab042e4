package rest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
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

// newHTTPClient keeps a few connections alive and follows no redirect: the signature in the URL is for nobody else.
func newHTTPClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 8
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
