package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"thulium_exporter/thulium/simulator"
)

// manySystems returns a configuration file with a system that works and one that
// does not.
func manySystems(t *testing.T, flags []string) string {
	t.Helper()
	return write(t, "x.yml", fmt.Sprintf(`
defaults: {basic_auth: {username: u, password: %s}}
systems:
  good:
    url: %q
    campaigns:
      "00001": {name: Spring renewals, stalled_after: 4h, deadline: "2026-12-18 18:00"}
      "00002": {stall_alert: false, pool: renewals, order: 2, business_hours: {windows: [{weekdays: [saturday], times: [{start_time: "08:00", end_time: "12:00"}]}]}}
  bad: {url: %[2]q, basic_auth: {password: wrong}}
`, password, strings.TrimPrefix(flags[0], "--thulium.url=")))
}

func TestCheckMany(t *testing.T) {
	_, flags := newThulium(t)
	status, stdout, stderr := program(t, "check", "--config.file="+manySystems(t, flags))
	for _, want := range []string{
		"  other campaigns: stalled after 2h of business time, until 98%\n",
		"  00001 Spring renewals: stalled after 4h of business time, until 98%, deadline 2026-12-18 18:00 CET\n",
		"  00002: no stall alert, pool renewals, order 2, own business hours\n",
		"\n\n2 active campaigns in 1 system, with 1,344 records, 14.99% of them done.\nFAILED  bad: unauthorized\n",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q", want)
		}
	}
	if status != 1 || t.Failed() {
		t.Errorf("got %d and\n%s%s", status, stdout, stderr)
	}
}

func TestCheckPrometheus(t *testing.T) {
	_, flags := newThulium(t)
	status, stdout, stderr := program(t, "check", "--config.file="+manySystems(t, flags), "-o", "prometheus")
	for _, want := range []string{
		`thulium_campaign_records_total{id="00001",system="good"} 1324`, `thulium_up{system="good"} 1`, `thulium_up{system="bad"} 0`,
	} {
		if strings.Count(stdout, want+"\n") != 1 {
			t.Errorf("no %s", want)
		}
	}
	if _, err := promlint.New(strings.NewReader(stdout)).Lint(); err != nil {
		t.Error(err)
	}
	if status != 1 || t.Failed() {
		t.Errorf("got %d and\n%s%s", status, stdout, stderr)
	}
	if _, stdout, _ := program(t, append([]string{"check", "-o", "prometheus"}, flags...)...); !strings.Contains(stdout, "\nthulium_up 1\n") {
		t.Errorf("the flags' system has a label: %s", stdout)
	}
}

// TestCheckState: campaigns that the state file shows as stalled are flagged.
func TestCheckState(t *testing.T) {
	sim, flags := newThulium(t)
	sim.SetCampaigns(append(simulator.Documented(), simulator.Campaign{ID: "00003"}))
	url := strings.TrimPrefix(flags[0], "--thulium.url=")
	state := write(t, "state.json", "")
	d := start(t, append(flags, "--state.file="+state)...)
	d.get(t, "/metrics")
	d.stop()
	<-d.status
	saved, err := os.ReadFile(state)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(saved), url) || !strings.Contains(string(saved), "00001") {
		t.Fatalf("the state file holds %s", saved)
	}
	always := []string{"--business.hours=monday:sunday 00:00-24:00", "--business.holidays=none"}
	status, stdout, stderr := program(t, append(append([]string{"check", "--state.file=" + state, "-o", "json"}, flags...), always...)...)
	var got []checked
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatalf("%v in %d %s%s", err, status, stdout, stderr)
	}
	campaigns := got[0].Campaigns
	if campaigns[0].Idle == nil || campaigns[2].State != "empty" || campaigns[2].Idle != nil {
		t.Errorf("got %+v", campaigns)
	}
	metrics := []string{"thulium_campaign_idle_business_seconds{", "thulium_campaign_stall_threshold_business_seconds{", "thulium_records_completed_outside_business_hours_total "}
	for _, file := range []string{state, ""} {
		_, stdout, _ := program(t, append(append([]string{"check", "--state.file=" + file, "-o", "prometheus"}, flags...), always...)...)
		for _, metric := range metrics {
			if got := strings.Contains(stdout, "\n"+metric); got != (file != "") {
				t.Errorf("state file %q: %s is there: %v in\n%s", file, metric, got, stdout)
			}
		}
	}
	if _, stdout, _ := program(t, append([]string{"check"}, flags...)...); !strings.Contains(stdout, "  EMPTY\n") {
		t.Errorf("the empty campaign is not flagged in %s", stdout)
	}
	if status, _, stderr := program(t, append([]string{"check", "--state.file=" + write(t, "broken", "{")}, flags...)...); status == 0 || !strings.Contains(stderr, "--state.file") {
		t.Errorf("a broken state file: got %d, %s", status, stderr)
	}
}

func TestNote(t *testing.T) {
	idle := 3 * 3600.0
	for want, c := range map[string]checkedCampaign{
		"  EMPTY": {State: "empty"},
		"":        {State: "active", Idle: &idle},
		"  STALLED: no progress for 3h of business time": {State: "stalled", Idle: &idle},
	} {
		if got := note(c); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
