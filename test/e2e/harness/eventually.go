package harness

import (
	"testing"
	"time"
)

const (
	// patience is how long anything may take that must happen in the end. It
	// is long because machines that run tests may be slow.
	patience = 30 * time.Second
	// pause is between two looks at something that has not happened yet.
	pause = 50 * time.Millisecond
)

// Eventually calls try until it returns nil. If that takes too long, the test
// ends with the last error.
func Eventually(t *testing.T, try func() error) {
	t.Helper()
	Within(t, patience, try)
}

// Within is Eventually for what is known to take longer.
func Within(t *testing.T, patience time.Duration, try func() error) {
	t.Helper()
	deadline := time.After(patience)
	look := time.NewTicker(pause)
	defer look.Stop()
	for {
		err := try()
		if err == nil {
			return
		}
		select {
		case <-look.C:
		case <-deadline:
			t.Fatalf("not within %s: %s", patience, err)
		}
	}
}
