package logging

import (
	"bytes"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// maxPending bounds the bytes that wait for a slow reader of the log.
const maxPending = 256 << 10

// Writer writes to another writer in the background. It never blocks: what the
// other cannot take in time, or not at all, is dropped by the line and counted.
// It is safe for concurrent use.
type Writer struct {
	w       io.Writer
	dropped atomic.Uint64
	ready   chan struct{} // holds one element when something is pending
	done    chan struct{} // closed when all is written after Close

	mu      sync.Mutex
	pending []byte
	closed  bool
}

// NewWriter returns a Writer to w. Close ends it.
func NewWriter(w io.Writer) *Writer {
	l := &Writer{w: w, ready: make(chan struct{}, 1), done: make(chan struct{})}
	go l.run()
	return l
}

// Write takes one or more whole lines. It never fails.
func (l *Writer) Write(lines []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || len(l.pending)+len(lines) > maxPending {
		l.drop(lines)
		return len(lines), nil
	}
	l.pending = append(l.pending, lines...)
	l.wake()
	return len(lines), nil
}

// Dropped returns the number of lines that were dropped so far.
func (l *Writer) Dropped() uint64 { return l.dropped.Load() }

// Close drops what is written from now on, and waits until all the rest has been
// written, but no longer than timeout.
func (l *Writer) Close(timeout time.Duration) {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.wake()
	select {
	case <-l.done:
	case <-time.After(timeout):
	}
}

// run writes what is pending until the Writer is closed.
func (l *Writer) run() {
	defer close(l.done)
	var buffer []byte
	for range l.ready {
		lines, closed := l.swap(buffer)
		if len(lines) > 0 {
			n, err := l.w.Write(lines)
			if err != nil {
				l.drop(lines[min(n, len(lines)):])
			}
		}
		buffer = lines[:0]
		if closed {
			return
		}
	}
}

// swap exchanges what is pending for an empty buffer.
func (l *Writer) swap(empty []byte) (lines []byte, closed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines, l.pending = l.pending, empty
	return lines, l.closed
}

// wake makes run look, if it is not about to.
func (l *Writer) wake() {
	select {
	case l.ready <- struct{}{}:
	default:
	}
}

func (l *Writer) drop(lines []byte) { l.dropped.Add(uint64(bytes.Count(lines, []byte("\n")))) }
