// Package server_test runs the daemon in this process, with whatever may hang.
package server_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"
	toolkit "github.com/prometheus/exporter-toolkit/web"
	"go.uber.org/goleak"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/files"
	"thulium_exporter/internal/logging"
	"thulium_exporter/internal/server"
	"thulium_exporter/internal/web"
	"thulium_exporter/internal/web/status"
	"thulium_exporter/test/daemontest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	successful = "\nthulium_exporter_config_last_reload_successful 1\n"
	failed     = "\nthulium_exporter_config_last_reload_successful 0\n"
)

// options returns those of a daemon without systems.
func options(t *testing.T) server.Options {
	t.Helper()
	return server.Options{
		Options:      web.Options{Options: status.Options{TelemetryPath: "/metrics"}},
		Files:        files.NewReader(),
		Load:         func(context.Context) ([]config.System, config.Digest, error) { return nil, config.Digest{}, nil },
		DroppedLines: func() uint64 { return 0 },
		Web: &toolkit.FlagConfig{
			WebListenAddresses: &[]string{"127.0.0.1:0"}, WebSystemdSocket: new(false), WebConfigFile: new(""),
		},
	}
}

// start runs a daemon, which is stopped at the end of the test.
func start(t *testing.T, o server.Options) *daemontest.Daemon[error] {
	t.Helper()
	return daemontest.Start(t, func(ctx context.Context, hangup <-chan os.Signal, log io.Writer) error {
		o.Logger = logging.New(log, "logfmt", "info")
		return server.Run(ctx, hangup, o)
	})
}

// TestReloadResponse: clients learn where a mistake is, and nothing that stands
// there.
func TestReloadResponse(t *testing.T) {
	var text atomic.Pointer[string]
	o := options(t)
	o.Load = func(context.Context) ([]config.System, config.Digest, error) {
		if text := text.Load(); text != nil {
			return nil, config.Digest{}, errors.New(*text)
		}
		return nil, config.Digest{}, nil
	}
	d := start(t, o)
	for mistake, want := range map[string]string{
		`/etc/x.yml: line 7: "hunter2": line 8: no`: "/etc/x.yml: line 7; the log says what is wrong\n",
		"cannot read hunter2":                       "the log says why\n",
	} {
		text.Store(&mistake)
		if got := d.Post(t, "/-/reload"); !strings.HasSuffix(got, ": "+want) || strings.Contains(got, "hunter2") {
			t.Errorf("got %s, want %s", got, want)
		}
		d.Log.Wait(t, `Reload failed; keeping the previous configuration.*hunter2`)
		if got := d.Get(t, "/metrics"); !strings.Contains(got, failed) {
			t.Errorf("got %s", got)
		}
	}
}

// TestReloadThatHangs: while it does, others fail at once, and the daemon exits.
func TestReloadThatHangs(t *testing.T) {
	var hangs atomic.Bool
	back := make(chan struct{})
	o := options(t)
	o.Load = func(context.Context) ([]config.System, config.Digest, error) {
		if hangs.Swap(false) {
			<-back
		}
		return nil, config.Digest{}, nil
	}
	d := start(t, o)
	hangs.Store(true)
	d.Hangup <- nil
	for hangs.Load() {
		d.Get(t, "/metrics")
	}
	if got := d.Post(t, "/-/reload"); got != "A reload is already running.\n" {
		t.Errorf("got %s", got)
	}
	begin := time.Now()
	if err := d.Stop(); err != nil || time.Since(begin) > daemontest.Patience {
		t.Errorf("got %v after %s", err, time.Since(begin))
	}
	close(back)
}

// TestExitWhateverHangs: here it is the log, at the start.
func TestExitWhateverHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := options(t)
		o.StateFile = t.TempDir() // not a file, which is logged
		back := make(chan struct{})
		defer close(back)
		o.Logger = log.LoggerFunc(func(...any) error {
			<-back
			return nil
		})
		o.Load = func(context.Context) ([]config.System, config.Digest, error) {
			return nil, config.Digest{}, errors.New("no configuration")
		}
		ctx, stop := context.WithTimeout(t.Context(), time.Hour)
		defer stop()
		begin := time.Now()
		err := server.Run(ctx, nil, o)
		if took := time.Since(begin); err == nil || took != time.Hour+25*time.Second {
			t.Errorf("got %v after %s", err, took)
		}
	})
}

// file is a configuration as an automatic reload sees it.
type file struct {
	mu     sync.Mutex
	text   string
	hangs  chan struct{} // nil: it does not
	checks int           // that have begun
	loads  []string
}

