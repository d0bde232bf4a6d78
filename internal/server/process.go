package server

import (
	"context"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
)

// Signals returns a context that is cancelled by SIGINT or SIGTERM, with the signal
// as its cause, and a channel that receives SIGHUP. A second SIGINT or SIGTERM
// ends the process at once. It should be called first, so that a SIGHUP during
// start-up does not kill the process.
func Signals() (context.Context, <-chan os.Signal) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, hangup
}

// notifyTimeout bounds a message to systemd, whose socket may be full.
const notifyTimeout = time.Second

// notify sends a service state to systemd, if it runs under a unit of
// Type=notify.
func notify(logger log.Logger, state string) {
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return
	}
	if err := send(socket, state); err != nil {
		_ = level.Warn(logger).Log("msg", "Could not notify systemd", "err", err)
	}
}

// send does what daemon.SdNotify does, which has no deadline.
func send(socket, state string) error {
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetWriteDeadline(time.Now().Add(notifyTimeout)); err != nil {
		return err
	}
	_, err = conn.Write([]byte(state))
	return err
}

// watchdog pings systemd twice per watchdog interval until ctx is done. Units of
// earlier versions set WatchdogSec.
func watchdog(ctx context.Context, logger log.Logger) {
	interval, err := daemon.SdWatchdogEnabled(false)
	if err != nil || interval == 0 {
		return
	}
	ticker := time.NewTicker(interval / 2)
	defer ticker.Stop()
	for {
		notify(logger, daemon.SdNotifyWatchdog)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
