package rest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
)

// TestASignatureIsSaidToEndAndToHaveEnded, once each, and anew for the next one.
func TestASignatureIsSaidToEndAndToHaveEnded(t *testing.T) {
	end := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	s := &signer{expires: end}
	require.Nil(t, s.warning(end.Add(-2*warnAhead)))
	require.Equal(t, im.SignatureExpiring{Expires: end}, s.warning(end.Add(-time.Minute)))
	require.Nil(t, s.warning(end.Add(-time.Second)))
	require.Equal(t, im.SignatureExpiring{Expires: end, Expired: true}, s.warning(end.Add(time.Second)))
	require.Nil(t, s.warning(end.Add(time.Hour)))
	s.expires = end.Add(time.Hour)
	require.Equal(t, im.SignatureExpiring{Expires: s.expires}, s.warning(end.Add(50*time.Minute)))
}
