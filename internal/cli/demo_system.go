package cli

import (
	"fmt"
	"time"

	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/config"
	"thulium_exporter/thulium/simulator"
)

// demoSystem returns the simulated Thulium as a configured system. Its business
// time runs speed times as fast from start on.
func demoSystem(url, password string, campaigns []simulator.Campaign, poll pollFlags, start time.Time, speed float64) ([]config.System, error) {
	hours := alwaysOpen() // otherwise nothing would happen at night
	calendar, err := business.New(hours)
	if err != nil {
		return nil, err
	}
	draft := &config.Draft{
		URL: url, AllowHTTP: true,
		HTTP: commonconfig.HTTPClientConfig{
			BasicAuth: &commonconfig.BasicAuth{Username: "demo", Password: commonconfig.Secret(password)},
		},
		Campaigns:    demoNames(campaigns),
		Business:     hours,
		PollInterval: model.Duration(poll.interval),
		PollMaxAge:   model.Duration(poll.maxAge),
	}
	calendars := config.Calendars{}
	calendars.Set(hours, calendar.Scaled(start, speed))
	system, err := draft.Check(defaultSystem, calendars)
	return []config.System{system}, err
}

// demoWaves is how many campaigns that follow each other have names: enough for
// a month of simulated time.
const demoWaves = 100

// demoNames names the campaigns and those that follow them under other IDs.
func demoNames(campaigns []simulator.Campaign) map[config.ID]config.Campaign {
	names := map[config.ID]config.Campaign{}
	for _, c := range campaigns {
		names[config.ID(c.ID)] = config.Campaign{Name: c.Name}
		for wave := 2; c.Stride > 0 && wave <= demoWaves; wave++ {
			id := config.ID(c.Successor(wave - 1))
			names[id] = config.Campaign{Name: fmt.Sprintf("%s, wave %d", c.Name, wave)}
		}
	}
	return names
}

func alwaysOpen() business.Spec {
	return business.Spec{
		Holidays: []string{"none"},
		Windows: []business.Window{{
			Weekdays: []string{"monday:sunday"},
			Times:    []business.TimeRange{{Start: "00:00", End: "24:00"}},
		}},
	}
}
