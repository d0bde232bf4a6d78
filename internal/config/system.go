// Package config turns what a user wrote, as flags or as a file, into checked
// systems. Everything that can be wrong about it is found here, before anything
// runs.
package config

import (
	"net/url"
	"reflect"
	"time"

	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/progress"
)

const (
	// DefaultTimeout is what the vendor's own sample clients use.
	DefaultTimeout = 30 * time.Second
	// maxAgeIntervals is the default maximum age, in poll intervals: one
	// failed poll does not make the campaigns vanish.
	maxAgeIntervals = 3
	// minPollInterval keeps a typing error from flooding the API.
	minPollInterval = time.Second
	// MaxTimeout bounds the timeout; the web server must wait longer than that.
	MaxTimeout = 5 * time.Minute
)

// System is one checked system.
type System struct {
	Name         string
	URL          *url.URL // from thulium.ParseURL
	HTTP         commonconfig.HTTPClientConfig
	CampaignIDs  []string      // empty: all active campaigns
	Timeout      time.Duration // of one request
	PollInterval time.Duration // 0: one request for each scrape
	PollMaxAge   time.Duration // set if PollInterval is
	Calendar     Calendar

	settings  *progress.Settings  // of campaigns without settings of their own
	campaigns map[string]campaign // by ID; nil: none is configured
}

// SameRequests reports whether both send the same requests to the same Thulium:
// they differ, if at all, in their calendars and in what is set for campaigns.
func (s *System) SameRequests(other *System) bool {
	same := *other
	same.Calendar, same.settings, same.campaigns = s.Calendar, s.settings, s.campaigns
	return reflect.DeepEqual(s, &same)
}

// Calendar is what systems need of a calendar. *business.Calendar implements it,
// and so does the one of a demo, whose time runs faster.
type Calendar interface {
	progress.Calendar
	Location() *time.Location
	Next(t time.Time) (_ business.Interval, ok bool)
	Day(t time.Time) business.Day
}

// Calendars are the calendars made so far, by what they were made from.
type Calendars map[string]Calendar

// shared are the parts of systems made so far. Many systems have equal ones,
// which are made once.
type shared struct {
	calendars Calendars
	settings  map[progress.Settings]*progress.Settings
	tls       map[commonconfig.TLSConfig]error // what is wrong with it
}

func newShared() *shared {
	return &shared{
		calendars: make(Calendars),
		settings:  make(map[progress.Settings]*progress.Settings),
		tls:       make(map[commonconfig.TLSConfig]error),
	}
}
