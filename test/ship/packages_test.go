package ship_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// TestVersion: make tells the binary all that --version shows.
func TestVersion(t *testing.T) {
	out := command(t, mustAbs(t, binary(t)), "--version")
	for _, pattern := range []string{
		`thulium_exporter, version (\S+) `, `branch: ([^,\s]+),`, `revision: ([0-9a-f]{40})\)`,
		`build date: +(\d{4}-\d\d-\d\dT\S+)`, `go version: +(go1\.\S+)`, `platform: +(linux/\S+)`,
	} {
		if match := regexp.MustCompile(pattern).FindStringSubmatch(out); match == nil || match[1] == "unknown" {
			t.Errorf("no %s in\n%s", pattern, out)
		}
	}
}

// TestReproducible builds everything again, in a copy of the repository at
// another path, and compares the checksums.
func TestReproducible(t *testing.T) {
	elsewhere := t.TempDir()
	if err := copyTree(elsewhere, repository); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(mustAbs(t, repository+"/.tools"), elsewhere+"/.tools"); err != nil {
		t.Fatal(err)
	}
	args := []string{"-C", elsewhere, "--no-print-directory", "dist"}
	sums := read(t, shipped(t, "sha256sums.txt"))
	for variable, pattern := range map[string]string{
		"VERSION": `version (\S+) `, "BRANCH": `branch: ([^,\s]+),`, "REVISION": `revision: (\S+)\)`, "DATE": `build date: +(\S+)`,
	} {
		match := regexp.MustCompile(pattern).FindStringSubmatch(command(t, mustAbs(t, binary(t)), "--version"))
		args = append(args, variable+"="+match[1])
	}
	args = append(args, "SOURCE_DATE_EPOCH="+strings.TrimSpace(command(t, "git", "log", "-1", "--format=%ct")))
	command(t, "make", args...)
	if again := read(t, elsewhere+"/dist/sha256sums.txt"); again != sums {
		t.Errorf("dist, if make dist has just built it, has other bytes the second time:\n%s\n%s", sums, again)
	}
}

// copyTree copies what dist is made of.
func copyTree(to, from string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		switch {
		case err != nil:
			return err
		case entry.Name() == ".git" || entry.Name() == ".tools" || entry.Name() == "dist":
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		case !entry.Type().IsRegular():
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), text, info.Mode())
	})
}

func TestChecksums(t *testing.T) {
	dist := mustAbs(t, filepath.Dir(shipped(t, "sha256sums.txt")))
	sums := read(t, dist+"/sha256sums.txt")
	command(t, "sh", "-c", `cd "$1" && sha256sum --check --strict sha256sums.txt`, "sh", dist)
	for _, kind := range []string{"amd64.tar.gz", "arm64.tar.gz", "amd64.deb", "arm64.deb", "x86_64.rpm", "aarch64.rpm", ".cdx.json"} {
		if strings.Count(sums, kind+"\n") != 1 {
			t.Errorf("not one %s in\n%s", kind, sums)
		}
	}
}

// TestBillOfMaterials: it names all modules of the binary and Go itself.
func TestBillOfMaterials(t *testing.T) {
	var bill struct {
		BOMFormat  string
		Components []struct{ Name, Version, PURL string }
	}
	if err := json.Unmarshal([]byte(read(t, shipped(t, "*.cdx.json"))), &bill); err != nil {
		t.Fatal(err)
	}
	modules := strings.Count(command(t, "go", "version", "-m", mustAbs(t, binary(t))), "\tdep\t")
	if bill.BOMFormat != "CycloneDX" || len(bill.Components) != modules+1 || bill.Components[0].Version != runtime.Version() {
		t.Errorf("got %d components, want %d modules and %s: %v", len(bill.Components), modules, runtime.Version(), bill)
	}
	for _, c := range bill.Components {
		if c.PURL != fmt.Sprintf("pkg:golang/%s@%s", c.Name, c.Version) || c.Version == "" {
			t.Errorf("got %v", c)
		}
	}
}

func TestArchive(t *testing.T) {
	folder := t.TempDir()
	command(t, "tar", "-xzf", mustAbs(t, shipped(t, "*.linux-"+runtime.GOARCH+".tar.gz")), "-C", folder, "--strip-components=1")
	for _, name := range []string{"thulium_exporter", "thulium_exporter.yml", "thulium_exporter.service", "thulium_exporter.socket", "thulium_exporter.default", "thulium_exporter.1.gz", "completion.bash", "completion.zsh"} {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Error(err)
		}
	}
	// What bash offers is what the binary says.
	offers := command(t, "bash", "-euc", `cd "$1"; PATH=$PWD:$PATH; . ./completion.bash
		COMP_WORDS=(thulium_exporter demo --demo.s) COMP_CWORD=2; _thulium_exporter_bash_autocomplete; echo "${COMPREPLY[@]}"`, "bash", folder)
	if offers != "--demo.speed\n" {
		t.Errorf("for \"demo --demo.s\" bash offers %q", offers)
	}
	page := command(t, "sh", "-c", `gunzip <"$1"`, "sh", folder+"/thulium_exporter.1.gz")
	for _, want := range []string{".TH thulium_exporter 1 \"", "\\fBserve", "\\fBdemo", "\\fBcheck", "--thulium.url"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in the manual page", want)
		}
	}
}

// TestDeb installs the package on a Debian, has its unit run by systemd as it
// is, upgrades it and removes it again.
func TestDeb(t *testing.T) {
	t.Parallel()
	out := onMachine(t, read(t, "testdata/deb.sh"))
	match := regexp.MustCompile(`exposure level for thulium_exporter.service: ([\d.]+)`).FindStringSubmatch(out)
	if match == nil || match[1] >= "2.0" {
		t.Errorf("got exposure %q, want less than 2.0\n%s", match, out)
	}
	t.Logf("exposure %s", match[1])
}

// TestRPM installs the package by rpm, which on a Debian knows of no /bin/sh.
func TestRPM(t *testing.T) {
	t.Parallel()
	onMachine(t, read(t, "testdata/rpm.sh"))
}
