//go:build unix

package cli_test

import (
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

	"thulium_exporter/test/daemontest"
	"thulium_exporter/thulium/simulator"
)

// exporter returns the program as a process of its own.
func exporter(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), beExporter+"=1")
	return cmd
}

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

// serveTo starts a daemon of its own that logs all it can to stderr, and returns the
// URL of its metrics.
func serveTo(t *testing.T, stderr *os.File, flags []string) (_ *exec.Cmd, url string) {
	t.Helper()
	address := freeAddress(t)
	cmd := exporter(t, append(flags, "--poll.interval=1h", "--log.level=debug", "--web.listen-address="+address)...)
	cmd.Stderr = stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	daemontest.Until(t, "a daemon on "+address, func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
	return cmd, "http://" + address + "/metrics"
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
	cmd, url := serveTo(t, write, flags)
	for range 50 {
		if !strings.Contains(daemontest.Request(t, http.MethodGet, url), "\nthulium_up ") {
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
	cmd, url := serveTo(t, write, flags)
	dropped := regexp.MustCompile(`(?m)^thulium_exporter_log_dropped_lines_total [1-9]`)
	daemontest.Until(t, "a line that is counted as dropped", func() bool {
		return dropped.MatchString(daemontest.Request(t, http.MethodGet, url))
	})
	terminate(t, cmd)
}

// TestSignals: a hangup during the start or the shutdown does no harm, and the
// log names the signal that ended the program.
func TestSignals(t *testing.T) {
	sim, flags := newThulium(t)
	cmd := exporter(t, append(flags, "--web.listen-address=127.0.0.1:0")...)
	log := daemontest.NewLog()
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	signal := func(s syscall.Signal) {
		t.Helper()
		if err := cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
	}
	log.Wait(t, "Starting thulium_exporter") // and not yet serving
	signal(syscall.SIGHUP)
	log.Wait(t, "Configuration reloaded")
	address := log.Wait(t, `msg="Listening on" address=(\S+)`)

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
	daemontest.Until(t, "a request to Thulium", func() bool { return sim.InFlight() > 0 })
	signal(syscall.SIGTERM)
	log.Wait(t, `Shutting down; draining scrapes" reason="terminated signal received"`)
	signal(syscall.SIGHUP)
	sim.Close() // ends the request to Thulium, and with it the scrape
	if err := <-scraped; err != nil {
		t.Errorf("the scrape was cut off: %v", err)
	}
	log.Wait(t, "Stopped")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
