// Package config turns what a user wrote, as flags or as a file, into checked
// systems. Everything that can be wrong about it is found here, before anything
// runs.
package config

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
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

	campaigns map[string]*CampaignSettings // those that are configured, by ID
	others    CampaignSettings             // all others
}

// CampaignSettings are what applies to a campaign, inherited or not.
type CampaignSettings struct {
	ID       string
	Name     string         // empty: none is configured
	Business *business.Spec // the campaign's own business hours; nil: as the system
	*progress.Settings
}

// Calendar is what systems need of a calendar. *business.Calendar implements it,
// and so does the one of a demo, whose time runs faster.
type Calendar interface {
	progress.Calendar
	Location() *time.Location
	Next(t time.Time) (_ business.Interval, ok bool)
}

// SameRequests reports whether both send the same requests to the same Thulium:
// they differ, if at all, in their calendars and in what is set for campaigns.
func (s *System) SameRequests(other *System) bool {
	same := *other
	same.Calendar, same.Business, same.campaigns, same.others = s.Calendar, s.Business, s.campaigns, s.others
	return reflect.DeepEqual(s, &same)
}

// Settings returns the progress settings of a campaign, which nobody may change.
// It implements progress.Lookup and is safe for concurrent use.
func (s *System) Settings(id string) *progress.Settings { return s.campaign(id).Settings }

// CampaignName returns the configured name of a campaign; empty if it has none.
func (s *System) CampaignName(id string) string { return s.campaign(id).Name }

func (s *System) campaign(id string) *CampaignSettings {
	if c, ok := s.campaigns[id]; ok {
		return c
	}
	return &s.others
}

// Effective returns what applies to each configured campaign, sorted by ID. The
// first has no ID: it is what applies to all others.
func (s *System) Effective() []*CampaignSettings {
	all := []*CampaignSettings{&s.others}
	for _, id := range slices.Sorted(maps.Keys(s.campaigns)) {
		all = append(all, s.campaigns[id])
	}
	return all
}

// Draft is a system as a user wrote it, in a file or as flags; the zero value of
// a field means its default.
type Draft struct {
	URL          string                        `yaml:"url"`
	AllowHTTP    bool                          `yaml:"allow_http"`
	HTTP         commonconfig.HTTPClientConfig `yaml:",inline"`
	CampaignIDs  []ID                          `yaml:"campaign_ids"`
	Campaigns    map[ID]Campaign               `yaml:"campaigns"`
	Timeout      model.Duration                `yaml:"timeout"`
	PollInterval model.Duration                `yaml:"poll_interval"`
	PollMaxAge   model.Duration                `yaml:"poll_max_age"`
	Diagnose     bool                          `yaml:"diagnose"`
	Stall        `yaml:",inline"`
	Business     business.Spec `yaml:"business_hours"`
}

// ID is the ID of a campaign. In a file it must be in quotes: YAML parses
// 00017 as the octal number 15.
type ID string

// FieldError says which field of a Draft is wrong, by its key in the file. Where
// that lies deeper, Err is a FieldError, too.
type FieldError struct {
	Field string
	Err   error

	isID bool // Field is the ID of a campaign, which can be any text
}

// Error names the field and what is wrong with it.
func (e *FieldError) Error() string {
	if e.isID {
		return strconv.Quote(e.Field) + ": " + e.Err.Error()
	}
	return e.Field + ": " + e.Err.Error()
}

// Unwrap returns what is wrong.
func (e *FieldError) Unwrap() error { return e.Err }

// inField returns err as one about a field; nil if it is nil.
func inField(field string, err error) error {
	if err == nil {
		return nil
	}
	return &FieldError{Field: field, Err: err}
}

// fieldErrorf returns an error about a field.
func fieldErrorf(field, format string, args ...any) error {
	return inField(field, fmt.Errorf(format, args...))
}

// Check turns the draft into a system called name. Its errors are FieldErrors and
// never hold a secret. It opens no file; see CheckFiles.
func (d *Draft) Check(name string, calendars Calendars) (System, error) {
	s := System{
		Name:         name,
		HTTP:         d.HTTP,
		Timeout:      cmp.Or(time.Duration(d.Timeout), DefaultTimeout),
		PollInterval: time.Duration(d.PollInterval),
		Diagnose:     d.Diagnose,
		PollMaxAge:   cmp.Or(time.Duration(d.PollMaxAge), maxAgeIntervals*time.Duration(d.PollInterval)),
	}
	err := cmp.Or(
		d.checkURL(&s),
		checkHTTP(&s.HTTP),
		d.checkCampaignIDs(&s),
		checkTimes(&s),
		d.checkCampaigns(&s, calendars),
	)
	return s, err
}

// validName keeps names usable in a URL, a label and a file name.
func validName(name string) bool {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
	return name != "" && len(name) <= 100 && strings.Trim(name, allowed) == ""
}

func (d *Draft) checkURL(s *System) (err error) {
	if d.URL == "" {
		return fieldErrorf("url", "missing; write the address of the system, like https://acme.thulium.com")
	}
	s.URL, err = thulium.ParseURL(d.URL, d.AllowHTTP)
	return inField("url", err)
}

func (d *Draft) checkCampaignIDs(s *System) error {
	seen := make(map[ID]bool, len(d.CampaignIDs))
	for _, id := range d.CampaignIDs {
		if id == "" || seen[id] {
			return fieldErrorf("campaign_ids", "an ID is empty or listed twice; remove it")
		}
		seen[id] = true
		s.CampaignIDs = append(s.CampaignIDs, string(id))
	}
	return nil
}

func checkTimes(s *System) error {
	switch {
	case s.Timeout < 0 || s.Timeout > MaxTimeout:
		return fieldErrorf("timeout", "must be positive and at most 5m; write it like 30s")
	case s.PollInterval != 0 && (s.PollInterval < minPollInterval || s.PollInterval > maxPollInterval):
		return fieldErrorf("poll_interval", "must be at least 1s and at most 24h; write it like 1m, or 0s to send a request on each scrape")
	case s.PollInterval == 0 && s.PollMaxAge != 0:
		return fieldErrorf("poll_max_age", "has no effect without a poll interval; remove it or set both")
	case s.PollMaxAge < s.PollInterval:
		return fieldErrorf("poll_max_age", "must be at least the poll interval (%s), else each response would be too old before the next", s.PollInterval)
	case s.PollMaxAge > maxPollAge:
		return fieldErrorf("poll_max_age", "must be at most 72h; write it like 3m")
	}
	return nil
}
