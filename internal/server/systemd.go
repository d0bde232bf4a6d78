package server

import (
	"context"
	"net/http"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// notifySystemd sends a service state to systemd, if it runs under a unit of
// Type=notify.
func notifySystemd(state string) {
	_, _ = daemon.SdNotify(false, state) // systemd has timeouts of its own
}

// reloading returns the state of a service that is reloading, until READY=1.
func reloading() string {
	return daemon.SdNotifyReloading + "\n" + daemon.SdNotifyMonotonicUsec()
}

// watchdog pings systemd twice per watchdog interval until ctx is done, as long as
// selfCheck responds. If it does not, something that all scrapes need is never
// released, and only a restart helps.
func watchdog(ctx context.Context, selfCheck http.Handler) {
	interval, err := daemon.SdWatchdogEnabled(false)
	if err != nil || interval == 0 {
		return
	}
	ticker := time.NewTicker(interval / 2)
	defer ticker.Stop()
	for {
		if responds(ctx, selfCheck, interval/4) {
			notifySystemd(daemon.SdNotifyWatchdog)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// responds reports whether handler responds to a request in time.
func responds(ctx context.Context, handler http.Handler, limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
	if err != nil {
		return false // cannot happen: the URL is constant
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = recover() }() // as a server does: one request that panics is no reason to restart
		handler.ServeHTTP(discard{http.Header{}}, request)
	}()
	select {
	case <-done:
		return true
	case <-ctx.Done():
		return false
	}
}

// discard is an http.ResponseWriter that discards the response.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}
