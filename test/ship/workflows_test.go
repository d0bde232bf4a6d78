package ship_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestWorkflows: actionlint finds nothing, and the workflows run targets that
// the Makefile has.
func TestWorkflows(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(repository, ".github/workflows/*.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("got %q, %v", files, err)
	}
	var args []string
	for _, file := range files {
		args = append(args, mustAbs(t, file))
	}
	// Without its optional helpers it says the same on every machine.
	command(t, "actionlint", append([]string{"-no-color", "-shellcheck=", "-pyflakes="}, args...)...)

	known := read(t, filepath.Join(repository, "Makefile")) + read(t, filepath.Join(repository, "test", "ship", "ship.mk"))
	for _, file := range files {
		for _, call := range regexp.MustCompile(`make ([a-z -]+)`).FindAllStringSubmatch(read(t, file), -1) {
			for _, target := range strings.Fields(call[1]) {
				if !strings.Contains(known, "\n"+target+":") {
					t.Errorf("%s: there is no make %s", filepath.Base(file), target)
				}
			}
		}
	}
}

// TestScripts: what is run as a program can be.
func TestScripts(t *testing.T) {
	for _, pattern := range []string{"test/ship/*.sh", "deploy/packages/*.sh"} {
		files, err := filepath.Glob(filepath.Join(repository, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: got %q, %v", pattern, files, err)
		}
		for _, file := range files {
			command(t, "sh", "-n", mustAbs(t, file))
			if info, err := os.Stat(file); err != nil || info.Mode()&0o111 == 0 {
				t.Errorf("%s cannot be run: %v", file, err)
			}
		}
	}
}
