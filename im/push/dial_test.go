package push

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/wire"
)

// TestAWebPageInsteadOfTheService is what a network does that wants a login in the browser first, and what a gateway does
// whose service is down.
func TestAWebPageInsteadOfTheService(t *testing.T) {
	for name, test := range map[string]struct {
		status       int
		header, said string
		class        im.Class
	}{
		"portal":                {200, "", "a web page answered", im.ClassUnreachable},
		"portal that redirects": {302, "http://portal.example/login", "a web page answered", im.ClassUnreachable},
		"bad gateway":           {502, "", "out of order (HTTP 502)", im.ClassUnreachable},
		"another server":        {404, "", "no IM service at this address", im.ClassUnreachable},
		"forbidden":             {403, "", "no IM service at this address", im.ClassPermission},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked++
				if test.header != "" {
					w.Header().Set("Location", test.header)
				}
				w.Header().Set("Content-Type", "text/html")
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, "<html>Welcome to the hotel</html>")
			}))
			defer server.Close()
			client := New(Options{
				URLs: At("ws" + strings.TrimPrefix(server.URL, "http")), AppID: 1, User: "alice", UserSig: wire.NewSecret("s"), Language: "en",
			})
			defer client.Close()
			err := client.Connect(t.Context())
			require.ErrorContains(t, err, test.said)
			require.NotContains(t, err.Error(), "hotel")
			require.Equal(t, test.class, im.ClassOf(err))
			require.Equal(t, 1, asked, "a redirection is not followed")
		})
	}
}
