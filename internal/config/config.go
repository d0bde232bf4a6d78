// Package config turns what a user wrote, as flags or as a file, into checked
// systems. Everything that can be wrong about it is found here, before anything
// runs.
package config

import (
	"maps"
	"net/url"
	"reflect"
	"slices"
	"time"

	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/progress"
)

const (
	// DefaultTimeout is what the vendor's own sample clients use.
	DefaultTimeout = 30 * time.Second
	// MaxTimeout bounds the timeout; the web server must wait longer than that.
	MaxTimeout = 5 * time.Minute
	// minPollInterval keeps a typing error from flooding the API.
	minPollInterval = time.Second
	// maxPollInterval is how rarely a poll still makes sense.
	maxPollInterval = 24 * time.Hour
	// maxAgeIntervals is the default maximum age, in poll intervals: one
	// failed poll does not make the campaigns vanish.
	maxAgeIntervals = 3
	// maxPollAge is that of the longest interval.
	maxPollAge = maxAgeIntervals * maxPollInterval

	// DefaultStalledAfter is the business time without progress after which a
	// campaign counts as stalled.
	DefaultStalledAfter = 2 * time.Hour
	// DefaultStalledUntil is the completion, in percent, from which on a campaign
	// no longer counts as stalled: its last records wait for their next attempt.
	DefaultStalledUntil = 98
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
	Diagnose     bool          // idle campaigns are looked at
	Calendar     Calendar
	Business     business.Spec // what the calendar was made of, defaults included

	settings  *progress.Settings   // of campaigns without settings of their own
	campaigns map[string]*campaign // by ID; nil: none is configured
}

// campaign is a configured campaign.
type campaign struct {
	name     string
	business *business.Spec // nil: as the system
	settings *progress.Settings
}

// Calendar is what systems need of a calendar. *business.Calendar implements it,
// and so does the one of a demo, whose time runs faster.
type Calendar interface {
	progress.Calendar
	Location() *time.Location
	Next(t time.Time) (_ business.Interval, ok bool)
	Day(t time.Time) business.Day
}

// SameRequests reports whether both send the same requests to the same Thulium:
// they differ, if at all, in their calendars and in what is set for campaigns.
func (s *System) SameRequests(other *System) bool {
	same := *other
	same.Calendar, same.Business, same.settings, same.campaigns = s.Calendar, s.Business, s.settings, s.campaigns
	return reflect.DeepEqual(s, &same)
}

// Settings returns the progress settings of a campaign, which nobody may change.
// It implements progress.Lookup and is safe for concurrent use.
func (s *System) Settings(id string) *progress.Settings {
	if c, ok := s.campaigns[id]; ok {
		return c.settings
	}
	return s.settings
}

// CampaignName returns the configured name of a campaign; empty if it has none.
func (s *System) CampaignName(id string) string {
	if c, ok := s.campaigns[id]; ok {
		return c.name
	}
	return ""
}

// CampaignSettings are what applies to a campaign, inherited or not.
type CampaignSettings struct {
	ID       string
	Name     string         // empty: none is configured
	Business *business.Spec // the campaign's own business hours; nil: as the system
	Calendar Calendar
	*progress.Settings
}

// Effective returns what applies to each configured campaign, sorted by ID. The
// first has no ID: it is what applies to all others.
func (s *System) Effective() []CampaignSettings {
	all := []CampaignSettings{{Settings: s.settings, Calendar: s.Calendar}}
	for _, id := range slices.Sorted(maps.Keys(s.campaigns)) {
		c := s.campaigns[id]
		calendar, _ := c.settings.Calendar.(Calendar)
		all = append(all, CampaignSettings{ID: id, Name: c.name, Business: c.business, Calendar: calendar, Settings: c.settings})
	}
	return all
}
