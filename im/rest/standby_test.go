package rest

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// hosts answers for some hosts and refuses connections to the others.
type hosts struct {
	*service
	dead  map[string]bool
	asked []string
}

func (h *hosts) RoundTrip(request *http.Request) (*http.Response, error) {
	h.mu.Lock()
	h.asked = append(h.asked, request.URL.Host)
	dead := h.dead[request.URL.Host]
	h.mu.Unlock()
	if dead {
		return nil, errors.New("connection refused")
	}
	return h.service.RoundTrip(request)
}

func TestTheStandbyHostTakesOver(t *testing.T) {
	h := &hosts{service: newService(t), dead: map[string]bool{"im.example": true}}
	options := h.options()
	options.Standby, options.HTTPClient = []string{"https://standby.example"}, &http.Client{Transport: h}
	client := New(options)
	defer client.Close()
	require.NoError(t, client.Connect(t.Context()))
	before := len(h.asked)
	_, err := client.Profiles(t.Context(), []string{"bo"})
	require.NoError(t, err)
	require.NotContains(t, h.asked[before:], "im.example", "the one that answers is stayed with")

	h.mu.Lock()
	h.dead = map[string]bool{"standby.example": true}
	h.mu.Unlock()
	_, err = client.Profiles(t.Context(), []string{"cy"})
	require.NoError(t, err, "and left for the first when it stops answering")
}

func TestAnAddressThatCannotWorkIsSaid(t *testing.T) {
	options := newService(t).options()
	options.Standby = []string{"wss://standby.example"}
	client := New(options)
	defer client.Close()
	require.ErrorContains(t, client.Connect(t.Context()), "http:// or https://")
}
