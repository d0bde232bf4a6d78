package cli

import (
	"testing"

	"thulium_exporter/internal/config"
	"thulium_exporter/thulium/simulator"
)

// TestDemoNames: campaigns that follow others have a name, too.
func TestDemoNames(t *testing.T) {
	names := demoNames(simulator.Demo(demoSeed))
	for id, want := range map[config.ID]string{
		"00001": "Satisfaction survey", "00005": "Spring renewals", "00015": "Spring renewals, wave 2", "00985": "Spring renewals, wave 99",
	} {
		if got := names[id].Name; got != want {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
}
