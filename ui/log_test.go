package ui

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// secret prints as the program's secrets do.
type secret string

func (secret) String() string { return "***" }

func TestLogKeepsWhatTheFileLeavesOut(t *testing.T) {
	var file bytes.Buffer
	log := &Log{}
	logger := slog.New(log.Handler(slog.NewTextHandler(&file, &slog.HandlerOptions{Level: slog.LevelWarn}))).With("adapter", "push", "user", "anchor")
	logger.Debug("Call", "command", "openim.getmsg", "request", uint32(99), "took", 3*time.Millisecond)
	logger.Warn("Call failed", "command", "openim.sendmsg", "code", 20012, "error", errors.New("muted"), "sig", secret("eJw"))

	records := log.Records()
	require.Len(t, records, 2)
	call := records[0]
	require.WithinDuration(t, time.Now(), call.Time, time.Minute)
	call.Time = time.Time{}
	require.Equal(t, LogRecord{
		Level: slog.LevelDebug, Message: "Call", Command: "openim.getmsg", Request: "99", Took: 3 * time.Millisecond, Part: "push",
	}, call)
	require.Equal(t, 20012, records[1].Code)
	require.Equal(t, "muted", records[1].Error)
	require.Equal(t, "sig=***", records[1].Rest)
	require.Equal(t, 1, strings.Count(file.String(), "\n"), "the file has its own level")
	require.Contains(t, file.String(), "user=anchor")
}

func TestLogIsBounded(t *testing.T) {
	log := &Log{}
	logger := slog.New(log.Handler(slog.DiscardHandler))
	for i := range 2*logRecords + 7 {
		logger.Info(fmt.Sprint(i), "error", strings.Repeat("长", 10_000))
	}
	records := log.Records()
	require.Len(t, records, logRecords)
	require.Equal(t, fmt.Sprint(logRecords+7), records[0].Message, "the oldest ones go")
	require.Equal(t, fmt.Sprint(2*logRecords+6), records[logRecords-1].Message)
	for _, r := range records {
		require.Less(t, len(r.Error), logBytes+20)
		require.True(t, strings.HasSuffix(r.Error, "… (30000)"))
	}
}

func TestLogTellsEverybodyWhoWaits(t *testing.T) {
	log := &Log{}
	first, second := log.Changed(), log.Changed()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { slog.New(log.Handler(slog.DiscardHandler)).Info("x") })
	}
	<-first
	<-second
	group.Wait()
	require.Len(t, log.Records(), 8)
}
