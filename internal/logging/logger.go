// Package logging is the log of the daemon: one format for its own lines and
// those of libraries, and a writer that never blocks its callers.
package logging

import (
	"bytes"
	"context"
	"io"
	stdlog "log"
	"log/slog"
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
	line := make([]any, 6, 6+len(keyvals))
	copy(line, []any{"ts", time.Now().UTC().Format(timeFormat), "level", level.InfoValue(), "msg", ""})
	for i := 0; i+1 < len(keyvals); i += 2 {
		switch key, value := keyvals[i], plain(keyvals[i+1]); key {
		case level.Key():
			line[3] = value
		case "msg":
			line[5] = value
		default:
			line = append(line, key, value)
		}
	}
	return o.next.Log(line...)
}

// plain unwraps the values of slog and gives times the format of all times.
func plain(value any) any {
	if wrapped, ok := value.(interface{ Any() any }); ok {
		value = wrapped.Any()
	}
	if t, ok := value.(time.Time); ok {
		return t.UTC().Format(timeFormat)
	}
	return value
}

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

// Std returns a logger of the standard library. Its lines concern peers that
// misbehave, so they have the level debug.
func Std(logger log.Logger) *stdlog.Logger {
	return stdlog.New(stdWriter{level.Debug(logger)}, "", 0)
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

// stdWriter logs each line written to it.
type stdWriter struct{ log.Logger }

func (w stdWriter) Write(line []byte) (int, error) {
	return len(line), w.Log("msg", string(bytes.TrimSpace(line)))
}
