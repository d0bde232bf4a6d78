// Package logging is the log of the daemon: one format for its own lines and
// those of libraries, and a writer that never blocks its callers.
package logging

import (
	"bytes"
	"io"
	stdlog "log"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	sloggokit "github.com/tjhop/slog-gokit"
)

// timeFormat is UTC in milliseconds.
const timeFormat = "2006-01-02T15:04:05.000Z"

// New returns a logger that writes one line for each event at or above the
// lowest level: time, level, message and then the other fields in the order in
// which they were given. format is logfmt or json, which sorts the fields. w must
// be safe for concurrent use.
func New(w io.Writer, format, lowest string) log.Logger {
	encoder := log.NewLogfmtLogger(w)
	if format == "json" {
		encoder = log.NewJSONLogger(w)
	}
	return level.NewFilter(&ordered{encoder}, level.Allow(level.ParseDefault(lowest, level.InfoValue())))
}

// ordered puts the time, the level and the message in front.
type ordered struct{ next log.Logger }

// Log implements log.Logger.
func (o *ordered) Log(keyvals ...any) error {
	line := []any{"ts", time.Now().UTC().Format(timeFormat), "level", level.InfoValue(), "msg", ""}
	for i := 0; i+1 < len(keyvals); i += 2 {
		switch key, value := keyvals[i], plain(keyvals[i+1]); key {
		case level.Key():
			line[3] = value
		case "msg":
			line[5] = value
		case slog.TimeKey, "caller": // slog adds them
		default:
			line = append(line, key, value)
		}
	}
	return o.next.Log(line...)
}

// plain unwraps the values of slog and gives times the format of all times.
func plain(value any) any {
	if wrapped, ok := value.(slog.Value); ok {
		value = wrapped.Any()
	}
	if t, ok := value.(time.Time); ok {
		return t.UTC().Format(timeFormat)
	}
	return value
}

// Slog returns a logger for libraries that use slog. Their lines look like all
// others.
func Slog(logger log.Logger) *slog.Logger {
	return slog.New(sloggokit.NewGoKitHandler(logger, slog.LevelDebug)) // logger filters by level
}

// Std returns a logger of the standard library. Its lines concern peers that
// misbehave, so they have the level debug.
func Std(logger log.Logger) *stdlog.Logger {
	return slog.NewLogLogger(Slog(logger).Handler(), slog.LevelDebug)
}

// CaptureStd sends the lines of the standard library's default logger to std.
func CaptureStd(std *stdlog.Logger) {
	stdlog.SetFlags(0)
	stdlog.SetOutput(std.Writer())
}

// maxPending bounds the bytes that wait for a slow reader of the log.
const maxPending = 256 << 10

// Writer writes to another writer in the background. It never blocks: what the
// other cannot take in time, or not at all, is dropped by the line and counted.
// It is safe for concurrent use.
type Writer struct {
	w       io.Writer
	dropped atomic.Uint64
	done    chan struct{} // closed when all is written after Close

	mu      sync.Mutex
	changed sync.Cond // pending or closed
	pending []byte
	closed  bool
}

// NewWriter returns a Writer to w. Close ends it.
func NewWriter(w io.Writer) *Writer {
	l := &Writer{w: w, done: make(chan struct{})}
	l.changed.L = &l.mu
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
	l.changed.Signal()
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
	l.changed.Signal()
	select {
	case <-l.done:
	case <-time.After(timeout):
	}
}

// run writes what is pending until the Writer is closed.
func (l *Writer) run() {
	defer close(l.done)
	for lines := l.next(); len(lines) > 0; lines = l.next() {
		n, err := l.w.Write(lines)
		if err != nil {
			l.drop(lines[min(n, len(lines)):])
		}
	}
}

// next returns what is pending, as soon as there is something: nothing, after Close.
func (l *Writer) next() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.pending) == 0 && !l.closed {
		l.changed.Wait()
	}
	lines := l.pending
	l.pending = nil
	return lines
}

func (l *Writer) drop(lines []byte) { l.dropped.Add(uint64(bytes.Count(lines, []byte("\n")))) }
