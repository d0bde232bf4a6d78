package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"thulium_exporter/internal/server"
)

// TestMain makes the test binary be the program when it is called by its name.
func TestMain(m *testing.M) {
	testscript.Main(leakless{m}, map[string]func(){name: func() {
		ctx, hangup := server.Notify()
		os.Exit(Run(ctx, hangup, os.Args[1:], os.Stdout, os.Stderr)) //nolint:forbidigo // this is the program
	}})
}

// leakless runs tests and fails if they leave goroutines behind.
type leakless struct{ m *testing.M }

func (l leakless) Run() int {
	status := l.m.Run()
	if err := goleak.Find(); err != nil && status == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return status
}

// TestScripts runs the commands in testdata/script and compares what they write.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			_, flags := newThulium(t)
			env.Setenv("URL", flags[0][len("--thulium.url="):])
			return os.WriteFile(filepath.Join(env.WorkDir, "password"), []byte(password+"\n"), 0o600)
		},
	})
}

// exporter returns the program as a command of its own.
func exporter(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	return exec.CommandContext(t.Context(), name, args...)
}
