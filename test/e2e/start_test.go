package e2e

import (
	"net"
	"regexp"
	"slices"
	"strings"
	"testing"

	"thulium_exporter/test/e2e/harness"
)

// TestStartThatCannotWork expects one sentence that names the flag to change.
func TestStartThatCannotWork(t *testing.T) {
	t.Parallel()
	good := harness.NewThulium(t).Flags()
	with := func(flags ...string) []string { return append(slices.Clone(good), flags...) }
	for name, test := range map[string]struct {
		args []string
		flag string
	}{
		"no URL":                     {nil, "--thulium.url"},
		"not a URL":                  {replace(good, "--thulium.url=:"), "--thulium.url"},
		"URL without a scheme":       {replace(good, "--thulium.url=example.com"), "--thulium.url"},
		"credentials in the URL":     {replace(good, "--thulium.url=https://user:hunter2@example.com"), "--thulium.url"},
		"http to another host":       {replace(good, "--thulium.url=http://192.0.2.1"), "--thulium.url"},
		"no username":                {replace(good, "--thulium.username="), "--thulium.username"},
		"no password file":           {replace(good, "--thulium.password-file=/does/not/exist"), "--thulium.password-file"},
		"directory as password file": {replace(good, "--thulium.password-file="+t.TempDir()), "--thulium.password-file"},
		"empty password file":        {replace(good, "--thulium.password-file="+harness.File(t, "password", "\n")), "--thulium.password-file"},
		"port taken":                 {with("--web.listen-address=" + takenPort(t)), "--web.listen-address"},
		"bad web configuration":      {with("--web.listen-address=127.0.0.1:0", "--web.config.file="+harness.File(t, "web.yml", "unknown: 1\n")), "--web.config.file"},
		"no web configuration":       {with("--web.listen-address=127.0.0.1:0", "--web.config.file=/does/not/exist"), "--web.config.file"},
		"bad telemetry path":         {with("--web.telemetry-path=metrics"), "--web.telemetry-path"},
		"bad poll interval":          {with("--poll.interval=1ms"), "--poll.interval"},
		"maximum age alone":          {with("--poll.max-age=1m"), "--poll.max-age"},
		"file and flags":             {with("--config.file=/does/not/exist"), "--config.file"},
		"unknown flag":               {with("--thulium.uri=x"), "--thulium.uri"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := harness.Run(t, nil, test.args...)
			if status := p.Exit(t); status != 1 {
				t.Errorf("the exit status is %d, not 1", status)
			}
			if p.Stdout() != "" {
				t.Errorf("it wrote to standard output: %s", p.Stdout())
			}
			isOneSentence(t, p.Stderr(), test.flag)
		})
	}
}

// isOneSentence expects exactly one error, on the terminal or in the log.
func isOneSentence(t *testing.T, stderr, flag string) {
	t.Helper()
	var lines []string
	for line := range strings.Lines(stderr) {
		if !regexp.MustCompile(`^ts=\S+ level=(debug|info|warn) `).MatchString(line) {
			lines = append(lines, line)
		}
	}
	switch {
	case len(lines) != 1:
		t.Errorf("%d lines are not one:\n%s", len(lines), stderr)
	case !regexp.MustCompile(`^(thulium_exporter: error: |ts=\S+ level=error )`).MatchString(lines[0]):
		t.Errorf("the line does not say that it is an error: %s", lines[0])
	case !strings.Contains(lines[0], flag):
		t.Errorf("the line does not name %s: %s", flag, lines[0])
	case strings.Contains(lines[0], "hunter2"):
		t.Errorf("the line repeats a secret: %s", lines[0])
	}
}

// replace returns the flags with another value for one of them.
func replace(flags []string, flag string) []string {
	name, _, _ := strings.Cut(flag, "=")
	var result []string
	for _, old := range flags {
		if strings.HasPrefix(old, name+"=") {
			old = flag
		}
		result = append(result, old)
	}
	return result
}

// takenPort returns an address where something else listens.
func takenPort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	return listener.Addr().String()
}

// TestVersion expects every field: one that the build does not set is empty.
func TestVersion(t *testing.T) {
	t.Parallel()
	p := harness.Run(t, nil, "--version")
	if status := p.Exit(t); status != 0 {
		t.Errorf("the exit status is %d", status)
	}
	want := regexp.MustCompile(`^thulium_exporter, version \S+ \(branch: \S+, revision: \S+\)
  build user: +\S+
  build date: +\S+
  go version: +go\S+
  platform: +\w+/\w+
  tags: +\S+
$`)
	got := p.Stdout() + p.Stderr()
	if !want.MatchString(got) || strings.Contains(got, "revision: unknown") {
		t.Errorf("a field is empty:\n%s", got)
	}
}
