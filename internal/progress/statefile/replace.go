//go:build !windows

package statefile

import (
	"io"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// replace replaces a file with what write writes: all of it, or nothing is
// changed.
func replace(path string, write func(io.Writer) error) error {
	file, err := renameio.NewPendingFile(path, renameio.WithTempDir(filepath.Dir(path)))
	if err != nil {
		return err
	}
	defer func() { _ = file.Cleanup() }() // after the replacement there is nothing to clean up
	if err := write(file); err != nil {
		return err
	}
	return file.CloseAtomicallyReplace()
}
