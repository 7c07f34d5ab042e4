// Package credential finds, keeps and fetches what proves who logs in: a UserSig, or the key that makes one.
//
// Invariants:
//   - A secret is in no error: not in that of a command that failed, not in the URL of a backend that did not answer.
//   - Everything that can hang has a deadline: a keyring that waits to be unlocked, a command, a backend.
//   - What is written to a file is readable by its owner alone, from the first byte on.
package credential

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"reddot/im/convert"
	"reddot/im/wire"
)

// Sign returns a signature that is valid now.
type Sign func(context.Context) (wire.Secret, error)

// Kind is what a credential is.
type Kind string

const (
	// UserSig is a signature of one user of one application, with an end.
	UserSig Kind = "usersig"
	// SecretKey is the application's key, which signs for all of its users.
	SecretKey Kind = "secretkey"
)

// Credential is a proof that is kept.
type Credential struct {
	Kind   Kind
	Secret wire.Secret
}

// Store keeps the credentials of profiles by their names.
type Store interface {
	// Get returns ErrNone when the profile has none, and ErrForeign for what cannot be read.
	Get(ctx context.Context, profile string) (Credential, error)
	Set(ctx context.Context, profile string, credential Credential) error
	// Delete returns ErrNone when there was none.
	Delete(ctx context.Context, profile string) error
}

// ErrNone says that nothing is stored, ErrForeign that what is stored there is none of ours.
var (
	ErrNone    = errors.New("nothing is stored")
	ErrForeign = errors.New("what is stored is not reddot's")
)

// maxText bounds what a person, a command or a backend may hand over. A UserSig has some 300 bytes.
const maxText = 64 << 10

// tencentKey is what a SecretKey of the console looks like.
var tencentKey = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Recognise tells what somebody pasted. The error says that it is neither a UserSig that can be decoded nor a SecretKey as
// the console shows it.
func Recognise(text string) (Credential, error) {
	secret := wire.NewSecret(text)
	if tencentKey.MatchString(text) {
		return Credential{SecretKey, secret}, nil
	}
	if _, err := wire.InspectUserSig(text); err != nil {
		return Credential{}, err
	}
	return Credential{UserSig, secret}, nil
}

// encode writes a credential as a store keeps it.
func (c Credential) encode() string { return string(c.Kind) + ":" + c.Secret.Reveal() }

func decode(text string) (Credential, error) {
	kind, secret, ok := strings.Cut(strings.TrimSpace(text), ":")
	if !ok || secret == "" || Kind(kind) != UserSig && Kind(kind) != SecretKey {
		return Credential{}, ErrForeign
	}
	return Credential{Kind(kind), wire.NewSecret(secret)}, nil
}

// Fixed signs with a signature that is there already.
func Fixed(signature wire.Secret) Sign {
	return func(context.Context) (wire.Secret, error) { return signature, nil }
}

// Key makes signatures of a user that are valid for some time.
func Key(appID int64, key wire.Secret, user string, life time.Duration) Sign {
	return func(context.Context) (wire.Secret, error) {
		signature, err := wire.GenerateUserSig(appID, key, user, life)
		return wire.NewSecret(signature), err
	}
}

// single checks that a text is one that could be a UserSig: one word, without markup.
func single(text string, texts convert.Texts) (wire.Secret, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return wire.Secret{}, errors.New(texts.Pick("得到的是空内容", "it is empty"))
	case strings.ContainsAny(text, " \t\r\n<>{}\"\x00"):
		return wire.Secret{}, errors.New(texts.Pick("得到的不是 UserSig", "it is no UserSig"))
	}
	return wire.NewSecret(text), nil
}
