package wire

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var demoKey = NewSecret("demo-secret")

const demoApp = 1400000000

// documented is the signature of the documentation's test vector: key demo-secret, signed at 1700000000 for a day.
const documented = `{"TLS.ver":"2.0","TLS.identifier":"app_admin","TLS.sdkappid":1400000000,"TLS.time":1700000000,` +
	`"TLS.expire":86400,"TLS.sig":"eghHIS4TEkadFbfEhK+f9TjDGj/zteE00VFaD6JPwtU="}`

func pack(plain string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write([]byte(plain))
	_ = w.Close()
	return sigEncoding.EncodeToString(b.Bytes())
}

func TestVerifyUserSig(t *testing.T) {
	good := pack(documented)
	issued := time.Unix(1700000000, 0)
	tests := []struct {
		name, user, sig string
		app             int64
		key             Secret
		now             time.Time
		code            int
	}{
		{"documented vector", "app_admin", good, demoApp, demoKey, issued, 0},
		{"last second", "app_admin", good, demoApp, demoKey, issued.Add(24 * time.Hour), 0},
		{"empty", "app_admin", "", demoApp, demoKey, issued, 70002},
		{"no base64", "app_admin", "!!", demoApp, demoKey, issued, 70003},
		{"no zlib", "app_admin", "AAAA", demoApp, demoKey, issued, 70003},
		{"no JSON", "app_admin", pack("hello"), demoApp, demoKey, issued, 70003},
		{"no fields", "app_admin", pack("{}"), demoApp, demoKey, issued, 70003},
		{"bomb", "app_admin", pack(documented + strings.Repeat(" ", 1<<20)), demoApp, demoKey, issued, 70003},
		{"very long", "app_admin", strings.Repeat("A", 1<<20), demoApp, demoKey, issued, 70003},
		{"expiry overflows", "app_admin", pack(strings.Replace(documented, "86400", "9223372036854775807", 1)), demoApp, demoKey, issued, 70003},
		{"another user", "bob", good, demoApp, demoKey, issued, 70013},
		{"another application", "app_admin", good, demoApp + 1, demoKey, issued, 70014},
		{"another key", "app_admin", good, demoApp, NewSecret("x"), issued, 70009},
		{"longer life than signed", "app_admin", pack(strings.Replace(documented, "86400", "99999", 1)), demoApp, demoKey, issued, 70009},
		{"expired", "app_admin", good, demoApp, demoKey, issued.Add(24*time.Hour + time.Second), 70001},
		{"the user is checked before the application", "bob", good, 1, demoKey, issued, 70013},
		{"the key is checked before the clock", "app_admin", good, demoApp, NewSecret("x"), issued.Add(48 * time.Hour), 70009},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := VerifyUserSig(test.app, test.key, test.user, test.sig, test.now)
			if test.code == 0 {
				require.NoError(t, err)
				return
			}
			var refusal *Error
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, test.code, refusal.Code, refusal.Info)
			require.NotContains(t, refusal.Info, "demo-secret")
		})
	}
}

func TestGeneratedSignaturesVerifyAndExplainThemselves(t *testing.T) {
	sig, err := GenerateUserSig(demoApp, demoKey, "anchor-mei", 24*time.Hour)
	require.NoError(t, err)
	now := time.Now()
	s, err := VerifyUserSig(demoApp, demoKey, "anchor-mei", sig, now)
	require.NoError(t, err)
	require.Equal(t, "anchor-mei", s.Identifier)
	require.Equal(t, int64(demoApp), s.SDKAppID)
	require.Equal(t, 24*time.Hour, s.Expire)
	require.Equal(t, s.Time.Add(24*time.Hour), s.Expires())
	require.Equal(t, -time.Hour, s.Remaining(s.Expires().Add(time.Hour)))
}

func TestGenerateUserSigRefusesWhatCannotWork(t *testing.T) {
	for name, generate := range map[string]func() (string, error){
		"no user": func() (string, error) { return GenerateUserSig(demoApp, demoKey, "", time.Hour) },
		"no key":  func() (string, error) { return GenerateUserSig(demoApp, Secret{}, "a", time.Hour) },
		"no life": func() (string, error) { return GenerateUserSig(demoApp, demoKey, "a", time.Millisecond) },
	} {
		_, err := generate()
		require.Error(t, err, name)
	}
}

func TestSecretsPrintAsStars(t *testing.T) {
	type config struct{ key Secret }
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	logger.Info("x", "key", demoKey, "config", config{demoKey}, "pointer", &config{demoKey})
	encoded, err := json.Marshal(struct{ Key Secret }{demoKey})
	require.NoError(t, err)
	outputs := []string{log.String(), string(encoded), errors.Join(fmt.Errorf("key %v", demoKey)).Error()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		outputs = append(outputs,
			fmt.Sprintf(verb, demoKey), fmt.Sprintf(verb, &demoKey), fmt.Sprintf(verb, config{demoKey}), fmt.Sprintf(verb, &config{demoKey}))
	}
	for _, output := range outputs {
		require.NotContains(t, output, "demo-secret")
		require.NotContains(t, output, fmt.Sprintf("%x", "demo-secret"))
	}
	require.Equal(t, "demo-secret", demoKey.Reveal())
	require.True(t, Secret{}.IsEmpty())
}

func FuzzInspectUserSig(f *testing.F) {
	f.Add(pack(documented))
	f.Add("eJw_")
	f.Fuzz(func(t *testing.T, sig string) {
		s, err := InspectUserSig(sig)
		if err == nil {
			require.NotEmpty(t, s.Identifier)
			_ = s.Remaining(time.Now())
		}
	})
}
