package main

import (
	"io"
	stdlog "log"
	"log/slog"

	"github.com/alecthomas/kingpin/v2"
	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	sloggokit "github.com/tjhop/slog-gokit"
)

// logFlags say what is logged and how.
type logFlags struct {
	level, format string
}

func (f *logFlags) register(clause *kingpin.CmdClause) {
	clause.Flag("log.level", "Least important messages to log: debug, info, warn or error.").
		Default("info").EnumVar(&f.level, "debug", "info", "warn", "error")
	clause.Flag("log.format", "Format of the log: logfmt or json.").
		Default("logfmt").EnumVar(&f.format, "logfmt", "json")
}

// logger returns the log stream on w.
func (f *logFlags) logger(w io.Writer) log.Logger {
	w = log.NewSyncWriter(w)
	logger := log.NewLogfmtLogger(w)
	if f.format == "json" {
		logger = log.NewJSONLogger(w)
	}
	logger = level.NewFilter(logger, level.Allow(level.ParseDefault(f.level, level.InfoValue())))
	return log.With(logger, "ts", log.DefaultTimestampUTC)
}

// slogger leads the messages of libraries that use slog into the same stream,
// which filters them by level.
func slogger(logger log.Logger) *slog.Logger {
	return slog.New(sloggokit.NewGoKitHandler(logger, slog.LevelDebug))
}

// stdLogger leads what the HTTP server has to say into the same stream. It
// tells of clients that misbehave, which is not worth more than debug.
func stdLogger(logger log.Logger) *stdlog.Logger {
	return stdlog.New(log.NewStdlibAdapter(level.Debug(logger)), "", 0)
}
