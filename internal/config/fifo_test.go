//go:build unix

package config

import (
	"path/filepath"
	"syscall"
	"testing"
)

// TestReadSecretFileFIFO: a FIFO that nobody writes to would wait for ever.
func TestReadSecretFileFIFO(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadSecretFile(path); err == nil || err.Error() != "it is not a regular file" {
		t.Error(err)
	}
}
