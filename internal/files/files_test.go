package files_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"thulium_exporter/internal/files"
)

const maxSecret = 4 << 10

func TestReadSecretFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(write("plain", "hunter2\n"), link); err != nil {
		t.Fatal(err)
	}
	r := files.NewReader()
	for path, want := range map[string]string{
		link:                      "hunter2",
		write("crlf", "a b\r\n"):  "a b",
		write("mark", "\ufeffp "): "p",
		write("longest", strings.Repeat("x", maxSecret)): strings.Repeat("x", maxSecret),
	} {
		if got, err := r.Secret(t.Context(), path); got != want || err != nil {
			t.Errorf("%s: got %.20q, %v", path, got, err)
		}
	}
	for path, want := range map[string]string{
		write("empty", " \n"):                           "the file is empty; write the secret to it, on one line",
		write("mark only", "\ufeff"):                    "the file is empty; write the secret to it, on one line",
		write("two", "hunter2\nother\n"):                "the file has several lines; write only the secret to it, on one line",
		write("wide", "\xff\xfeh\x00"):                  "the file is UTF-16; save it as UTF-8",
		write("long", strings.Repeat("x", maxSecret+1)): "the file is larger than 4 KiB",
		filepath.Join(dir, "hunter2"):                   "no such file or directory in " + dir,
		filepath.Join(dir, "hunter2", "hunter2"):        "no such file or directory in " + dir,
		"hunter2":                                       "no such file or directory in " + here,
		dir:                                             "it is a directory; give the path of a file",
		"/dev/zero":                                     "it is not a regular file",
		filepath.Join(link, "below-some-file"):          "not a directory",
	} {
		if got, err := r.Secret(t.Context(), path); got != "" || err == nil || err.Error() != want {
			t.Errorf("%s: got %.20q, %v; want the error %s", path, got, err, want)
		}
	}
}
