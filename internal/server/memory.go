package server

import (
	"os"
	"runtime/debug"
)

const (
	manySystems  = 1000
	usualPercent = 100 // Go's own
	earlyPercent = 30
)

// collectEarly has garbage collected earlier where there are many systems: 10,000
// polled ones take two thirds of the memory, for one or two percent of a core.
// If GOGC is set, that decides.
func collectEarly(systems int) {
	if os.Getenv("GOGC") != "" {
		return
	}
	percent := usualPercent
	if systems >= manySystems {
		percent = earlyPercent
	}
	debug.SetGCPercent(percent)
}
