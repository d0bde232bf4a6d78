package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestStatusPage: it shows the flags that were given, and no secret.
func TestStatusPage(t *testing.T) {
	_, flags := newThulium(t)
	d := start(t, append(flags, "--thulium.campaign-id=00001", "--thulium.campaign-id=00002")...)
	before := d.get(t, "/")
	d.get(t, "/metrics")
	page := d.get(t, "/")
	for text, where := range map[string]string{
		"Waiting for the first scrape":      before,
		"With the next scrape":              page,
		"<code>--thulium.username=u</code>": page,
		"00001,00002":                       page,
		"14.8%":                             page,
	} {
		if !strings.Contains(where, text) {
			t.Errorf("no %q in %s", text, where)
		}
	}
	if strings.Contains(page, password) || strings.Contains(page, "--thulium.allow-http") {
		t.Errorf("the password, or a flag that was not given, is in %s", page)
	}
}

// TestOnlySetFlags: the page and the JSON list the flags that the user has set, not
// the defaults of others.
func TestOnlySetFlags(t *testing.T) {
	_, flags := newThulium(t)
	d := start(t, append(flags, "--web.max-requests=7", "--log.format=logfmt")...)
	var report struct {
		Exporter struct {
			Flags []struct{ Name, Value string }
		}
	}
	if err := json.Unmarshal([]byte(d.get(t, "/?format=json")), &report); err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{}
	for _, flag := range report.Exporter.Flags {
		listed[flag.Name] = flag.Value
	}
	if listed["web.max-requests"] != "7" {
		t.Errorf("a flag that is set is not listed: %v", listed)
	}
	for _, name := range []string{"web.external-url", "web.telemetry-path", "log.level", "log.format", "web.disable-exporter-metrics"} {
		if value, ok := listed[name]; ok {
			t.Errorf("--%s=%s is listed, although it is the default", name, value)
		}
	}
}
