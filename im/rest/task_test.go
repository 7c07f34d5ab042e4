package rest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A receipt that no webhook told of is found at the next sweep or the one after it, not a minute later.
func TestWebhooksDoNotSlowDownWhatTheyMayHaveLost(t *testing.T) {
	now := time.Now()
	contacts := func(since time.Duration) *task {
		return &task{every: contactsEvery, slower: 2, last: now.Add(-since)}
	}
	require.True(t, contacts(29*time.Second).due(now, safetyNet), "a turn that comes a little early counts")
	require.False(t, contacts(slowest).due(now, slowest))
	require.True(t, contacts(2*slowest-time.Second).due(now, slowest))
	require.False(t, contacts(4*time.Second).due(now, fastest))
	require.True(t, contacts(5*time.Second).due(now, fastest))
}
