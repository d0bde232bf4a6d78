package cli

import (
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
		"14.87%":                            page,
	} {
		if !strings.Contains(where, text) {
			t.Errorf("no %q in %s", text, where)
		}
	}
	if strings.Contains(page, password) || strings.Contains(page, "--thulium.allow-http") {
		t.Errorf("the password, or a flag that was not given, is in %s", page)
	}
}
