package push

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

func TestAProbeMakesTheHandshakeAndNothingElse(t *testing.T) {
	asked := make(chan string, 1)
	received := make(chan error, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Path + " " + r.URL.Query().Get("sdkappid")
		w.Header().Set("Date", "Mon, 23 Nov 2026 08:00:00 GMT")
		socket, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		_, _, err = socket.Read(r.Context())
		received <- err
	}))
	defer server.Close()
	response, err := Probe(t.Context(), strings.Replace(server.URL, "http", "ws", 1), 1400000000, nil)
	require.NoError(t, err)
	require.Equal(t, "/binfo 1400000000", <-asked)
	require.Equal(t, "Mon, 23 Nov 2026 08:00:00 GMT", response.Header.Get("Date"))
	require.Error(t, <-received, "not one frame is sent")
}

func TestAProbeTellsARefusalFromSilence(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	response, err := Probe(t.Context(), strings.Replace(server.URL, "http", "ws", 1), 1, nil)
	require.Error(t, err)
	require.Equal(t, http.StatusNotFound, response.StatusCode)

	response, err = Probe(t.Context(), "ws://127.0.0.1:1", 1, nil)
	require.Error(t, err)
	require.Nil(t, response)
	_, err = Probe(t.Context(), "http://127.0.0.1:1", 1, nil)
	require.Error(t, err)
}
