package credential

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/config"
	"reddot/im/wire"
)

// backendOf starts a backend of a shop and returns what asks it.
func backendOf(t *testing.T, handler http.HandlerFunc) Backend {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return Backend{URL: server.URL + "/sig?user={user}&app={app_id}&token=hidden", User: "主播 1&x=y", AppID: 7, Texts: english}
}

func TestABackendIsAskedForTheRightUser(t *testing.T) {
	t.Setenv("SHOP_TOKEN", "from-the-environment")
	backend := backendOf(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("user") == "主播 1&x=y" && r.URL.Query().Get("app") == "7" && !r.URL.Query().Has("x") &&
			r.Method == http.MethodGet && r.Header.Get("Authorization") == "Bearer from-the-environment" {
			_, _ = io.WriteString(w, "eJw-one\n")
		}
	})
	backend.Request.Headers = map[string]wire.Secret{"Authorization": wire.NewSecret("Bearer $SHOP_TOKEN")}
	got, err := backend.Sign(t.Context())
	require.NoError(t, err)
	require.Equal(t, "eJw-one", got.Reveal())
}

func TestAHeaderWithAVariableThatIsNotSetIsSaid(t *testing.T) {
	backend := backendOf(t, func(http.ResponseWriter, *http.Request) { t.Error("asked all the same") })
	backend.Request.Headers = map[string]wire.Secret{"Authorization": wire.NewSecret("Bearer $REDDOT_TEST_NO_SUCH_VARIABLE")}
	_, err := backend.Sign(t.Context())
	require.ErrorContains(t, err, "the variable REDDOT_TEST_NO_SUCH_VARIABLE is not set")
}

func TestABackendThatWantsAPostGetsJSON(t *testing.T) {
	backend := backendOf(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method == http.MethodPost && r.Header.Get("Content-Type") == "application/json" && string(body) == `{"appId":7,"user":"anchor"}` {
			_, _ = io.WriteString(w, `{"userSig":"eJw-one"}`)
		}
	})
	backend.User = "anchor"
	backend.Request = config.UserSigRequest{Method: http.MethodPost}
	got, err := backend.Sign(t.Context())
	require.NoError(t, err)
	require.Equal(t, "eJw-one", got.Reveal())
}

func TestFormsOfAnAnswer(t *testing.T) {
	for answer, want := range map[string]string{
		"eJw-one":                            "eJw-one",
		" eJw-one\r\n":                       "eJw-one",
		`"eJw-one"`:                          "eJw-one",
		`{"usersig":"eJw-one"}`:              "eJw-one",
		`{"code":0,"user_sig":"eJw-one"}`:    "eJw-one",
		`{"data":{"UserSig":"eJw-one"}}`:     "eJw-one",
		`{"a":{"b":{"userSig":"eJw-one"}}}`:  "eJw-one",
		`{"userSig":12,"data":{}}`:           "",
		`{"a":{"b":{"c":{"userSig":"no"}}}}`: "",
		`[{"userSig":"no"}]`:                 "",
		`{"name":"no"}`:                      "",
		"":                                   "",
	} {
		require.Equal(t, want, strings.TrimSpace(signatureIn([]byte(answer))), answer)
	}
}

func TestABackendThatFailsSaysWhyAndNoSecret(t *testing.T) {
	tests := map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"refuses":   {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "hidden", http.StatusForbidden) }, "HTTP 403"},
		"redirects": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/hidden", http.StatusFound) }, "HTTP 302"},
		"web page":  {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>hidden</html>") }, "it is no UserSig"},
		"nothing":   {func(http.ResponseWriter, *http.Request) {}, "it is empty"},
		"flood": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("hidden", maxText))
		}, "more than 64 KB"},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "9") }, "unexpected EOF"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := backendOf(t, test.handler).Sign(t.Context())
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, err, "/sig) gave no UserSig")
			require.NotContains(t, err.Error(), "hidden")
		})
	}
}

func TestABackendBeyondThisMachineNeedsHTTPS(t *testing.T) {
	for _, address := range []string{"http://shop.example/sig", "http://{user}/sig"} {
		_, err := Backend{URL: address, User: "shop.example", Texts: english}.Sign(t.Context())
		require.ErrorContains(t, err, "https is required", address)
	}
	_, err := Backend{URL: "https://127.0.0.1:1/sig?token=hidden", Texts: english}.Sign(t.Context())
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hidden")
}
