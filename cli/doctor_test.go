package cli

import (
	"bytes"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/stretchr/testify/require"

	"reddot/store"
	"reddot/ui/paint"
)

// answering is a profile on a server that answers every call in one way.
func answering(t *testing.T, handler http.HandlerFunc) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	home(t, strings.Replace(cloudProfile, `region = "cn"`, `server = "`+server.URL+`"`, 1)+"secret_key = \"hidden\"\n")
}

func TestTheDoctorKnowsACaptivePortal(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"web page": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>log in here</html>")) },
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://portal.example", http.StatusFound)
		},
		"gateway": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
	} {
		t.Run(name, func(t *testing.T) {
			answering(t, handler)
			code, out, _ := run("", "doctor", "--profile", "cloud")
			require.Equal(t, exitUnreachable, code)
			require.Contains(t, out, "somebody else answers")
			require.Contains(t, out, "a login on a web page")
			require.NotContains(t, out, "hidden")
		})
	}
}

func TestTheDoctorNamesACertificateThatIsNotTrusted(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(server.Close)
	home(t, strings.Replace(cloudProfile, `region = "cn"`, `server = "`+server.URL+`"`, 1)+"secret_key = \"hidden\"\n")
	code, out, _ := run("", "doctor", "--profile", "cloud")
	require.Equal(t, exitUnreachable, code)
	require.Contains(t, out, "the certificate is not trusted")
}

func TestTheDoctorComparesClocks(t *testing.T) {
	for _, test := range []struct {
		apart time.Duration
		want  string
	}{
		{0, "✓ clock +agrees with the service's"},
		{20 * time.Second, "· clock +this machine is (19|20)s behind"},
		{-time.Hour, "! clock +this machine is (1h0m0s|59m59s) ahead of the service"},
	} {
		answering(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", time.Now().Add(test.apart).UTC().Format(http.TimeFormat))
			_, _ = w.Write([]byte(`{"ActionStatus":"FAIL","ErrorCode":60005,"ErrorInfo":"no"}`))
		})
		_, out, _ := run("", "doctor", "--profile", "cloud")
		require.Regexp(t, test.want, out)
	}
}

func TestTheServicesOwnWordsArePassedOnClean(t *testing.T) {
	answering(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"ActionStatus":"FAIL","ErrorCode":424242,"ErrorInfo":"odd \u001b[2J\u202ething"}`))
	})
	code, out, _ := run("", "doctor", "--profile", "cloud")
	require.Equal(t, exitFailed, code)
	require.Contains(t, out, "odd thing (424242)")
	require.NotContains(t, out, "\x1b")

	answering(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"ActionStatus":"FAIL","ErrorCode":10004,"ErrorInfo":"Limit is too large"}`))
	})
	_, out, _ = run("", "doctor", "--profile", "cloud")
	require.Contains(t, out, "the service says: Limit is too large", "our remedy refers to it")
}

func TestTheEndOfASignatureIsByTheServicesClock(t *testing.T) {
	answering(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(48*time.Hour).UTC().Format(http.TimeFormat))
		_, _ = w.Write([]byte(`{"ErrorCode":60005}`))
	})
	code, out, _ := run("", "doctor", "--profile", "cloud")
	require.Equal(t, exitPermission, code)
	require.Regexp(t, `✗ signature +the UserSig has expired`, out)
}

func TestTheDoctorNamesAStandbyThatAnswers(t *testing.T) {
	var out bytes.Buffer
	c := &checkup{app: &app{out: &out, words: english}, count: map[severity]int{}, account: &account{admin: "administrator"}}
	all := []endpoint{
		{url: "https://first.example", needed: true, err: errNoAnswer}, {url: "https://standby.example"}, {url: "wss://other.example"},
	}
	c.sayEndpoint(all[0])
	c.checkStandby(all)
	require.Contains(t, out.String(), "✗ endpoint         https://first.example: no answer within 4s")
	require.Contains(t, out.String(), `set server = "https://standby.example" in the profile`)

	out.Reset()
	c.reached = true
	c.checkStandby(all)
	require.Empty(t, out.String())
}

func TestTheDoctorTellsThatAnotherProgramHasTheStore(t *testing.T) {
	dir := home(t, strings.Replace(cloudProfile, `region = "cn"`, `server = "http://127.0.0.1:1"`, 1)+"secret_key = \"hidden\"\n")
	data := filepath.Join(dir, "data")
	held, err := store.Open(filepath.Join(data, "client.db"), store.Options{})
	require.NoError(t, err)
	_, out, _ := run("", "doctor", "--profile", "cloud", "--data", data)
	require.Regexp(t, `· data directory +another reddot of this account and device has it open`, out)
	require.NoError(t, held.Close())
	_, out, _ = run("", "doctor", "--profile", "cloud", "--data", data)
	require.Regexp(t, `✓ data directory +client.db opens; the log is .*client.log`, out)
}

func TestADoctorForARemoteLongConnectionDoesNotLogIn(t *testing.T) {
	var out bytes.Buffer
	a := &app{out: &out, words: english}
	c := &checkup{app: a, count: map[severity]int{}, signed: true, reached: true, account: &account{url: "wss://im.example"}}
	c.checkService(t.Context(), false)
	require.Contains(t, out.String(), "it takes a Web instance")
	require.Contains(t, out.String(), "reddot doctor --login")
}

func TestWhatTheDoctorMakesOfATerminal(t *testing.T) {
	t.Setenv("TMUX", "/tmp/tmux")
	tests := []struct {
		name       string
		answers    paint.Answers
		configured int
		want       []string
	}{
		{
			"all there",
			paint.Answers{AmbiguousWidth: 1, Sync: true, Graphemes: true, Focus: true, KittyKeys: true, Clipboard: true},
			1,
			[]string{"✓ symbol width", "✓ mode 2026", "✓ mode 2027", "✓ keyboard", "✓ clipboard", "✓ focus"},
		},
		{
			"nothing there",
			paint.Answers{},
			1,
			[]string{"· symbol width", "· mode 2026", "· mode 2027", "· keyboard", "set -s extended-keys on", "· clipboard", "set-clipboard on", "· focus", "focus-events on"},
		},
		{"drawn wide, set narrow", paint.Answers{AmbiguousWidth: 2}, 1, []string{"! symbol width", "take 2 columns, set is 1", "set ambiguous_width = 2 under [screen]"}},
		{"drawn narrow, set wide", paint.Answers{AmbiguousWidth: 1}, 2, []string{"! symbol width", "set ambiguous_width = 1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			c := &checkup{app: &app{out: &out, words: english}, count: map[severity]int{}}
			c.checkWidth(test.answers.AmbiguousWidth, test.configured)
			c.checkModesOf(test.answers)
			for _, want := range test.want {
				require.Contains(t, out.String(), want)
			}
		})
	}
	var out bytes.Buffer
	c := &checkup{app: &app{out: &out, words: chinese}, count: map[severity]int{}}
	c.checkColours(colorprofile.TrueColor)
	c.checkColours(colorprofile.NoTTY)
	require.Equal(t, "✓ 颜色             TrueColor\n· 颜色             没有颜色\n                   → 检查 TERM 和 NO_COLOR\n", out.String())
}

func TestEveryCheckHasATitleInBothLanguages(t *testing.T) {
	for name, title := range titles {
		require.NotEmpty(t, title.ZH, name)
		require.NotEmpty(t, title.EN, name)
		require.LessOrEqual(t, len(title.EN), 16, name)
	}
}
