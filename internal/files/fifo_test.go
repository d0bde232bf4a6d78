//go:build unix

package files_test

import (
	"path/filepath"
	"syscall"
	"testing"

	"thulium_exporter/internal/files"
)

// TestReadSecretFileFIFO: a FIFO that nobody writes to would wait for ever.
func TestReadSecretFileFIFO(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := files.NewReader().Secret(t.Context(), path); err == nil || err.Error() != "it is not a regular file" {
		t.Error(err)
	}
}
