package files

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestInTime: a file that hangs holds up nobody for long, and is read once however
// often it is asked for.
func TestInTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		r := NewReader()
		for range maxReads { // all hang
			r.slots <- struct{}{}
		}
		start := time.Now()
		for range 100 {
			_, err := r.Read(t.Context(), path, 100)
			if err == nil || err.Error() != "the file could not be read within 5s; is its mount stuck?" {
				t.Fatal(err)
			}
		}
		reason := errors.New("gave up")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(reason)
		if _, err := r.Read(ctx, path, 100); !errors.Is(err, reason) {
			t.Error(err)
		}
		if took := time.Since(start); took != 100*timeout {
			t.Errorf("took %s", took)
		}
		if n := strings.Count(stacks(), "Read.func1("); n != 1 {
			t.Errorf("%d reads are in flight, want 1", n)
		}
		<-r.slots // one of them comes back
		synctest.Wait()
		if content, err := r.Read(t.Context(), path, 100); string(content) != "content" || err != nil {
			t.Errorf("got %q, %v", content, err)
		}
	})
}

// stacks returns the stacks of all goroutines.
func stacks() string {
	text := make([]byte, 1<<20)
	return string(text[:runtime.Stack(text, true)])
}
