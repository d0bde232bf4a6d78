package cli

import (
	"time"

	"github.com/alecthomas/kingpin/v2"
)

// pollFlags choose between requests on each scrape and in the background.
type pollFlags struct {
	interval, maxAge time.Duration
}

func (f *pollFlags) register(clause *kingpin.CmdClause) {
	clause.Flag("poll.interval", "Query Thulium in the background at this interval, like 1m, and serve the latest response. Default: query on each scrape.").
		PlaceHolder("1m").DurationVar(&f.interval)
	clause.Flag("poll.max-age", "Maximum age of a polled response; an older one is not served. Default: three times the interval.").
		PlaceHolder("3m").DurationVar(&f.maxAge)
}