func (f *file) set(change func(*file)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

// digest fails while there is no text.
func (f *file) digest(context.Context) (config.Digest, error) {
	f.mu.Lock()
	f.checks++
	text, hangs := f.text, f.hangs
	f.mu.Unlock()
	if hangs != nil {
		<-hangs
	}
	if text == "" {
		return config.Digest{}, errors.New("no such file")
	}
	return sha256.Sum256([]byte(text)), nil
}

// load fails if the text is broken or there is none.
func (f *file) load(context.Context) ([]config.System, config.Digest, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.loads = append(f.loads, f.text)
	digest := sha256.Sum256([]byte(f.text))
	if f.text == "" || f.text == "broken" {
		return nil, digest, errors.New("invalid")
	}
	return nil, digest, nil
}

// settle waits for more checks than a change needs to be noticed.
func (f *file) settle(t *testing.T) {
	t.Helper()
	checks := 0
	f.set(func(f *file) { checks = f.checks })
	daemontest.Until(t, "more checks", func() (enough bool) {
		f.set(func(f *file) { enough = f.checks > checks+6 })
		return enough
	})
}

// startWith starts a daemon that checks the file all the time.
func startWith(t *testing.T, f *file) *daemontest.Daemon[error] {
	t.Helper()
	o := options(t)
	o.Load, o.Digest, o.AutoReload = f.load, f.digest, time.Millisecond
	return start(t, o)
}

// TestAutoReload goes through what happens to a configuration file, and who else
// reloads it.
func TestAutoReload(t *testing.T) {
	f := &file{text: "a"}
	d := startWith(t, f)
	for _, step := range []struct {
		name, text string
		reload     bool   // by SIGHUP
		want       string // loaded in this step
		metric     string
	}{
		{"nothing", "a", false, "", successful},
		{"another content", "b", false, "b", successful},
		{"gone", "", false, "", successful},
		{"back", "b", false, "", successful},
		{"broken", "broken", false, "broken", failed},
		{"repaired", "b", false, "b", successful},
		{"another content, reloaded by SIGHUP", "c", true, "c", successful},
		{"the earlier content", "b", false, "b", successful},
		{"broken, reloaded by SIGHUP", "broken", true, "broken", failed},
		{"restored", "b", false, "b", successful},
		{"gone, reloaded by SIGHUP", "", true, "", failed},
		{"there again", "b", false, "b", successful},
	} {
		f.set(func(f *file) { f.text, f.loads = step.text, nil })
		if step.reload {
			d.Post(t, "/-/reload")
		}
		f.settle(t)
		var loaded []string
		f.set(func(f *file) { loaded = slices.Compact(f.loads) })
		if got := strings.Join(loaded, ", "); got != step.want {
			t.Errorf("%s: loaded %q, want %q", step.name, got, step.want)
		}
		if !strings.Contains(d.Get(t, "/metrics"), step.metric) {
			t.Errorf("%s: want %s", step.name, step.metric)
		}
	}
}

// TestAutoReloadThatHangs: on a dead mount one check waits, not one more at each
// interval, and the daemon exits.
func TestAutoReloadThatHangs(t *testing.T) {
	back := make(chan struct{})
	f := &file{text: "a"}
	d := startWith(t, f)
	f.settle(t)
	before, after := 0, 0
	f.set(func(f *file) { f.hangs, before = back, f.checks })
	for range 20 { // each takes longer than the interval
		d.Get(t, "/metrics")
	}
	f.set(func(f *file) { after = f.checks })
	if after > before+1 {
		t.Errorf("%d checks hang", after-before)
	}
	if err := d.Stop(); err != nil {
		t.Error(err)
	}
	close(back)
}

// systemd returns the notify socket of a service.
func systemd(t *testing.T) *net.UnixConn {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notify")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatalf("no datagram sockets: %v", err)
	}
	t.Cleanup(func() { socket.Close() })
	if err := socket.SetReadDeadline(time.Now().Add(daemontest.Patience)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("NOTIFY_SOCKET", path)
	return socket
}

// TestSystemd: it hears of each phase and, if it wants to, that the exporter lives.
func TestSystemd(t *testing.T) {
	socket := systemd(t)
	receive := func() string {
		text := make([]byte, 1000)
		n, err := socket.Read(text)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(text[:n]))
	}
	expect := func(want string) {
		t.Helper()
		if got := receive(); !strings.HasPrefix(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	d := start(t, options(t))
	expect("READY=1")
	d.Post(t, "/-/reload")
	expect("RELOADING=1\nMONOTONIC_USEC=")
	expect("READY=1")
	if err := d.Stop(); err != nil {
		t.Error(err)
	}
	expect("STOPPING=1")

	t.Setenv("WATCHDOG_USEC", "2000")
	start(t, options(t))
	expect("READY=1")
	for range 3 {
		expect("WATCHDOG=1")
	}
}

// TestSystemdThatDoesNotRead holds up neither the start, nor a reload, nor the exit.
func TestSystemdThatDoesNotRead(t *testing.T) {
	systemd(t)
	full, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: os.Getenv("NOTIFY_SOCKET"), Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	if err := full.SetWriteDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = full.Write([]byte("x"))
	}
	d := start(t, options(t))
	if got := d.Post(t, "/-/reload"); got != "Reloaded.\n" {
		t.Errorf("got %s", got)
	}
	if err := d.Stop(); err != nil {
		t.Error(err)
	}
	d.Log.Wait(t, "Could not notify systemd")
}
