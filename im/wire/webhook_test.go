package wire

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The vectors of rest-api.md section 7.2; the second is the sample of the official text.
func TestWebhookSign(t *testing.T) {
	token := NewSecret("demo-token")
	require.Equal(t, "e5af3d57942cf80671fb01cfd17cd4a7028bfe40588708bd6271d5980a169e23", WebhookSign(token, "1700000000"))
	require.Equal(t, "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061", WebhookSign(NewSecret("xxxxyyyy"), "1669872112"))
	require.True(t, VerifyWebhookSign(token, "1700000000", "e5af3d57942cf80671fb01cfd17cd4a7028bfe40588708bd6271d5980a169e23"))
	for _, sign := range []string{"", "e5af", "E5AF3D57942CF80671FB01CFD17CD4A7028BFE40588708BD6271D5980A169E23"} {
		require.False(t, VerifyWebhookSign(token, "1700000000", sign))
	}
	require.False(t, VerifyWebhookSign(token, "1700000001", "e5af3d57942cf80671fb01cfd17cd4a7028bfe40588708bd6271d5980a169e23"))
}
