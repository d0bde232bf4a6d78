package server

import (
	"context"
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

// watchdog pings systemd twice per watchdog interval until ctx is done, for units
// with WatchdogSec.
func watchdog(ctx context.Context) {
	interval, err := daemon.SdWatchdogEnabled(false)
	if err != nil || interval == 0 {
		return
	}
	ticker := time.NewTicker(interval / 2)
	defer ticker.Stop()
	for {
		notifySystemd(daemon.SdNotifyWatchdog)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
