package push

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	mrand "math/rand/v2"
	"net/netip"
	"net/url"
	"runtime"
	"strconv"
	"strings"

	"reddot/im/wire"
)

// What we say of ourselves is what the Web SDK that was observed says of itself (push-protocol, sections 2 and 3);
// the service may serve other values differently.
const (
	sdkVersion    = "3.6.6"
	webSDKVersion = "1.7.3"
	webSDKAppID   = 537048168
	sdkAbility    = 75689843
)

// address is one place to connect to.
type address struct {
	base string
	// shown is the address without what may be secret in it.
	shown string
	// remote is set when the service is on another machine: compression pays off, and waiting may take longer.
	remote bool
}

// parseAddress takes an address of Options.URLs apart.
func parseAddress(text string) (address, error) {
	parsed, err := url.Parse(text)
	if err != nil {
		return address{}, errors.New("the address is no URL")
	}
	a := address{shown: parsed.Redacted()}
	switch {
	case parsed.Scheme != "ws" && parsed.Scheme != "wss":
		return a, fmt.Errorf("the address begins with %q; ws:// or wss:// is needed here", parsed.Scheme)
	case parsed.Host == "":
		return a, fmt.Errorf("the address %q names no host", a.shown)
	}
	a.base = parsed.Scheme + "://" + parsed.Host + strings.TrimSuffix(parsed.Path, "/") + "/binfo"
	a.remote = !isLoopback(parsed.Hostname())
	return a, nil
}

// newInstance returns the 32 hexadecimal digits that tell the service one client from another.
func newInstance() string {
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails
	return hex.EncodeToString(random[:])
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.IsLoopback()
}

// url returns the URL of one attempt to connect; random differs each time.
func (c *Client) url(a address) string {
	query := url.Values{
		"sdkappid":   {strconv.FormatInt(c.options.AppID, 10)},
		"instanceid": {c.instance},
		"random":     {strconv.FormatFloat(mrand.Float64(), 'f', -1, 64)},
		"platform":   {strconv.Itoa(wire.PlatformWeb)},
		"host":       {hostName()},
		"version":    {"-1"},
		"sdkversion": {sdkVersion},
	}
	if a.remote {
		query.Set("compress", "gzip")
	}
	return a.base + "?" + query.Encode()
}

// hostName returns the operating system by the names that the protocol knows.
func hostName() string {
	switch runtime.GOOS {
	case "windows":
		return "windows"
	case "darwin":
		return "mac"
	default:
		return "unknown"
	}
}
