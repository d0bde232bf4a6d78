package packaging_test

import (
	"os"
	"os/exec"
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

	known := read(t, filepath.Join(repository, "Makefile")) + read(t, filepath.Join(repository, "test", "packaging", "packaging.mk"))
	for _, file := range files {
		for _, call := range regexp.MustCompile(`make ([a-z -]+)`).FindAllStringSubmatch(read(t, file), -1) {
			for _, target := range strings.Fields(call[1]) {
				if !strings.HasPrefix(target, "-") && !strings.Contains(known, "\n"+target+":") {
					t.Errorf("%s: there is no make %s", filepath.Base(file), target)
				}
			}
		}
	}
}

// TestWorkflowsPinned: what others can move is pinned by its digest.
func TestWorkflowsPinned(t *testing.T) {
	for _, name := range []string{"test.yml", "release.yml"} {
		text := read(t, filepath.Join(repository, ".github/workflows", name))
		for _, use := range regexp.MustCompile(`uses: (\S+)([^\n]*)`).FindAllStringSubmatch(text, -1) {
			if !strings.HasPrefix(use[1], "./") && !regexp.MustCompile(`@[0-9a-f]{40} # v\d+\.\d+\.\d+$`).MatchString(use[1]+use[2]) {
				t.Errorf("%s: %s is not pinned by a digest, with its version", name, use[1])
			}
		}
	}
}

// TestGoVersion: all that name a version of Go name that of go.mod.
func TestGoVersion(t *testing.T) {
	want := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, filepath.Join(repository, "go.mod")))[1]
	for name, atLeast := range map[string]int{"Dockerfile": 1, ".github/workflows/test.yml": 1, ".github/workflows/release.yml": 4} {
		uses := regexp.MustCompile(`(?:\bgolang:|go-version: ")(\d+\.\d+)`).FindAllStringSubmatch(read(t, filepath.Join(repository, name)), -1)
		for _, use := range uses {
			if use[1] != want {
				t.Errorf("%s: got %s, want %s", name, use[0], want)
			}
		}
		if len(uses) < atLeast {
			t.Errorf("%s: got %q, want at least %d", name, uses, atLeast)
		}
	}
}

// TestReleaseNotes: they are the section of the version, and nothing else.
func TestReleaseNotes(t *testing.T) {
	changelog := filepath.Join(t.TempDir(), "CHANGELOG.md")
	place(t, changelog, "# Changelog\n\n## Unreleased\n\n- New.\n\n## 1.2.3 (2026-12-01)\n\n- Fixed.\n\n## 1.2.30\n\n- Old.\n")
	if got := command(t, mustAbs(t, "notes.sh"), changelog, "v1.2.3"); got != "- Fixed.\n" {
		t.Errorf("got %q", got)
	}
	if out, err := exec.CommandContext(t.Context(), mustAbs(t, "notes.sh"), changelog, "v1.2").CombinedOutput(); err == nil {
		t.Errorf("a version without a section: got %s", out)
	}
}

// TestModulePath: one command gives the module another path, and everything still
// builds.
func TestModulePath(t *testing.T) {
	elsewhere := t.TempDir()
	if err := copyTree(elsewhere, repository); err != nil {
		t.Fatal(err)
	}
	command(t, "sh", "-ec", `cd "$1"
		test/packaging/module.sh example.org/you/thulium_exporter
		[ "$(go list -m)" = example.org/you/thulium_exporter ]
		! grep -rn '"thulium_exporter/' --include='*.go' .
		go list -deps -test ./... >/dev/null
		for module in test/* dashboards/*; do
			if [ -e $module/go.mod ]; then (cd $module && go list -deps -test ./... >/dev/null); fi
		done`, "sh", elsewhere)
}

// TestScripts: what is run as a program can be.
func TestScripts(t *testing.T) {
	for _, pattern := range []string{"test/packaging/*.sh", "deploy/packages/*.sh"} {
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
