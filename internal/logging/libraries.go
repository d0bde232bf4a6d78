package logging

import (
	"bytes"
	"context"
	"io"
	stdlog "log"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	sloggokit "github.com/tjhop/slog-gokit"
	"golang.org/x/time/rate"
)

// Slog returns a logger for libraries that use slog. Their lines look like all
// others: one timestamp, and no source position.
func Slog(logger log.Logger) *slog.Logger {
	return slog.New(bare{sloggokit.NewGoKitHandler(logger, slog.LevelDebug)}) // logger filters by level
}

// bare drops what the logger adds itself or what no other line has.
type bare struct{ slog.Handler }

func (b bare) Handle(ctx context.Context, record slog.Record) error {
	record.Time, record.PC = time.Time{}, 0
	return b.Handler.Handle(ctx, record)
}

func (b bare) WithAttrs(attrs []slog.Attr) slog.Handler { return bare{b.Handler.WithAttrs(attrs)} }

func (b bare) WithGroup(name string) slog.Handler { return bare{b.Handler.WithGroup(name)} }

const (
	// stdRate and stdBurst bound the lines a second of the standard library's
	// loggers, which a misbehaving peer can make write without end.
	stdRate  = 10
	stdBurst = 100
)

// Std returns a logger of the standard library. Its lines concern peers that
// misbehave, so they have the level debug, and at most ten a second are logged.
func Std(logger log.Logger) *stdlog.Logger {
	return stdlog.New(&stdWriter{logger: level.Debug(logger), limit: rate.NewLimiter(stdRate, stdBurst)}, "", 0)
}

// CaptureStd sends the standard library's default logger to std until restore
// is called.
func CaptureStd(std *stdlog.Logger) (restore func()) {
	writer, flags, prefix := stdlog.Writer(), stdlog.Flags(), stdlog.Prefix()
	stdlog.SetFlags(0)
	stdlog.SetPrefix("")
	stdlog.SetOutput(std.Writer())
	return func() {
		stdlog.SetOutput(writer)
		stdlog.SetFlags(flags)
		stdlog.SetPrefix(prefix)
	}
}

// stdWriter logs each line written to it, within a limit. It is safe for
// concurrent use.
type stdWriter struct {
	logger     log.Logger
	limit      *rate.Limiter
	suppressed atomic.Int64 // lines since the latest one that was logged
}

var _ io.Writer = (*stdWriter)(nil)

func (w *stdWriter) Write(line []byte) (int, error) {
	if !w.limit.Allow() {
		w.suppressed.Add(1)
		return len(line), nil
	}
	logger := w.logger
	if n := w.suppressed.Swap(0); n > 0 {
		logger = log.With(logger, "suppressed", n)
	}
	_ = logger.Log("msg", string(bytes.TrimSpace(line))) // nobody to report it to
	return len(line), nil
}
