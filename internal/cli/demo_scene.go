package cli

import (
	"time"

	"thulium_exporter/thulium/simulator"
)

// scene is what the demo simulates, and how the exporter is configured for it.
type scene struct {
	campaigns []simulator.Campaign
	closed    bool // business hours are wrong: closed while agents work
}

// scenes are the scenes that people can switch on, by name, each with what makes
// it from the campaigns of the demo and their time.
func scenes() map[string]func(demo []simulator.Campaign, elapsed time.Duration) scene {
	return map[string]func(demo []simulator.Campaign, elapsed time.Duration) scene{
		"stall":       stallOne,
		"all_stalled": stallAll,
		"not_started": add(simulator.Campaign{ID: "00010", Name: "Loyalty cards", Records: 400}),
		"late": add(simulator.Campaign{
			ID: "00020", Name: "Contract extensions", Records: 5_000, PerHour: 40, Deadline: 4 * time.Hour,
		}),
		"closed": func(demo []simulator.Campaign, _ time.Duration) scene {
			return scene{campaigns: demo, closed: true}
		},
	}
}

// stallOne stalls the one campaign that is never finished.
func stallOne(demo []simulator.Campaign, elapsed time.Duration) scene {
	const callBacks = 2
	demo[callBacks], _ = demo[callBacks].Frozen(elapsed)
	return scene{campaigns: demo}
}

func stallAll(demo []simulator.Campaign, elapsed time.Duration) scene {
	var stalled []simulator.Campaign
	for _, c := range demo {
		if frozen, ok := c.Frozen(elapsed); ok {
			stalled = append(stalled, frozen)
		}
	}
	return scene{campaigns: stalled}
}

// add makes a scene of the demo and one more campaign, which starts with it.
func add(c simulator.Campaign) func([]simulator.Campaign, time.Duration) scene {
	return func(demo []simulator.Campaign, elapsed time.Duration) scene {
		c.Starts = elapsed
		return scene{campaigns: append(demo, c)}
	}
}
