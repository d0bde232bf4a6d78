package web_test

import (
	"strings"
	"testing"
	"time"

	"thulium_exporter/internal/config"
)

// TestNewNamesAreServedAtOnce, although what was rendered of a polled system is
// cached until the next poll.
func TestNewNamesAreServedAtOnce(t *testing.T) {
	e := newExporter(t, 24*time.Hour, "a")
	waitReady(t, e)
	if _, body := e.ask(t, "GET", "/metrics"); !strings.Contains(body, `name="Spring renewals"`) {
		t.Fatalf("got %s", body)
	}
	if err := e.fleet.Apply([]config.System{e.system(t, "a", 24*time.Hour, "Summer renewals")}); err != nil {
		t.Fatal(err)
	}
	if _, body := e.ask(t, "GET", "/metrics"); !strings.Contains(body, `name="Summer renewals"`) || strings.Contains(body, "Spring") {
		t.Errorf("got %s", body)
	}
	if e.sim.Requests() != 1 {
		t.Errorf("%d requests, want 1: a name has nothing to do with Thulium", e.sim.Requests())
	}
}

// TestNameFilter: name[] chooses metrics, also of what is cached.
func TestNameFilter(t *testing.T) {
	e := newExporter(t, 24*time.Hour, "a")
	waitReady(t, e)
	for range 2 {
		_, body := e.ask(t, "GET", "/metrics?name[]=thulium_up&name[]=thulium_campaign_records_total")
		if strings.Count(body, "# TYPE") != 2 || !strings.Contains(body, "thulium_up 1\n") {
			t.Errorf("got %s, want two families", body)
		}
		if _, body := e.ask(t, "GET", "/metrics"); !strings.Contains(body, campaign) {
			t.Errorf("got %s, want all families", body)
		}
	}
}

func waitReady(t *testing.T, e *exporter) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(20 * time.Second); !e.fleet.Ready(); <-tick.C {
		if time.Now().After(end) {
			t.Fatal("never ready")
		}
	}
}
