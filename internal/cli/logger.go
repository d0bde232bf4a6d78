package cli

import (
	"io"

	"github.com/alecthomas/kingpin/v2"
	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
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
