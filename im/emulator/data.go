package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"reddot/im/emulator/core"
)

// ErrNotEmpty is returned by ImportData for a directory that has data already.
var ErrNotEmpty = core.ErrNotEmpty

// ErrNoData is returned by ExportData for a directory that no server has used.
var ErrNoData = errors.New("there is no server's data")

// ExportData writes all data of a data directory as a fixture, in JSON lines (the format is
// described at core.Export). The caller holds the directory's lock: no server may run there.
func ExportData(ctx context.Context, dir string, out io.Writer) error {
	path := filepath.Join(dir, databaseFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", dir, ErrNoData)
	}
	return core.Export(ctx, path, out)
}

// ImportData puts a fixture into an empty data directory, all of it or nothing. The caller
// holds the directory's lock.
func ImportData(ctx context.Context, dir string, in io.Reader) error {
	if err := core.Import(ctx, filepath.Join(dir, databaseFile), in); err != nil {
		return fmt.Errorf("import into %s: %w", dir, err)
	}
	return nil
}
