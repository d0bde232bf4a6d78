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

// collectEarly lowers the GC percentage for many systems: 10,000 polled ones take
// two thirds of the memory, for one or two percent of a core. GOGC takes
// precedence.
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
