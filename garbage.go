package main

import (
	"os"
	"runtime/debug"
	"slices"

	"thulium_exporter/internal/config"
)

// How much garbage there may be before it is collected, in percent of what is
// in use.
const (
	usualGarbage = 100
	// polledGarbage is for systems that are all polled. Then answers, which
	// live from poll to poll, are most of the memory, a poll leaves little
	// garbage, and nobody waits for one: with ten thousand systems, a quarter
	// less memory costs 1 % of a core. Where scrapes fetch the answers, each
	// would take a third more CPU time.
	polledGarbage = 40
)

// limitGarbage chooses how often garbage is collected, unless the environment
// says it.
func limitGarbage(systems []config.System) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage(systems))
	}
}

func garbage(systems []config.System) (percent int) {
	if slices.ContainsFunc(systems, func(s config.System) bool { return s.PollInterval == 0 }) {
		return usualGarbage
	}
	return polledGarbage
}
