package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/prometheus/common/model"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/progress"
)

const (
	// DefaultStalledAfter is the business time without progress after which a
	// campaign counts as stalled.
	DefaultStalledAfter = 2 * time.Hour
	// DefaultStalledUntil is the completion, in percent, from which on a campaign
	// no longer counts as stalled: its last records wait for their next attempt.
	DefaultStalledUntil = 98
)

// Stall says when a campaign counts as stalled. What is nil is inherited: by a
// campaign from its system, by a system from the defaults.
type Stall struct {
	After *model.Duration `yaml:"stalled_after"`
	Until *float64        `yaml:"stalled_until"`
	Alert *bool           `yaml:"stall_alert"`
}

// Campaign is what people know of a campaign and the API does not say.
type Campaign struct {
	Name  string `yaml:"name"`
	Stall `yaml:",inline"`
	// Deadline is a time in the campaign's time zone, like "2026-12-18 18:00", or
	// a date, which means its end.
	Deadline string `yaml:"deadline"`
	// Business is what differs from the business hours of the system.
	Business *business.Spec `yaml:"business_hours"`
}

// campaign is a checked Campaign.
type campaign struct {
	name     string
	ownHours bool
	settings *progress.Settings
}

// CampaignSettings are what holds for a campaign, inherited or not.
type CampaignSettings struct {
	ID       string
	Name     string // empty: none is configured
	OwnHours bool   // the campaign has business hours of its own
	Calendar Calendar
	*progress.Settings
}

// Settings returns the progress settings of a campaign, which others may share
// and nobody may change. It implements progress.Lookup and is safe for
// concurrent use.
func (s *System) Settings(id string) *progress.Settings {
	if c, ok := s.campaigns[id]; ok {
		return c.settings
	}
	return s.settings
}

// CampaignName returns the configured name of a campaign; empty if it has none.
func (s *System) CampaignName(id string) string { return s.campaigns[id].name }

// Effective returns what holds for each configured campaign, sorted by ID. The
// first has no ID: it is what holds for all others.
func (s *System) Effective() []CampaignSettings {
	all := []CampaignSettings{{Settings: s.settings, Calendar: s.Calendar}}
	for _, id := range slices.Sorted(maps.Keys(s.campaigns)) {
		c := s.campaigns[id]
		calendar, _ := c.settings.Calendar.(Calendar)
		all = append(all, CampaignSettings{ID: id, Name: c.name, OwnHours: c.ownHours, Calendar: calendar, Settings: c.settings})
	}
	return all
}

// calendar returns the calendar of a Spec. Its errors are FieldErrors.
func (s *shared) calendar(spec business.Spec) (Calendar, error) {
	if c := s.calendars[calendarKey(spec)]; c != nil {
		return c, nil
	}
	c, err := business.New(spec)
	if err != nil {
		if wrong, ok := errors.AsType[*business.KeyError](err); ok {
			err = &FieldError{Field: wrong.Key, Err: wrong.Err}
		}
		return nil, &FieldError{Field: "business_hours", Err: err}
	}
	s.calendars.Set(spec, c)
	return c, nil
}

// Set makes all systems and campaigns with these hours share a calendar.
func (c Calendars) Set(spec business.Spec, calendar Calendar) {
	c[calendarKey(spec)] = calendar
}

// calendarKey identifies a Spec. An empty list differs from a missing one, which
// has the default.
func calendarKey(spec business.Spec) string { return fmt.Sprintf("%#v", spec) }

// intern returns the one pointer to these settings.
func (s *shared) intern(settings progress.Settings) *progress.Settings {
	p := s.settings[settings]
	if p == nil {
		p = &settings
		s.settings[settings] = p
	}
	return p
}

// apply puts what is given in place of what was inherited.
func (s *Stall) apply(to *progress.Settings) error {
	if s.After != nil {
		if *s.After <= 0 {
			return fieldErrorf("stalled_after", "must be positive; write business time, like 2h, or stall_alert: false for no alerts")
		}
		to.StalledAfter = time.Duration(*s.After)
	}
	if s.Until != nil {
		if !(*s.Until > 0 && *s.Until <= 100) {
			return fieldErrorf("stalled_until", "must be above 0 and at most 100; write a percentage, like 98")
		}
		to.StalledUntil = *s.Until
	}
	if s.Alert != nil {
		to.StallAlert = *s.Alert
	}
	return nil
}

// checkProgress sets the calendar and the settings of all campaigns.
func (d *Draft) checkProgress(s *System, common *shared) (err error) {
	if s.Calendar, err = common.calendar(d.Business); err != nil {
		return err
	}
	settings := progress.Settings{
		StalledAfter: DefaultStalledAfter, StalledUntil: DefaultStalledUntil, StallAlert: true, Calendar: s.Calendar,
	}
	if err := d.apply(&settings); err != nil {
		return err
	}
	s.settings = common.intern(settings)
	for _, id := range slices.Sorted(maps.Keys(d.Campaigns)) {
		if id == "" {
			return fieldErrorf("campaigns", "an ID is empty; write it in quotes%s", example("campaigns"))
		}
		c, err := d.campaign(d.Campaigns[id], s, common)
		if err != nil {
			return &FieldError{Field: "campaigns", Err: &FieldError{Field: string(id), Err: err, isID: true}}
		}
		if s.campaigns == nil {
			s.campaigns = make(map[string]campaign, len(d.Campaigns))
		}
		s.campaigns[string(id)] = c
	}
	return nil
}

// campaign returns a campaign of the system with all that it inherits.
func (d *Draft) campaign(c Campaign, s *System, common *shared) (campaign, error) {
	if c == (Campaign{}) {
		return campaign{}, errors.New("nothing is set; write at least one of name, stalled_after, stalled_until, stall_alert, deadline and business_hours")
	}
	if !utf8.ValidString(c.Name) {
		return campaign{}, fieldErrorf("name", "not UTF-8; write plain text")
	}
	settings, calendar := *s.settings, s.Calendar
	if err := c.apply(&settings); err != nil {
		return campaign{}, err
	}
	if c.Business != nil {
		var err error
		if calendar, err = common.calendar(c.Business.Over(d.Business)); err != nil {
			return campaign{}, err
		}
		settings.Calendar = calendar
	}
	if c.Deadline != "" {
		var err error
		if settings.Deadline, err = parseDeadline(c.Deadline, calendar.Location()); err != nil {
			return campaign{}, &FieldError{Field: "deadline", Err: err}
		}
	}
	return campaign{name: c.Name, ownHours: c.Business != nil, settings: common.intern(settings)}, nil
}

// parseDeadline reads a time, or a date, which means its end.
func parseDeadline(text string, zone *time.Location) (time.Time, error) {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
	if err != nil {
		if t, err = time.ParseInLocation(time.DateOnly, strings.TrimSuffix(text, " 24:00"), zone); err == nil {
			t = t.AddDate(0, 0, 1)
		}
	}
	if err != nil {
		return time.Time{}, errors.New(`neither a time nor a date; write "2026-12-18 18:00", or "2026-12-18" for the end of that day`)
	}
	if t.Year() < 2020 || t.Year() > 2050 {
		return time.Time{}, errors.New("the year is out of range; write one from 2020 to 2050")
	}
	return t, nil
}
