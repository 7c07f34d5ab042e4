package emulator

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// guard refuses requests that a foreign web page could have caused: those whose Origin is
// neither of this machine nor named, and those whose Host is a name that somebody pointed
// at this machine. Ports are not compared: they differ behind proxies and port maps.
func (s *Server) guard(next http.Handler) http.Handler {
	origins, hosts := allowedOrigins(s.options.AllowOrigins)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if origin := r.Header.Get("Origin"); origin != "" && !originAllowed(origin, origins) {
			http.Error(w, "this origin may not use the server; start it with --allow-origin to let it", http.StatusForbidden)
			return
		}
		if !hostAllowed(r, hosts) {
			http.Error(w, "the server is not known by this host name; use its address, or start it with --allow-origin http://NAME", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// allowedOrigins brings named origins into the form in which they are compared, and lists
// their hosts: who serves a page under a name may reach the server under it, too.
func allowedOrigins(named []string) (origins, hosts []string) {
	for _, origin := range named {
		origin = plainOrigin(origin)
		origins = append(origins, origin)
		if parsed, err := url.Parse(origin); err == nil && parsed.Hostname() != "" {
			hosts = append(hosts, parsed.Hostname())
		}
	}
	return origins, hosts
}

func plainOrigin(origin string) string { return strings.ToLower(strings.TrimSuffix(origin, "/")) }

func originAllowed(origin string, named []string) bool {
	origin = plainOrigin(origin)
	if slices.Contains(named, origin) {
		return true
	}
	parsed, err := url.Parse(origin)
	return err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https") && isLoopback(parsed.Hostname())
}

// hostAllowed looks at the host name of a request that came in on a listener's address.
func hostAllowed(r *http.Request, named []string) bool {
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if local == nil {
		return false
	}
	localHost, _, err := net.SplitHostPort(local.String())
	if err != nil {
		return false
	}
	host := (&url.URL{Host: r.Host}).Hostname()
	switch {
	case isLoopback(host), strings.EqualFold(host, localHost), slices.Contains(named, strings.ToLower(host)):
		return true
	}
	// Beyond this machine the address may be a mapped one. No name was pointed there, if it
	// is a literal.
	return !isLoopback(localHost) && net.ParseIP(host) != nil
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
