package cli

import (
	"io"

	"github.com/alecthomas/kingpin/v2"
	"github.com/go-kit/log"

	"thulium_exporter/internal/logging"
)

// logFlags say what is logged and how.
type logFlags struct {
	level, format string
}

func (f *logFlags) register(clause *kingpin.CmdClause) {
	clause.Flag("log.level", "Lowest level to log: debug, info, warn or error.").
		Default("info").EnumVar(&f.level, "debug", "info", "warn", "error")
	clause.Flag("log.format", "Format of the log: logfmt or json.").
		Default("logfmt").EnumVar(&f.format, "logfmt", "json")
}

// logger returns the log on w.
func (f *logFlags) logger(w io.Writer) log.Logger { return logging.New(w, f.format, f.level) }
