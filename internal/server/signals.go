package server

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// exitTimeout is the timeout of a shutdown, shorter than the 30 s after which
// Kubernetes kills a container.
const exitTimeout = 25 * time.Second

// Signal is a signal of the operating system.
type Signal = os.Signal

// Notify returns a context that is cancelled by SIGINT or SIGTERM, with the signal
// as its cause, and a channel that receives SIGHUP. A second SIGINT or SIGTERM
// ends the process at once. It should be called first, so that a SIGHUP during
// start-up does not kill the process.
func Notify() (context.Context, <-chan Signal) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, hangup
}

// IgnoreBrokenPipes keeps the process running when the reader of its log exits. By
// default Go ends a process that writes to a broken pipe on stdout or stderr.
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
