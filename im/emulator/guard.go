package emulator

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// guard refuses requests that a foreign web page could have caused: those whose Origin is
// neither of this machine nor named, and those whose Host is not the listener's (a name
// that somebody pointed at this machine).
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if origin := r.Header.Get("Origin"); origin != "" && !s.originAllowed(origin) {
			http.Error(w, "this origin may not use the server; start it with --allow-origin to let it", http.StatusForbidden)
			return
		}
		if !hostAllowed(r) {
			http.Error(w, "the server is not known by this host name", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) originAllowed(origin string) bool {
	if slices.Contains(s.options.AllowOrigins, origin) {
		return true
	}
	parsed, err := url.Parse(origin)
	return err == nil && isLoopback(parsed.Hostname())
}

// hostAllowed compares Host with the address on which the request came in.
func hostAllowed(r *http.Request) bool {
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if local == nil {
		return false
	}
	localHost, localPort, err := net.SplitHostPort(local.String())
	if err != nil {
		return false
	}
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		host, port = strings.Trim(r.Host, "[]"), "80"
	}
	if isLoopback(localHost) {
		return isLoopback(host) && port == localPort
	}
	// Beyond this machine a port may be mapped, but a literal address cannot be pointed
	// elsewhere.
	return net.ParseIP(host) != nil
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
