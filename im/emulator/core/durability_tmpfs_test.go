//go:build linux

package core

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFullDiskRefusesSendsAndRecovers has a file system of 3 MB as the fault, which grows
// later. Only root may mount one; elsewhere max_page_count stands for it alone.
func TestFullDiskRefusesSendsAndRecovers(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=3m"); err != nil {
		t.Skipf("mount a small file system: %v", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(dir, syscall.MNT_DETACH)) })
	c := diskCore(t, dir+"/server.db")
	last := fillUp(t, c)
	require.NoError(t, c.Close())
	c, err := Open(Options{Path: dir + "/server.db"})
	require.NoError(t, err, "a full disk must not keep the server from starting")
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	page, err := c.GroupHistory(t.Context(), diskAdmin, "g", 0, 1)
	require.NoError(t, err)
	require.Equal(t, last.Seq, page.Messages[0].Seq)
	requireSurvivesFull(t, c, last, func() {
		require.NoError(t, syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=64m"))
	})
}
