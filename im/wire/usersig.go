package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/klauspost/compress/zlib"
	"github.com/tencentyun/tls-sig-api-v2-golang/tencentyun"
)

// DefaultExpire is the usual life of a signature.
const DefaultExpire = 180 * 24 * time.Hour

const (
	maxUserSig      = 8 << 10  // characters
	maxUserSigPlain = 16 << 10 // bytes after decompression
)

// sigEncoding is base64 with Tencent's replacements of + / and =.
var sigEncoding = base64.NewEncoding(
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-").WithPadding('_')

// UserSig is what a signature says of itself. Inspecting one proves nothing: see [VerifyUserSig].
type UserSig struct {
	Identifier string
	SDKAppID   int64
	Time       time.Time     // when it was made
	Expire     time.Duration // how long it lives from then on
	userBuf    []byte
}

// Expires is the last moment at which the signature is valid.
func (s UserSig) Expires() time.Time { return s.Time.Add(s.Expire) }

// Remaining is how long it is still valid, negative once it is not.
func (s UserSig) Remaining(now time.Time) time.Duration { return s.Expires().Sub(now) }

// GenerateUserSig signs for a user by TLSSigAPIv2 (HMAC-SHA256 with the application's key), starting now. Fractions of
// a second of expire are cut off.
func GenerateUserSig(sdkAppID int64, key Secret, userID string, expire time.Duration) (string, error) {
	switch {
	case userID == "":
		return "", errors.New("generate UserSig: user id is empty; name the user")
	case key.IsEmpty():
		return "", errors.New("generate UserSig: secret key is empty; copy it from the console or the server's data directory")
	case expire < time.Second:
		return "", fmt.Errorf("generate UserSig: expiry %s is below one second", expire)
	}
	sig, err := tencentyun.GenUserSig(int(sdkAppID), key.Reveal(), userID, int(expire/time.Second))
	if err != nil {
		return "", fmt.Errorf("generate UserSig for %q: %w", userID, err)
	}
	return sig, nil
}

// InspectUserSig decodes a signature without verifying it. Errors are [*Error] with 70002 (empty) or 70003
// (undecodable).
func InspectUserSig(sig string) (UserSig, error) {
	if sig == "" {
		return UserSig{}, &Error{Code: CodeSigEmpty, Info: "UserSig is empty"}
	}
	s, err := decodeUserSig(sig)
	if err != nil {
		return UserSig{}, &Error{Code: CodeSigInvalid, Info: "UserSig cannot be decoded: " + err.Error()}
	}
	return s, nil
}

// VerifyUserSig checks a signature for a user of an application at the time now. Errors are [*Error], in this order:
// 70002 empty, 70003 undecodable, 70013 made for another user, 70014 for another application, 70009 with another key,
// 70001 expired. (The order of the real service is not known.)
func VerifyUserSig(sdkAppID int64, key Secret, userID, sig string, now time.Time) (UserSig, error) {
	s, err := InspectUserSig(sig)
	if err != nil {
		return UserSig{}, err
	}
	if s.Identifier != userID {
		return s, &Error{Code: CodeSigIdentifier, Info: fmt.Sprintf("UserSig was made for user %q, not for %q", s.Identifier, userID)}
	}
	if s.SDKAppID != sdkAppID {
		return s, &Error{Code: CodeSigAppID, Info: fmt.Sprintf("UserSig was made for sdkappid %d, not for %d", s.SDKAppID, sdkAppID)}
	}
	if !s.signedWith(key, sig) {
		return s, &Error{Code: CodeSigMismatch, Info: "UserSig was not made with this application's key"}
	}
	if now.After(s.Expires()) {
		return s, &Error{Code: CodeSigExpired, Info: "UserSig expired at " + s.Expires().UTC().Format(time.RFC3339)}
	}
	return s, nil
}

// signedWith asks the library about the moment of signing, so that only the key can be wrong.
func (s UserSig) signedWith(key Secret, sig string) bool {
	return tencentyun.VerifyUserSigWithBuf(uint64(s.SDKAppID), key.Reveal(), s.Identifier, sig, s.Time, s.userBuf) == nil
}

func decodeUserSig(sig string) (UserSig, error) {
	if len(sig) > maxUserSig {
		return UserSig{}, fmt.Errorf("%d characters are too many", len(sig))
	}
	packed, err := sigEncoding.DecodeString(sig)
	if err != nil {
		return UserSig{}, err
	}
	r, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return UserSig{}, err
	}
	defer r.Close()
	plain, err := readBounded(r, maxUserSigPlain)
	if err != nil {
		return UserSig{}, err
	}
	return parseUserSig(plain)
}

func parseUserSig(plain []byte) (UserSig, error) {
	var doc struct {
		Version    string `json:"TLS.ver"`
		Identifier string `json:"TLS.identifier"`
		SDKAppID   int64  `json:"TLS.sdkappid"`
		Expire     int64  `json:"TLS.expire"`
		Time       int64  `json:"TLS.time"`
		UserBuf    []byte `json:"TLS.userbuf"`
		Sig        []byte `json:"TLS.sig"`
	}
	if err := json.Unmarshal(plain, &doc); err != nil {
		return UserSig{}, err
	}
	if doc.Version != "2.0" || doc.Identifier == "" || len(doc.Sig) == 0 {
		return UserSig{}, errors.New("TLS.ver, TLS.identifier or TLS.sig is missing")
	}
	// A century keeps the arithmetic of time.Duration away from overflow.
	const maxExpire = 100 * 365 * 24 * 3600
	if doc.Expire < 0 || doc.Expire > maxExpire || doc.Time < 0 || doc.SDKAppID < 0 {
		return UserSig{}, errors.New("TLS.expire, TLS.time or TLS.sdkappid is out of range")
	}
	return UserSig{
		Identifier: doc.Identifier, SDKAppID: doc.SDKAppID, Time: time.Unix(doc.Time, 0),
		Expire: time.Duration(doc.Expire) * time.Second, userBuf: doc.UserBuf,
	}, nil
}
