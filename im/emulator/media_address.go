package emulator

import (
	"bytes"
	"crypto/hmac"
	"encoding/base64"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// The address of a file says for whom it was made: /media/KEY.ACCOUNT-MAC/NAME. ACCOUNT is
// the number of an account, 0 for who watches a live room without login. It opens the file
// as long as that account may see it. On its way to a client every address becomes the
// receiver's own, so that nobody gets hold of another one's. The MAC covers the host: an
// address that leads elsewhere is nobody's.

// macBytes is how much of a MAC stands in an address.
const macBytes = 16

func (s *Server) mediaMAC(host, key string, account uint32) string {
	mac := s.ticketMAC(strings.Join([]string{"media", host, key, strconv.FormatUint(uint64(account), 10)}, "\n"))
	return base64.RawURLEncoding.EncodeToString(mac[:macBytes])
}

// mediaURL is the address of a file for an account.
func (s *Server) mediaURL(host, key, name string, account uint32) string {
	return s.mediaAddress(host, s.mediaToken(host, key, account), name, nil)
}

func (s *Server) mediaToken(host, key string, account uint32) string {
	return key + "." + strconv.FormatUint(uint64(account), 10) + "-" + s.mediaMAC(host, key, account)
}

// openMediaToken finds out which file an address opens, and for whom.
func (s *Server) openMediaToken(host, token string) (key string, account uint32, ok bool) {
	key, rest, _ := strings.Cut(token, ".")
	number, mac, _ := strings.Cut(rest, "-")
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil || !validMediaKey(key) || !hmac.Equal([]byte(mac), []byte(s.mediaMAC(host, key, uint32(n)))) {
		return "", 0, false
	}
	return key, uint32(n), true
}

func (s *Server) mediaAddress(host, file, name string, query url.Values) string {
	address := url.URL{Scheme: s.scheme(), Host: host, Path: "/media/" + file + "/" + name, RawQuery: query.Encode()}
	return address.String()
}

// mediaMark is in every text that holds an address.
var mediaMark = []byte("/media")

// mediaPattern finds addresses in JSON, where a slash may be escaped: before, host, between,
// token. It is compiled when it is first needed: every command of reddot has the server in it.
var mediaPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(https?:\\?/\\?/)([^/\\"\s]{1,255})(\\?/media\\?/)([a-z2-7]{24}\.[0-9]{1,10}-[A-Za-z0-9_-]{22})`)
})

// addressTo makes all addresses in a text the receiver's own. The text is not changed; what
// holds none is returned as it is.
func (s *Server) addressTo(account uint32, text []byte) []byte {
	if !bytes.Contains(text, mediaMark) {
		return text
	}
	return mediaPattern().ReplaceAllFunc(text, func(match []byte) []byte {
		parts := mediaPattern().FindSubmatch(match)
		host := string(parts[2])
		key, _, ok := s.openMediaToken(host, string(parts[4]))
		if !ok {
			return match
		}
		return bytes.Join([][]byte{s.schemeOf(parts[1], host), parts[2], parts[3], []byte(s.mediaToken(host, key, account))}, nil)
	})
}

// scheme begins the server's own addresses.
func (s *Server) scheme() string {
	if s.options.Certificate != nil {
		return "https"
	}
	return "http"
}

// schemeOf is what stands before a host. @tencentcloud/lite-chat makes every address begin with https before it posts it, and
// other addresses are from a time when the server spoke no TLS, or did. On this machine nobody else answers to its host;
// elsewhere something between may speak TLS in its stead.
func (s *Server) schemeOf(before []byte, host string) []byte {
	name, _, err := net.SplitHostPort(host)
	if s.options.Certificate == nil && (err != nil || !isLoopback(name)) {
		return before
	}
	_, slashes, _ := bytes.Cut(before, []byte(":"))
	return append([]byte(s.scheme()+":"), slashes...)
}

// filesIn names the files of this server that a text holds.
func (s *Server) filesIn(text []byte) []string {
	if !bytes.Contains(text, mediaMark) {
		return nil
	}
	var keys []string
	for _, parts := range mediaPattern().FindAllSubmatch(text, -1) {
		if key, _, ok := s.openMediaToken(string(parts[2]), string(parts[4])); ok {
			keys = append(keys, key)
		}
	}
	return keys
}
