//go:build unix

package cli_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"thulium_exporter/thulium/simulator"
)

// exporter returns the program as a process of its own.
func exporter(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), beExporter+"=1")
	return cmd
}

// listening matches the line that says where the daemon listens.
var listening = regexp.MustCompile(`msg="Listening on" address=(\S+)`)

// freeAddress returns an address on which nobody listens. It is for programs
// whose log cannot say which one they have chosen.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// serveTo starts a daemon of its own that logs all it can to stderr.
func serveTo(t *testing.T, stderr *os.File, flags []string) (*exec.Cmd, *daemon) {
	t.Helper()
	address := freeAddress(t)
	cmd := exporter(t, append(flags, "--poll.interval=1h", "--log.level=debug", "--web.listen-address="+address)...)
	cmd.Stderr = stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-tick.C {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return cmd, &daemon{url: "http://" + address}
		}
	}
	t.Fatal("the daemon does not listen")
	return nil, nil
}

// terminate ends a program by SIGTERM, which has to succeed.
func terminate(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
}

// TestFullPipe: nobody reads the log, and nothing stops.
func TestFullPipe(t *testing.T) {
	_, flags := newThulium(t)
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	defer write.Close()
	if err := write.SetWriteDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if _, err := write.Write(make([]byte, 1<<24)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("the pipe is not full: %v", err)
	}
	cmd, d := serveTo(t, write, flags)
	for range 50 {
		if !strings.Contains(d.get(t, "/metrics"), "\nthulium_up ") {
			t.Fatal("no metrics")
		}
	}
	terminate(t, cmd)
}

// TestClosedPipe: the log's reader is gone. The program lives on and counts.
func TestClosedPipe(t *testing.T) {
	_, flags := newThulium(t)
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	read.Close()
	cmd, d := serveTo(t, write, flags)
	dropped := regexp.MustCompile(`(?m)^thulium_exporter_log_dropped_lines_total [1-9]`)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); !dropped.MatchString(d.get(t, "/metrics")); <-tick.C {
		if time.Now().After(end) {
			t.Fatal("no line is counted as dropped")
		}
	}
	terminate(t, cmd)
}

// TestSignals: a hangup during the start or the shutdown does no harm, and the
// log names the signal that ended the program.
func TestSignals(t *testing.T) {
	sim, flags := newThulium(t)
	cmd := exporter(t, append(flags, "--web.listen-address=127.0.0.1:0")...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stderr)
	signal := func(s syscall.Signal) {
		t.Helper()
		if err := cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
	}
	waitFor(t, lines, "Starting thulium_exporter") // and not yet serving
	signal(syscall.SIGHUP)
	var address string
	for reloaded := false; address == "" || !reloaded; { // in any order
		line := waitFor(t, lines, "")
		reloaded = reloaded || strings.Contains(line, "Configuration reloaded")
		if match := listening.FindStringSubmatch(line); match != nil {
			address = match[1]
		}
	}

	sim.SetFault(simulator.Timeout)
	scraped := make(chan error, 1)
	go func() {
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		res, err := client.Get("http://" + address + "/metrics")
		if err == nil {
			_, err = io.Copy(io.Discard, res.Body)
			res.Body.Close()
		}
		scraped <- err
	}()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for sim.InFlight() == 0 {
		<-tick.C
	}
	signal(syscall.SIGTERM)
	if line := waitFor(t, lines, "Shutting down; draining scrapes"); !strings.Contains(line, `reason="terminated signal received"`) {
		t.Errorf("the signal is not in %s", line)
	}
	signal(syscall.SIGHUP)
	sim.Close() // ends the request to Thulium, and with it the scrape
	if err := <-scraped; err != nil {
		t.Errorf("the scrape was cut off: %v", err)
	}
	waitFor(t, lines, "Stopped")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// waitFor returns the next line that contains text.
func waitFor(t *testing.T, lines *bufio.Scanner, text string) string {
	t.Helper()
	for lines.Scan() {
		if strings.Contains(lines.Text(), text) {
			return lines.Text()
		}
	}
	t.Fatalf("the log ends without %q", text)
	return ""
}
