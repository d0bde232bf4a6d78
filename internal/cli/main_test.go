// Package cli_test runs the program with its arguments, as main does.
package cli_test

import (
	"bytes"
	"context"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"thulium_exporter/internal/cli"
	"thulium_exporter/internal/server"
	"thulium_exporter/test/daemontest"
	"thulium_exporter/thulium/simulator"
)

const (
	password = "correct-horse"
	// beExporter makes the test binary be the program.
	beExporter = "TEST_BINARY_IS_THE_EXPORTER"
)

func TestMain(m *testing.M) {
	if os.Getenv(beExporter) != "" {
		ctx, hangup := server.Signals()
		os.Exit(cli.Run(ctx, hangup, os.Args[1:], os.Stdout, os.Stderr)) //nolint:forbidigo // this is the program
	}
	goleak.VerifyTestMain(m)
}

// run runs the program until it ends and returns what it wrote.
func run(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = cli.Run(t.Context(), nil, args, &out, &errs)
	return status, out.String(), errs.String()
}

// expect runs the program, which has to end with a status and to write all of want.
func expect(t *testing.T, wantStatus int, args []string, want ...string) {
	t.Helper()
	status, stdout, stderr := run(t, args...)
	output := strings.ReplaceAll(stdout+stderr, `\"`, `"`) // in the log
	if status != wantStatus {
		t.Errorf("%q: got %d, want %d", args, status, wantStatus)
	}
	for _, text := range want {
		if !strings.Contains(output, text) {
			t.Errorf("%q: no %q in\n%s", args, text, output)
		}
	}
	if strings.Contains(output, password) {
		t.Errorf("%q: the password is in\n%s", args, output)
	}
}

// newThulium starts a simulated system and returns the flags that lead to it.
func newThulium(t *testing.T) (*simulator.Simulator, []string) {
	t.Helper()
	sim := simulator.New(simulator.Config{Username: "u", Password: password, Campaigns: simulator.Documented()})
	server := httptest.NewServer(sim)
	t.Cleanup(func() {
		sim.Close()
		server.Close()
	})
	return sim, []string{
		"--thulium.url=" + server.URL, "--thulium.username=u",
		"--thulium.password-file=" + write(t, "password", password+"\n"),
	}
}

// urlOf returns the URL of what newThulium returned.
func urlOf(flags []string) string { return strings.TrimPrefix(flags[0], "--thulium.url=") }

// write puts text into a file of a new directory and returns its path.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// start runs the daemon on a free port until the test ends.
func start(t *testing.T, args ...string) *daemontest.Daemon[int] {
	t.Helper()
	return daemontest.Start(t, func(ctx context.Context, hangup <-chan os.Signal, log io.Writer) int {
		return cli.Run(ctx, hangup, append(args, "--web.listen-address=127.0.0.1:0"), io.Discard, log)
	})
}

// wait waits until the daemon serves a text under a path.
func wait(t *testing.T, d *daemontest.Daemon[int], path, text string) {
	t.Helper()
	daemontest.Until(t, path+" with "+text, func() bool { return strings.Contains(d.Get(t, path), text) })
}
