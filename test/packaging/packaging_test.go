package packaging_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// repository is the folder of the whole project.
const repository = "../.."

// command runs a program in the repository and returns what it wrote.
func command(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), tool(t, name), args...)
	cmd.Dir = repository
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %s\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// tool finds a program among those that make builds, else among the machine's.
func tool(t *testing.T, name string) string {
	t.Helper()
	built := mustAbs(t, filepath.Join(repository, ".tools/bin", name))
	if _, err := os.Stat(built); err == nil {
		return built
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is missing; make packaging-tools sets it up", name)
	}
	return path
}

// shipped returns the one file in dist that the pattern means.
func shipped(t *testing.T, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(repository, "dist", pattern))
	if err != nil || len(found) != 1 {
		t.Fatalf("dist/%s: want one file, found %q; make dist image-archives builds it", pattern, found)
	}
	return found[0]
}

// binary is the one for this machine.
func binary(t *testing.T) string {
	t.Helper()
	return shipped(t, "build/linux-"+runtime.GOARCH+"/thulium_exporter")
}

// onMachine runs a script on a machine of its own and returns what it wrote.
// There, /opt has the tools that make builds, and a simulated Thulium. Such tests
// run in parallel: most of the time they wait for a scrape.
func onMachine(t *testing.T, script string, env ...string) string {
	t.Helper()
	opt := t.TempDir()
	for _, name := range []string{"prometheus", "promtool", "alertmanager", "amtool", "helm"} {
		if err := os.Link(tool(t, name), filepath.Join(opt, name)); err != nil {
			t.Fatal(err)
		}
	}
	command(t, "go", "-C", "test/packaging", "build", "-o", filepath.Join(opt, "thulium"), "./thulium")
	prelude, err := os.ReadFile("testdata/machine.sh")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(path, []byte(string(prelude)+script), 0o600); err != nil {
		t.Fatal(err)
	}
	tool(t, "systemd-nspawn")
	if os.Geteuid() != 0 {
		t.Fatal("only root can start a machine for this test; run make packaging as root")
	}
	return command(t, "env", append(env, mustAbs(t, "machine.sh"), ".", opt, path)...)
}

// emptyMachine returns what onMachine needs for an empty Debian instead of a copy of this
// machine, with the packages that are named.
func emptyMachine(t *testing.T, packages ...string) string {
	t.Helper()
	slices.Sort(packages)
	root := mustAbs(t, filepath.Join(repository, ".tools", "debian-"+strings.Join(slices.Compact(packages), "-")))
	command(t, mustAbs(t, "root.sh"), append([]string{root}, packages...)...)
	return "MACHINE_ROOT=" + root
}

// get asks until there is an answer with all that is wanted, or the time is up.
func get(t *testing.T, url string, wants ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for last := ""; ; {
		body, err := getOnce(ctx, url)
		if err != nil {
			body = err.Error()
		} else if hasAll(body, wants) {
			return body
		}
		if ctx.Err() == nil {
			last = body
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s: no %q in\n%s", url, wants, last)
		case <-tick.C:
		}
	}
}

func getOnce(ctx context.Context, url string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", res.Status, body)
	}
	return string(body), err
}

func hasAll(text string, wants []string) bool {
	for _, want := range wants {
		if !strings.Contains(text, want) {
			return false
		}
	}
	return true
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func mustAbs(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
