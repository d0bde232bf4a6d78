package cli

import (
	"fmt"
	"strings"
	"time"

	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/config"
	"thulium_exporter/thulium/simulator"
)

// demoWaves is how many campaigns that follow each other are configured: enough
// for a month of simulated time.
const demoWaves = 100

// demoConfig makes the configuration of a demo. Business time runs speed times as
// fast from start on.
type demoConfig struct {
	url, password string
	poll          pollFlags
	start         time.Time
	speed         float64
}

// systems returns the simulated Thulium of a scene as a configured system.
func (d *demoConfig) systems(s scene) ([]config.System, error) {
	hours, calendar, err := d.business(s.closed)
	if err != nil {
		return nil, err
	}
	draft := &config.Draft{
		URL: d.url, AllowHTTP: true,
		HTTP: commonconfig.HTTPClientConfig{
			BasicAuth: &commonconfig.BasicAuth{Username: "demo", Password: commonconfig.Secret(d.password)},
		},
		Campaigns:    d.campaigns(append(simulator.Demo(demoSeed), s.campaigns...), calendar.Location()),
		Business:     hours,
		PollInterval: model.Duration(d.poll.interval),
		PollMaxAge:   model.Duration(d.poll.maxAge),
	}
	calendars := config.Calendars{}
	calendars.Set(hours, calendar)
	system, err := draft.Check(defaultSystem, calendars)
	return []config.System{system}, err
}

// business returns business hours and their calendar. They are always open, since
// otherwise nothing would happen at night; or closed for the next six days.
func (d *demoConfig) business(closed bool) (business.Spec, config.Calendar, error) {
	hours := weekly("monday:sunday", "00:00")
	calendar, err := business.New(hours)
	if err != nil {
		return hours, nil, err
	}
	if !closed {
		return hours, &fastCalendar{calendar, d.start, d.speed}, nil
	}
	yesterday := time.Now().In(calendar.Location()).AddDate(0, 0, -1).Weekday()
	hours = weekly(strings.ToLower(yesterday.String()), "23:59")
	calendar, err = business.New(hours)
	return hours, calendar, err
}

// weekly returns business hours from a time of day to midnight.
func weekly(days, from string) business.Spec {
	return business.Spec{
		Holidays: []string{"none"},
		Windows:  []business.Window{{Weekdays: []string{days}, Times: []business.TimeRange{{Start: from, End: "24:00"}}}},
	}
}

// campaigns configures the campaigns and those that follow them under other IDs.
// Of campaigns with the same ID the first counts.
func (d *demoConfig) campaigns(simulated []simulator.Campaign, zone *time.Location) map[config.ID]config.Campaign {
	configured := map[config.ID]config.Campaign{}
	for _, c := range simulated {
		for generation := range demoWaves {
			id := config.ID(c.Successor(generation))
			if _, ok := configured[id]; !ok {
				configured[id] = config.Campaign{Name: waveName(c.Name, generation), Deadline: d.deadline(c, generation, zone)}
			}
		}
	}
	return configured
}

func waveName(name string, generation int) string {
	if generation == 0 {
		return name
	}
	return fmt.Sprintf("%s, wave %d", name, generation+1)
}

// deadline returns that of a generation of a campaign, at the end of its minute.
func (d *demoConfig) deadline(c simulator.Campaign, generation int, zone *time.Location) string {
	if c.Deadline == 0 {
		return ""
	}
	due := c.Starts + time.Duration(generation)*c.Every + c.Deadline
	at := d.start.Add(time.Duration(float64(due) / d.speed))
	return at.Add(time.Minute).In(zone).Format("2006-01-02 15:04")
}

// fastCalendar is a calendar that is always open and whose time runs speed times
// as fast from an instant on.
type fastCalendar struct {
	*business.Calendar
	from  time.Time
	speed float64
}

// SecondsUntil implements progress.Calendar.
func (c *fastCalendar) SecondsUntil(t time.Time) float64 {
	seconds := c.Calendar.SecondsUntil(t)
	if ahead := t.Sub(c.from); ahead > 0 {
		seconds += ahead.Seconds() * (c.speed - 1)
	}
	return seconds
}

// After implements progress.Calendar. Demos ask for nothing before their start.
func (c *fastCalendar) After(t time.Time, seconds float64) (_ time.Time, ok bool) {
	return c.Calendar.After(t, seconds/c.speed)
}

// Day implements progress.Calendar: days are as fast as business time.
func (c *fastCalendar) Day(t time.Time) business.Day {
	length := time.Duration(float64(24*time.Hour) / c.speed)
	start := c.from.Add(t.Sub(c.from).Truncate(length))
	if start.After(t) {
		start = start.Add(-length)
	}
	end := start.Add(length)
	return business.Day{Start: start, End: end, Open: []business.Interval{{From: start, To: end}}}
}
