package status

import (
	"errors"
	"strings"
	"time"

	"thulium_exporter/collector"
	"thulium_exporter/thulium"
)

// quiet is how long a system that is asked on each scrape may wait for one
// until the page says that nobody scrapes.
const quiet = 5 * time.Minute

// state says how a system is.
type state string

// The states, worst first.
const (
	failing   state = "failing"   // no campaigns are served
	degraded  state = "degraded"  // campaigns are served, but the newest request failed
	unscraped state = "unscraped" // all was well, but nobody has asked for long
	waiting   state = "waiting"   // nobody has asked yet
	working   state = "working"
)

// states returns all states, worst first.
func states() []state { return []state{failing, degraded, unscraped, waiting, working} }

// verdict is a state in words.
type verdict struct {
	state          state
	title, details string
}

// judge says how a system is at the moment now.
func judge(s System, snap *collector.Snapshot, now time.Time) verdict {
	asked := newest(snap)
	old := now.Sub(asked)
	switch {
	case asked.IsZero() && s.PollInterval > 0:
		return verdict{waiting, "Waiting for the first poll", "It is due " + in(snap.Next, now) + "."}
	case asked.IsZero():
		return verdict{waiting, "Waiting for the first scrape", "Thulium is asked when Prometheus scrapes, never for this page. Opening the metrics counts as a scrape."}
	case !snap.Up():
		return verdict{failing, title(snap.Err), details(snap, now)}
	case snap.Err != nil:
		return verdict{degraded, "Working, but the newest poll failed",
			"The campaigns come from the last good answer, " + ago(snap.LastSuccess, now) + ", and are served until it is " + length(s.PollMaxAge) + " old."}
	case s.PollInterval == 0 && old > quiet:
		return verdict{unscraped, "Nobody scrapes",
			"The newest scrape, " + ago(asked, now) + ", went well. Check that Prometheus runs and scrapes this exporter."}
	}
	return verdict{working, "Working", wellness(s, snap, now)}
}

// newest is when the newest request ended; zero if there was none.
func newest(snap *collector.Snapshot) time.Time {
	t := snap.LastSuccess
	if f := snap.LastFailure; f != nil && f.At.After(t) {
		t = f.At
	}
	return t
}

func wellness(s System, snap *collector.Snapshot, now time.Time) string {
	source := "The newest scrape"
	if s.PollInterval > 0 {
		source = "The newest poll"
	}
	return source + ", " + ago(snap.LastSuccess, now) + ", found " +
		count(len(snap.Stats.Campaigns), "active campaign", "active campaigns") + "."
}

// details says why there are no campaigns.
func details(snap *collector.Snapshot, now time.Time) string {
	message := strings.TrimSuffix(capital(messageOf(snap.Err)), ".")
	if snap.LastSuccess.IsZero() {
		return message + ". There has been no good answer since the exporter started."
	}
	return message + ". No campaigns are shown; the last good answer came " + ago(snap.LastSuccess, now) + "."
}

// title says in a few words what is wrong.
func title(err error) string {
	var failure *thulium.Error
	if !errors.As(err, &failure) {
		return "No fresh answer"
	}
	switch failure.Result {
	case thulium.OK:
	case thulium.Unauthorized:
		return "Thulium refuses the credentials"
	case thulium.Forbidden:
		return "The API user lacks the permission"
	case thulium.NotFound:
		return "Thulium does not know this address"
	case thulium.RateLimited:
		return "Thulium is asked too often"
	case thulium.ClientError:
		return "Thulium refuses the request"
	case thulium.ServerError:
		return "Thulium itself fails"
	case thulium.Redirect:
		return "The address leads elsewhere"
	case thulium.Timeout:
		return "Thulium is too slow"
	case thulium.Connection:
		return "Thulium cannot be reached"
	case thulium.TLS:
		return "No secure connection to Thulium"
	case thulium.InvalidResponse:
		return "The answer is not Thulium's"
	}
	return "No good answer"
}
