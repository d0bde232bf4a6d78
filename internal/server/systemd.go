package server

import (
	"context"
	"net/http"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// notifySystemd sends a state of the service to systemd, if that runs it and
// wants to know.
func notifySystemd(state string) {
	_, _ = daemon.SdNotify(false, state) // systemd will find out in its own time
}

// reloading is the state of a service that reloads; READY=1 ends it.
func reloading() string {
	return daemon.SdNotifyReloading + "\n" + daemon.SdNotifyMonotonicUsec()
}

// watchdog tells systemd twice in its interval that the exporter is alive, until
// ctx is done. It stops telling when handler no longer responds: then a lock that
// scrapes need is held for good, and only a restart helps.
func watchdog(ctx context.Context, handler http.Handler) {
	interval, err := daemon.SdWatchdogEnabled(false)
	if err != nil || interval == 0 {
		return
	}
	ticker := time.NewTicker(interval / 2)
	defer ticker.Stop()
	for {
		if responds(ctx, handler, interval/4) {
			notifySystemd(daemon.SdNotifyWatchdog)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// responds reports whether handler knows in time if it is ready.
func responds(ctx context.Context, handler http.Handler, limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "/-/ready", nil)
	if err != nil {
		return false // cannot be: the URL is constant
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		handler.ServeHTTP(discard{http.Header{}}, request)
	}()
	select {
	case <-done:
		return true
	case <-ctx.Done():
		return false
	}
}

// discard is a response that nobody reads.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}
