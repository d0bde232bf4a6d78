package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
)

func TestReadSecretFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(write("plain", "hunter2\n"), link); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		link:                                  "hunter2",
		write("crlf", "a b\r\n"):              "a b",
		write("longest", longText(maxSecret)): longText(maxSecret),
	} {
		if got, err := ReadSecretFile(path); got != want || err != nil {
			t.Errorf("%s: got %.20q, %v", path, got, err)
		}
	}
	for path, want := range map[string]string{
		write("empty", " \n"):                  "the file is empty; write the secret to it, on one line",
		write("long", longText(maxSecret+1)):   "the file is larger than 4 KiB",
		filepath.Join(dir, "hunter2"):          "no such file or directory",
		dir:                                    "it is a directory; give the path of a file",
		"/dev/zero":                            "it is not a regular file",
		filepath.Join(link, "below-some-file"): "not a directory",
	} {
		if got, err := ReadSecretFile(path); got != "" || err == nil || err.Error() != want {
			t.Errorf("%s: got %.20q, %v; want the error %s", path, got, err, want)
		}
	}
}

func longText(n int) string { return strings.Repeat("x", n) }

// TestInTime: a read that hangs does not hang the load.
func TestInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := make(chan struct{})
		defer close(stuck)
		_, err := inTime(func() (string, error) { <-stuck; return "late", nil })
		if err == nil || err.Error() != "the file could not be read within 5s; is its mount stuck?" {
			t.Error(err)
		}
	})
}
