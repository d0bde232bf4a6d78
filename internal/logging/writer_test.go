package logging_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/internal/logging"
)

func TestWriterKeepsOrder(t *testing.T) {
	var out bytes.Buffer
	w := logging.NewWriter(&out)
	for range 1000 {
		_, _ = io.WriteString(w, "a\n")
		_, _ = io.WriteString(w, "b\n")
	}
	w.Close(time.Minute)
	if got := out.String(); got != strings.Repeat("a\nb\n", 1000) || w.Dropped() != 0 {
		t.Errorf("got %d bytes, %d lines dropped", len(got), w.Dropped())
	}
}

// TestWriterNeverBlocks: nobody reads, and still nobody waits.
func TestWriterNeverBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		read, write := io.Pipe()
		w := logging.NewWriter(write)
		line := []byte(strings.Repeat("x", 1023) + "\n")
		var writers sync.WaitGroup
		for range 10 {
			writers.Go(func() {
				for range 100 {
					_, _ = w.Write(line)
				}
			})
		}
		writers.Wait()
		if got := w.Dropped(); got < 400 || got > 1000 {
			t.Errorf("%d of 1000 lines dropped", got)
		}
		start := time.Now()
		w.Close(time.Second)
		if took := time.Since(start); took != time.Second {
			t.Errorf("Close took %s, want 1s", took)
		}
		read.Close() // lets the background goroutine end
		synctest.Wait()
		if got := w.Dropped(); got != 1000 {
			t.Errorf("%d lines dropped after the pipe was closed, want all", got)
		}
	})
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestWriterCountsWhatFails(t *testing.T) {
	w := logging.NewWriter(failing{})
	_, _ = io.WriteString(w, "a\nb\n")
	w.Close(time.Minute)
	_, _ = io.WriteString(w, "late\n")
	if got := w.Dropped(); got != 3 {
		t.Errorf("%d lines dropped, want 3", got)
	}
}
