package emulator

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPanicOfAHandlerIsAnErrorInTheLogAndEndsItsConnection(t *testing.T) {
	var log bytes.Buffer
	s := &Server{log: slog.New(slog.NewTextHandler(&log, nil))}
	broken := s.reportPanics(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("no such row") }))
	require.PanicsWithValue(t, http.ErrAbortHandler, func() {
		broken.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/v4/openim/sendmsg", nil))
	})
	require.Contains(t, log.String(), "level=ERROR")
	require.Contains(t, log.String(), "no such row")
	require.Contains(t, log.String(), "path=/v4/openim/sendmsg")

	log.Reset()
	ended := s.reportPanics(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	require.PanicsWithValue(t, http.ErrAbortHandler, func() {
		ended.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	})
	require.Empty(t, log.String())
}
