package cli_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"thulium_exporter/test/daemontest"
)

func TestServe(t *testing.T) {
	_, flags := newThulium(t)
	for _, args := range [][]string{flags, append([]string{"serve"}, flags...)} {
		d := start(t, args...)
		metrics := d.Get(t, "/metrics")
		for _, want := range []string{
			`thulium_campaign_records_total{id="00001"} 1324`,
			"thulium_exporter_config_last_reload_successful 1",
			"thulium_exporter_build_info{", "go_goroutines", "process_", "promhttp_metric_handler",
		} {
			if !strings.Contains(metrics, want) {
				t.Errorf("no %s in %s", want, metrics)
			}
		}
		if status := d.Stop(); status != 0 {
			t.Errorf("exit status %d, want 0", status)
		}
	}
}

func TestEnvironment(t *testing.T) {
	_, flags := newThulium(t)
	for variable, value := range map[string]string{
		"THULIUM_URL": urlOf(flags), "THULIUM_USERNAME": "u", "THULIUM_PASSWORD": password,
		"THULIUM_CAMPAIGN_ID": "00001\n00002", "THULIUM_WEB_TELEMETRY_PATH": "/m", "THULIUM_POLL_INTERVAL": "1h",
	} {
		t.Setenv(variable, value)
	}
	d := start(t)
	wait(t, d, "/-/ready", "Ready.")
	if metrics := d.Get(t, "/m"); !strings.Contains(metrics, `thulium_api_requests_total{result="ok"} 2`) {
		t.Errorf("got %s, want one request for each ID", metrics)
	}
}

func TestReload(t *testing.T) {
	_, flags := newThulium(t)
	system := func(name string) string {
		return fmt.Sprintf("  %s: {url: %q, basic_auth: {username: u, password: %s}}\n", name, urlOf(flags), password)
	}
	path := write(t, "x.yml", "systems:\n"+system("a"))
	d := start(t, "--config.file="+path)
	reload := func(text string) string {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return d.Post(t, "/-/reload")
	}
	if got := reload("systems:\n" + system("b") + system("c")); got != "Reloaded.\n" {
		t.Errorf("got %s", got)
	}
	if sd := d.Get(t, "/sd"); !strings.Contains(sd, `"b"`) || strings.Contains(sd, `"a"`) {
		t.Errorf("after the reload: %s", sd)
	}
	if got := reload("systems: {b: {ulr: x}}"); !strings.Contains(got, "x.yml: line 1; the log says what is wrong") {
		t.Errorf("got %s", got)
	}
	metrics := d.Get(t, "/metrics")
	if !strings.Contains(metrics, "config_last_reload_successful 0") || !strings.Contains(d.Get(t, "/probe?target=c"), "thulium_up 1") {
		t.Error("a wrong file replaced a good one, or is not seen in the metrics")
	}
}

// TestAutoReload: what was loaded, by whatever, is not loaded again.
func TestAutoReload(t *testing.T) {
	system := func(name string) string {
		return fmt.Sprintf("systems: {%s: {url: 'https://x.example.com', basic_auth: {username: u, password: p}}}\n", name)
	}
	path := write(t, "x.yml", system("a"))
	d := start(t, "--config.file="+path, "--config.auto-reload-interval=1s")
	if err := os.WriteFile(path, []byte(system("b")), 0o600); err != nil {
		t.Fatal(err)
	}
	wait(t, d, "/sd", `"b"`)
	if n := strings.Count(d.Log.String(), "Configuration reloaded"); n != 1 {
		t.Errorf("%d reloads", n)
	}
}

// TestFlagsOnPage: the page and the JSON list the flags that the user has set, not
// the defaults of others, and no secret.
func TestFlagsOnPage(t *testing.T) {
	_, flags := newThulium(t)
	d := start(t, append(flags, "--web.max-requests=7", "--log.format=logfmt", "--thulium.campaign-id=00001", "--thulium.campaign-id=00002")...)
	d.Get(t, "/metrics")
	page := d.Get(t, "/")
	if !strings.Contains(page, "<code>--thulium.username=u</code>") || !strings.Contains(page, "14.8%") || strings.Contains(page, password) {
		t.Errorf("got %s", page)
	}
	var report struct {
		Exporter struct {
			Flags []struct{ Name, Value string }
		}
	}
	if err := json.Unmarshal([]byte(d.Get(t, "/?format=json")), &report); err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{}
	for _, flag := range report.Exporter.Flags {
		listed[flag.Name] = flag.Value
	}
	for name, want := range map[string]string{
		"web.max-requests": "7", "thulium.campaign-id": "00001,00002", "web.external-url": "", "web.telemetry-path": "",
		"log.level": "", "log.format": "", "web.disable-exporter-metrics": "", "thulium.allow-http": "", "stall.after": "",
	} {
		if listed[name] != want {
			t.Errorf("--%s=%s is listed, want %q", name, listed[name], want)
		}
	}
}

// TestDemo: its first lines are commands to paste, and they work.
func TestDemo(t *testing.T) {
	d := start(t, "demo")
	wait(t, d, "/-/ready", "Ready.")
	metrics := d.Get(t, "/metrics")
	if strings.Count(metrics, "thulium_campaign_completion_percent{") < 5 || !strings.Contains(metrics, "thulium_campaign_info{") {
		t.Errorf("got %s, want at least five campaigns", metrics)
	}
	variable, check, _ := strings.Cut(d.Log.Wait(t, `run="(THULIUM_PASSWORD=.+)"`), " ")
	_, secret, _ := strings.Cut(variable, "=")
	t.Setenv("THULIUM_PASSWORD", secret)
	expect(t, 0, strings.Fields(check)[1:], "active campaigns in 1 system")
	if got := daemontest.Request(t, http.MethodPut, d.Log.Wait(t, `run="curl -X PUT (\S+/scene/stall)"`)); !strings.HasPrefix(got, "Call-backs from the website makes no progress from now on.") {
		t.Errorf("got %s", got)
	}
	if got := daemontest.Request(t, http.MethodDelete, d.Log.Wait(t, `run="curl -X DELETE (\S+/scene)"`)); got != "The scene is over.\n" {
		t.Errorf("got %s", got)
	}
	if d.Stop(); strings.Contains(d.Log.String(), "Configuration reloaded") {
		t.Errorf("a scene is reported as a reload:\n%s", d.Log)
	}
}
