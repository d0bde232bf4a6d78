package config

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/progress"
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
	// Campaigns of a pool share agents; within it, a lower order comes first.
	Pool  string `yaml:"pool"`
	Order *int   `yaml:"order"`
	// Business is what differs from the business hours of the system.
	Business *business.Spec `yaml:"business_hours"`
}

// Calendars are the calendars made so far. One can take half a megabyte, and
// many systems and campaigns have the same hours: they share it.
type Calendars map[string]Calendar

// Set makes all systems and campaigns with these hours share a calendar.
func (c Calendars) Set(spec business.Spec, calendar Calendar) {
	c[calendarKey(spec)] = calendar
}

// calendarKey identifies a Spec. An empty list differs from a missing one, which
// has the default.
func calendarKey(spec business.Spec) string { return fmt.Sprintf("%#v", spec.WithDefaults()) }

// Of returns the calendar of a Spec. Its errors are FieldErrors.
func (c Calendars) Of(spec business.Spec) (Calendar, error) {
	if calendar := c[calendarKey(spec)]; calendar != nil {
		return calendar, nil
	}
	calendar, err := business.New(spec)
	if err != nil {
		if wrong, ok := errors.AsType[*business.KeyError](err); ok {
			err = inField(wrong.Key, wrong.Err)
		}
		return nil, inField("business_hours", err)
	}
	c.Set(spec, calendar)
	return calendar, nil
}

// checkCampaigns sets the calendar and the settings of all campaigns.
func (d *Draft) checkCampaigns(s *System, calendars Calendars) (err error) {
	if s.Calendar, err = calendars.Of(d.Business); err != nil {
		return err
	}
	s.Business = d.Business.WithDefaults()
	s.others.Settings = &progress.Settings{
		StalledAfter: DefaultStalledAfter, StalledUntil: DefaultStalledUntil, StallAlert: true, Calendar: s.Calendar, Diagnose: d.Diagnose,
	}
	if err := d.apply(s.others.Settings); err != nil {
		return err
	}
	s.campaigns = make(map[string]*CampaignSettings, len(d.Campaigns))
	for _, id := range slices.Sorted(maps.Keys(d.Campaigns)) {
		if id == "" {
			return fieldErrorf("campaigns", "an ID is empty; write it in quotes%s", example("campaigns"))
		}
		if s.campaigns[string(id)], err = d.campaign(string(id), s, calendars); err != nil {
			return inField("campaigns", &FieldError{Field: string(id), Err: err, isID: true})
		}
	}
	return nil
}

// campaign returns a campaign of the system with all that it inherits.
func (d *Draft) campaign(id string, s *System, calendars Calendars) (_ *CampaignSettings, err error) {
	c := d.Campaigns[ID(id)]
	if c == (Campaign{}) {
		return nil, errors.New("nothing is set; write at least one of name, stalled_after, stalled_until, stall_alert, deadline, pool and business_hours")
	}
	result := &CampaignSettings{ID: id, Name: c.Name, Settings: new(*s.others.Settings)}
	if err := cmp.Or(c.apply(result.Settings), c.applyPool(result.Settings)); err != nil {
		return nil, err
	}
	calendar := s.Calendar
	if c.Business != nil {
		result.Business = new(c.Business.Over(s.Business))
		if calendar, err = calendars.Of(*result.Business); err != nil {
			return nil, err
		}
		result.Calendar = calendar
	}
	if c.Deadline != "" {
		if result.Deadline, err = parseDeadline(c.Deadline, calendar.Location()); err != nil {
			return nil, inField("deadline", err)
		}
	}
	return result, nil
}

// apply puts what is set in place of what was inherited.
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

// applyPool puts the campaign into its pool.
func (c *Campaign) applyPool(to *progress.Settings) error {
	if c.Pool != "" && !validName(c.Pool) {
		return fieldErrorf("pool", "invalid name; use letters, digits, '.', '_' and '-', at most 100")
	}
	to.Pool = c.Pool
	switch {
	case c.Order == nil:
		return nil
	case c.Pool == "":
		return fieldErrorf("order", "has no effect without a pool; remove it or set both")
	case *c.Order < 1:
		return fieldErrorf("order", "must be 1 or more; the campaign with the lowest one in its pool comes first")
	}
	to.Order = *c.Order
	return nil
}

// parseDeadline reads a time, or a date, which means its end.
func parseDeadline(text string, zone *time.Location) (time.Time, error) {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
	if err != nil {
		t, err = time.ParseInLocation(time.DateOnly, strings.TrimSuffix(text, " 24:00"), zone)
		t = t.AddDate(0, 0, 1)
	}
	if err != nil {
		return time.Time{}, errors.New(`neither a time nor a date; write "2026-12-18 18:00", or "2026-12-18" for the end of that day`)
	}
	if t.Year() < business.FirstYear || t.Year() > business.LastYear {
		return time.Time{}, fmt.Errorf("the year is out of range; write one from %d to %d", business.FirstYear, business.LastYear)
	}
	return t, nil
}
