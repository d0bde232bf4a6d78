package simulator_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"thulium_exporter/thulium/simulator"
)

// TestStage: each request says what it does, and does it.
func TestStage(t *testing.T) {
	changes := 0
	s := simulator.NewStage(simulator.New(simulator.Config{}), 1, func() { changes++ })
	for _, step := range []struct {
		method, path string
		status       int
		says         string
	}{
		{"GET", simulator.Path, 200, "["},
		{"PUT", "/fault/forbidden", 200, "Thulium responds with the fault forbidden from now on."},
		{"GET", simulator.Path, 403, "{"},
		{"PUT", "/fault/fire", 404, "No such fault; the faults are "},
		{"DELETE", "/fault", 200, "Thulium responds as usual again."},
		{"GET", simulator.Path, 200, "["},
		{"PUT", "/scene/fire", 404, "No such scene; the scenes are all_stalled, closed, elsewhere, late, no_agents, not_started, paused, stall"},
		{"PUT", "/scene/closed", 200, "Business hours are over, and agents keep working."},
		{"DELETE", "/scene", 200, "The scene is over."},
		{"PUT", "/scene/late", 200, "The new campaign Contract extensions is too slow for its deadline."},
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(step.method, step.path, nil))
		if w.Code != step.status || !strings.HasPrefix(w.Body.String(), step.says) {
			t.Errorf("%s %s: got %d %s, want %d %s", step.method, step.path, w.Code, w.Body, step.status, step.says)
		}
	}
	if changes != 3 || len(s.Scene().Campaigns) != 1+len(simulator.Demo(1)) {
		t.Errorf("%d changes, and the scene has %d campaigns", changes, len(s.Scene().Campaigns))
	}
}
