package emulator

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOnlyThisMachineAndNamedOriginsReachTheServer(t *testing.T) {
	const here, lan = "127.0.0.1:7400", "192.168.1.5:7400"
	tests := []struct {
		name, local, host, origin string
		allowed                   bool
	}{
		{"a program without origin", here, "127.0.0.1:7400", "", true},
		{"a name of this machine", here, "localhost:7400", "", true},
		{"a name in capitals", here, "LocalHost:7400", "", true},
		{"another port, as behind a port map", here, "127.0.0.1:32768", "", true},
		{"no port, as behind a proxy", here, "localhost", "", true},
		{"IPv6", "[::1]:7400", "[::1]:7400", "", true},
		{"another loopback address", here, "127.0.0.2:7400", "", true},
		{"a name pointed at this machine", here, "attacker.example:7400", "", false},
		{"a name that looks like an address", here, "127.0.0.1.attacker.example:7400", "", false},
		{"a name that looks like localhost", here, "localhost.attacker.example", "", false},
		{"an address of elsewhere", here, "192.168.1.5:7400", "", false},
		{"no host", here, "", "", false},

		{"the address of a listener in the network", lan, "192.168.1.5:7400", "", true},
		{"a mapped address of a listener in the network", "172.17.0.2:7400", "10.0.0.9:80", "", true},
		{"a name for a listener in the network", lan, "attacker.example:7400", "", false},
		{"a named host", lan, "Chat.Example:7400", "", true},

		{"a page of this machine", here, "127.0.0.1:7400", "http://localhost:5173", true},
		{"a page of this machine over TLS", here, "127.0.0.1:7400", "https://127.0.0.1", true},
		{"a page of this machine, IPv6", here, "127.0.0.1:7400", "http://[::1]:8080", true},
		{"a foreign page", here, "127.0.0.1:7400", "https://attacker.example", false},
		{"a page in a sandbox or a file", here, "127.0.0.1:7400", "null", false},
		{"another scheme", here, "127.0.0.1:7400", "chrome-extension://localhost", false},
		{"a page whose name begins like this machine", here, "127.0.0.1:7400", "http://localhost.attacker.example", false},
		{"this machine as a user name", here, "127.0.0.1:7400", "http://localhost@attacker.example", false},
		{"a named page", here, "127.0.0.1:7400", "https://chat.example", true},
		{"a named page in capitals", here, "127.0.0.1:7400", "https://CHAT.example/", true},
		{"a named page with its port", here, "127.0.0.1:7400", "http://dev.example:5173", true},
		{"a named page on another port", here, "127.0.0.1:7400", "http://dev.example:5174", false},
		{"a named page with another scheme", here, "127.0.0.1:7400", "http://chat.example", false},
	}
	s := &Server{options: Options{AllowOrigins: []string{"https://Chat.Example/", "http://dev.example:5173"}}}
	guarded := s.guard(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			address, err := net.ResolveTCPAddr("tcp", test.local)
			require.NoError(t, err)
			r := httptest.NewRequest(http.MethodPost, "/v4/openim/sendmsg", nil)
			r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(address)))
			r.Host = test.host
			if test.origin != "" {
				r.Header.Set("Origin", test.origin)
			}
			w := httptest.NewRecorder()
			guarded.ServeHTTP(w, r)
			if test.allowed {
				require.Equal(t, http.StatusNoContent, w.Code, w.Body)
				return
			}
			require.Equal(t, http.StatusForbidden, w.Code)
			require.Contains(t, w.Body.String(), "--allow-origin", "a refusal names the remedy")
		})
	}
}
