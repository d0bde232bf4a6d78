package server

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
)

// systemd returns what reads the next message that a service has sent.
func systemd(t *testing.T) (receive func() string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notify")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatalf("no datagram sockets: %v", err)
	}
	t.Cleanup(func() { socket.Close() })
	t.Setenv("NOTIFY_SOCKET", path)
	return func() string {
		t.Helper()
		buf := make([]byte, 1000)
		if err := socket.SetReadDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		n, err := socket.Read(buf)
		if err != nil {
			return "nothing"
		}
		return strings.TrimSpace(string(buf[:n]))
	}
}

func TestReloadingIsNotified(t *testing.T) {
	receive := systemd(t)
	r := newReloader(fleet.New("", log.NewNopLogger()), func() ([]config.System, error) { return nil, nil }, log.NewNopLogger())
	if err := r.reloadAndLog(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := receive(); !strings.HasPrefix(got, "RELOADING=1\nMONOTONIC_USEC=") {
		t.Errorf("got %s", got)
	}
	if got := receive(); got != "READY=1" {
		t.Errorf("got %s", got)
	}
}

// TestWatchdog: systemd hears from the exporter in each half of the interval.
func TestWatchdog(t *testing.T) {
	receive := systemd(t)
	t.Setenv("WATCHDOG_USEC", "30000000")
	received := 0
	synctest.Test(t, func(t *testing.T) {
		stop := background(t.Context(), watchdog)
		time.Sleep(59 * time.Second)
		stop()
	})
	for receive() == "WATCHDOG=1" {
		received++
	}
	if received != 4 { // after 0, 15, 30 and 45 s
		t.Errorf("%d messages, want 4", received)
	}
}
