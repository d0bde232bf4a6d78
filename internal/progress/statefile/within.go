package statefile

import (
	"errors"
	"time"
)

var errHung = errors.New("the disk does not respond")

// within runs f and waits for it for a while. A system call that hangs cannot be
// ended: then f is left behind and the error is errHung.
func within(limit time.Duration, f func() error) error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-time.After(limit):
		return errHung
	}
}
