package emulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"

	"reddot/im/wire"
)

// ticket is what a login earns (A2Key): it stands for the signature on later requests and
// on connections that replace a lost one. It is signed, not stored, so it outlives a
// restart of the server.
type ticket struct {
	User    string `json:"u"`
	Signed  int64  `json:"t"` // when the signature was made, Unix seconds
	Expires int64  `json:"e"` // when the signature expires
}

var ticketEncoding = base64.RawURLEncoding

func (s *Server) sealTicket(t ticket) (string, error) {
	text, err := json.Marshal(t)
	if err != nil {
		return "", err
	}
	payload := ticketEncoding.EncodeToString(text)
	return payload + "." + ticketEncoding.EncodeToString(s.ticketMAC(payload)), nil
}

// openTicket verifies a ticket; what is no ticket of this server is 20002, an expired one
// 70001.
func (s *Server) openTicket(text string) (ticket, error) {
	var t ticket
	payload, mac, found := strings.Cut(text, ".")
	if !found {
		return t, &wire.Error{Code: wire.CodeMsgTicket, Info: "not logged in"}
	}
	given, err := ticketEncoding.DecodeString(mac)
	if err != nil || !hmac.Equal(given, s.ticketMAC(payload)) {
		return t, &wire.Error{Code: wire.CodeMsgTicket, Info: "a2 was not given out by this server"}
	}
	plain, err := ticketEncoding.DecodeString(payload)
	if err == nil {
		err = json.Unmarshal(plain, &t)
	}
	if err != nil {
		return t, &wire.Error{Code: wire.CodeMsgTicket, Info: "a2 cannot be read"}
	}
	return t, t.check(s.core.Now())
}

func (t ticket) check(now int64) error {
	if now > t.Expires {
		return &wire.Error{Code: wire.CodeSigExpired, Info: "the UserSig behind this login has expired"}
	}
	return nil
}

func (s *Server) ticketMAC(payload string) []byte {
	mac := hmac.New(sha256.New, []byte("ticket:"+s.key.Reveal()))
	mac.Write([]byte(payload))
	return mac.Sum(nil)
}
