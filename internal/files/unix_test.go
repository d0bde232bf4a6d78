//go:build unix

package files_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
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

// TestPermission: the error names the user that needs the permission.
func TestPermission(t *testing.T) {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, "secret")
	if err := errors.Join(os.Chmod(dir, 0o755), os.WriteFile(path, []byte("hunter2"), 0)); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 { // who may read everything
		if err := syscall.Seteuid(65534); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = syscall.Seteuid(0) })
	}
	_, err = files.NewReader().Secret(t.Context(), path)
	if !errors.Is(err, os.ErrPermission) || !strings.Contains(err.Error(), "permission denied for user ") || !strings.HasSuffix(err.Error(), path) {
		t.Error(err)
	}
}
