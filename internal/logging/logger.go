package logging

import (
	"io"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
)

// timeFormat is UTC in milliseconds.
const timeFormat = "2006-01-02T15:04:05.000Z"

// New returns a logger that writes one line for each event at or above the
// lowest level: time, level, message and then the other fields in the order in
// which they were given. format is logfmt or json. w must be safe for concurrent
// use.
func New(w io.Writer, format, lowest string) log.Logger {
	encoder := log.NewLogfmtLogger(w)
	if format == "json" {
		encoder = &jsonEncoder{w}
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
