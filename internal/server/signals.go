package server

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// exitTimeout is how long a shutdown may take. It is shorter than the 30 s that
// container runtimes usually wait before they kill.
const exitTimeout = 25 * time.Second

// Signal is a signal of the operating system.
type Signal = os.Signal

// Notify returns a context that is done at SIGINT or SIGTERM, with the signal as
// its cause, and what receives SIGHUP. A second SIGINT or SIGTERM ends the
// process at once. A program that calls it first thing is not killed by a SIGHUP
// that comes while it starts.
func Notify() (context.Context, <-chan Signal) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, hangup
}

// IgnoreBrokenPipes keeps the process alive when nobody reads its log any more:
// Go ends a process that writes to a broken pipe as standard output or error.
func IgnoreBrokenPipes() { signal.Ignore(syscall.SIGPIPE) }

// within returns what f returns, but no later than timeout after ctx is done; f
// may still run then.
func within(ctx context.Context, timeout time.Duration, f func() error) error {
	ended := make(chan error, 1)
	go func() { ended <- f() }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-ended:
		return err
	case <-time.After(timeout):
		return fmt.Errorf("the shutdown did not finish within %s", timeout)
	}
}
