package local

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// fileName names the announcement of a server: one file a data directory, or a process when it has none.
func fileName(server Server) string {
	if server.Data == Memory {
		return fmt.Sprintf("pid%d-%s", server.PID, announcement)
	}
	sum := sha256.Sum256([]byte(server.Data))
	return hex.EncodeToString(sum[:6]) + "-" + announcement
}
