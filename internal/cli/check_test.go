package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"thulium_exporter/thulium/simulator"
)

// TestCheck compares what the README shows.
func TestCheck(t *testing.T) {
	_, flags := newThulium(t)
	golden := read(t, "testdata/check.txt")
	status, stdout, stderr := run(t, append([]string{"check"}, flags...)...)
	if want := strings.ReplaceAll(golden, "URL", urlOf(flags)); status != 0 || stdout != want || stderr != "" {
		t.Errorf("got %d\n%s%s\nwant\n%s", status, stdout, stderr, want)
	}
	if want := strings.ReplaceAll(golden, "URL", "https://acme.thulium.com"); !strings.Contains(read(t, "../../README.md"), want) {
		t.Errorf("the README does not show\n%s", want)
	}
}

// TestCheckMany: of several systems, what is configured is shown, and what failed
// at the end.
func TestCheckMany(t *testing.T) {
	sim, flags := newThulium(t)
	sim.SetCampaigns(append(simulator.Documented(), simulator.Campaign{ID: "00003"}))
	file := "--config.file=" + write(t, "x.yml", fmt.Sprintf(`
defaults: {basic_auth: {username: u, password: %s}}
systems:
  good:
    url: %q
    business_hours: {time_zone: Europe/Berlin, holidays: [pl, de], closed_dates: ["2026-12-31"], open_dates: [{date: "2026-12-13", times: [{start_time: "10:00", end_time: "16:00"}]}]}
    campaigns:
      "00001": {name: Spring renewals, stalled_after: 4h, deadline: "2026-12-18 18:00"}
      "00002": {stall_alert: false, pool: renewals, order: 2, business_hours: {windows: [{weekdays: [saturday], times: [{start_time: "08:00", end_time: "12:00"}]}]}}
      "00017": {name: Callbacks}
  bad: {url: %[2]q, basic_auth: {password: wrong}}
`, password, urlOf(flags)))
	settings := []string{
		"  business hours: monday:friday 08:00-20:00; Europe/Berlin; holidays pl,de; closed 2026-12-31; open 2026-12-13 10:00-16:00\n",
		"  other campaigns: stalled after 2h of business time, until 98%\n",
		"  00001 Spring renewals: stalled after 4h of business time, until 98%, deadline 2026-12-18 18:00 CET\n",
		"  00002: no stall alert, pool renewals, order 2; business hours: saturday 08:00-12:00; Europe/Berlin; holidays pl,de; closed",
	}
	expect(t, 0, []string{"--config.check", file}, append(settings,
		"  00017 Callbacks: stalled after", "The configuration is valid: 2 systems.\n")...)
	expect(t, 1, []string{"check", file}, append(settings,
		"  00017 Callbacks (not active now): stalled after",
		"  EMPTY\n",
		"\n\n3 active campaigns in 1 system, with 1,344 records, 14.99% of them done.\nFAILED  bad: unauthorized\n",
		"thulium_exporter: error: 1 of 2 systems failed\n")...)
	expect(t, 0, []string{"check", file, "--system=good"}, "3 active campaigns")
	sim.SetFault(simulator.NumericStrings)
	expect(t, 1, []string{"check", file, "-o", "json"}, `"name": "Spring renewals"`, `"state": "active"`, `"inactive_campaigns": [
      "00017"
    ]`, `"result": "unauthorized"`, `"hint": "Check the username`)
}

// TestHints: a failure says what to do about it in terms of what is set.
func TestHints(t *testing.T) {
	sim, flags := newThulium(t)
	check := append([]string{"check", "--thulium.timeout=200ms"}, flags...)
	for fault, want := range map[simulator.Fault]string{
		simulator.Timeout:     "raise the request timeout (--thulium.timeout, or timeout in a configuration file)",
		simulator.NotFound:    "The requested URL was " + urlOf(flags) + "/api/outbounds/stats.",
		simulator.RateLimited: " Retry in ",
	} {
		sim.SetFault(fault)
		expect(t, 1, check, want)
	}
	sim.SetFault(simulator.NoFault)
	check[2] += "/api/outbounds/stats"
	expect(t, 0, check, "2 active campaigns")
	check[2] = "--thulium.url=http://127.0.0.1:1"
	expect(t, 1, check, "if a proxy is needed, set --thulium.proxy-from-environment")
}

// TestProxyFromEnvironment: it is used, and only if that is set.
func TestProxyFromEnvironment(t *testing.T) {
	sim, flags := newThulium(t)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Host != "thulium.invalid" {
			t.Errorf("the proxy got a request to %s", r.URL)
		}
		sim.ServeHTTP(w, r)
	}))
	defer proxy.Close()
	t.Setenv("HTTP_PROXY", proxy.URL)
	flags[0] = "--thulium.url=http://thulium.invalid"
	check := append([]string{"check", "--thulium.allow-http"}, flags...)
	expect(t, 1, check, "FAILED")
	expect(t, 0, append(check, "--thulium.proxy-from-environment"), "2 active campaigns")
}

// TestCheckDiagnose shows one look, without names.
func TestCheckDiagnose(t *testing.T) {
	sim, flags := newThulium(t)
	sim.SetCampaigns([]simulator.Campaign{{ID: "00001", Records: 10, Done: 1, Team: "web", Agents: 2, Idle: "PAUSED"}})
	check := append([]string{"check", "--diagnose=00001"}, flags...)
	expect(t, 0, check, "  look: 2 agents assigned, 2 logged in, 0 logged out, 2 paused, 0 on a call, 0 unknown; the cause if it is idle: paused\n")
	_, stdout, _ := run(t, append(check, "-o", "json")...)
	if !strings.Contains(stdout, `"idle_cause": "paused"`) || !strings.Contains(stdout, `"logged_in": 2`) || strings.Contains(stdout, simulator.Team("web", 1)[0].Login) {
		t.Errorf("got %s", stdout)
	}
	check[1] = "--diagnose=00009"
	expect(t, 1, check, "FAILED  GET /api/outbounds/:id/agents: the request failed, not_found")
	sim.SetFault(simulator.Forbidden)
	expect(t, 1, check, "Grant the API user the method GET /api/outbounds/stats")
}
