package harness

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// lifetime bounds every process, whatever becomes of its test.
const lifetime = 3 * time.Minute

// Process is a running program.
type Process struct {
	cmd            *exec.Cmd
	stdout, stderr output
	ended          chan struct{}
}

// start runs a program until the test is over. Its environment is env alone,
// so that nothing leaks in from the machine. Its stdin is empty.
func start(t *testing.T, env []string, path string, args ...string) *Process {
	t.Helper()
	ctx, kill := context.WithTimeout(context.Background(), lifetime)
	p := &Process{ended: make(chan struct{})}
	p.cmd = exec.CommandContext(ctx, path, args...) //nolint:gosec // the programs are ours
	p.cmd.Env = append([]string{}, env...)          // never nil, which would be the machine's
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	if err := p.cmd.Start(); err != nil {
		kill()
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // ProcessState says it better
	}()
	t.Cleanup(func() {
		kill()
		<-p.ended
		if t.Failed() {
			t.Logf("%s wrote:\n%s", p.cmd, p.Stderr())
		}
	})
	return p
}

// Stdout returns what the program has written to standard output.
func (p *Process) Stdout() string { return p.stdout.String() }

// Stderr returns what the program has written to standard error.
func (p *Process) Stderr() string { return p.stderr.String() }

// Signal sends a signal.
func (p *Process) Signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// Exit waits for the end and returns the exit status, -1 for an end by a signal.
func (p *Process) Exit(t *testing.T) int {
	t.Helper()
	select {
	case <-p.ended:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		t.Fatalf("%s still runs after %s", p.cmd, patience)
		return 0
	}
}

// CommandLine returns the arguments as every user of the machine can see them.
func (p *Process) CommandLine(t *testing.T) string {
	t.Helper()
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	return string(line)
}

// WaitForLog waits until the program has written text to standard error.
func (p *Process) WaitForLog(t *testing.T, text string) {
	t.Helper()
	Eventually(t, func() error {
		if !strings.Contains(p.Stderr(), text) {
			return errors.Join(fmt.Errorf("no %q in the log", text), p.over())
		}
		return nil
	})
}

// address waits until the program listens, and returns where. Both the exporter
// and Prometheus log that in the words of the exporter toolkit.
func (p *Process) address(t *testing.T) string {
	t.Helper()
	listening := regexp.MustCompile(`msg="Listening on".* address=(\S+)`)
	var address string
	Eventually(t, func() error {
		match := listening.FindStringSubmatch(p.Stderr())
		if match == nil {
			return errors.Join(errors.New("it does not listen"), p.over())
		}
		address = match[1]
		return nil
	})
	return address
}

// over returns an error if the process has ended.
func (p *Process) over() error {
	select {
	case <-p.ended:
		return fmt.Errorf("it ended with %s", p.cmd.ProcessState)
	default:
		return nil
	}
}

// output stores what is written. It is safe for concurrent use.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

// String returns what was written so far.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
