package harness

import (
	"os"
	"testing"
)

// ServeUnder starts a daemon under a limit, as the shell's ulimit takes it:
// "-n 64" for open files.
func ServeUnder(t *testing.T, limit string, args ...string) *Exporter {
	t.Helper()
	shell := []string{"-c", `ulimit ` + limit + ` && exec "$0" "$@"`, os.Getenv(programVariable)}
	p := start(t, nil, "/bin/sh", append(append(shell, args...), "--web.listen-address=127.0.0.1:0")...)
	return &Exporter{Process: p, Address: p.address(t)}
}
