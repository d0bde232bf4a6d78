package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"thulium_exporter/test/e2e/harness"
)

// speedUp is how much faster than real time these tests run. The simulated
// Thulium and business time do so by themselves; for Prometheus and Alertmanager
// all intervals of the deployed files are divided by it, to a second at least.
// The expressions are untouched.
const speedUp = 360

// alerting is the whole chain: a simulated Thulium, the exporter, Prometheus
// and Alertmanager with the files of deploy/, and who is notified.
type alerting struct {
	exporter     *harness.Exporter
	prometheus   *harness.Prometheus
	alertmanager *harness.Alertmanager
	webhook      *harness.Webhook
}

func startAlerting(t *testing.T) *alerting {
	t.Helper()
	a := &alerting{webhook: harness.NewWebhook(t)}
	dir := t.TempDir()
	deployed(t, dir, "alertmanager/thulium.tmpl")
	a.alertmanager = harness.StartAlertmanager(t, deployed(t, dir, "alertmanager/alertmanager.yml",
		"https://example.com/hooks/", a.webhook.URL+"/"))
	a.exporter = harness.Serve(t, "demo", fmt.Sprintf("--demo.speed=%d", speedUp))
	deployed(t, dir, "prometheus/thulium.rules.yml")
	a.prometheus = harness.StartPrometheusFile(t, deployed(t, dir, "prometheus/prometheus.yml",
		"localhost:10069", a.exporter.Address, "localhost:9093", a.alertmanager.Address))
	return a
}

// deployed copies a file of deploy/ with its intervals scaled and pairs of
// texts replaced, and returns its path.
func deployed(t *testing.T, dir, name string, replace ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	interval := regexp.MustCompile(`(?m)^(\s*(?:- )?(?:scrape_interval|scrape_timeout|interval|for|keep_firing_for|group_wait|group_interval): )(\d+[smhd])$`)
	scaled := interval.ReplaceAllStringFunc(string(text), func(line string) string {
		parts := interval.FindStringSubmatch(line)
		d, err := time.ParseDuration(parts[2])
		if err != nil {
			t.Fatal(err)
		}
		return parts[1] + max(time.Second, (d/speedUp).Round(time.Second)).String()
	})
	path := filepath.Join(dir, filepath.Base(name))
	if err := os.WriteFile(path, []byte(strings.NewReplacer(replace...).Replace(scaled)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// notified waits for a notification.
func (a *alerting) notified(t *testing.T, alert, status string) harness.Message {
	t.Helper()
	var message harness.Message
	harness.Within(t, 150*time.Second, func() error {
		messages := a.webhook.Messages(alert, status)
		if len(messages) == 0 {
			return fmt.Errorf("no notification that %s is %s", alert, status)
		}
		message = messages[0]
		return nil
	})
	return message
}

// rehearse switches a fault of the simulated Thulium on, or off if it is empty.
func (a *alerting) rehearse(t *testing.T, fault string) {
	t.Helper()
	url := regexp.MustCompile(`msg="Simulating Thulium" url=(\S+)`).FindStringSubmatch(a.exporter.Stderr())
	if url == nil {
		t.Fatal("the demo does not say where it simulates Thulium")
	}
	method, path := http.MethodPut, "/fault/"+fault
	if fault == "" {
		method, path = http.MethodDelete, "/fault"
	}
	if err := harness.Request(t.Context(), method, url[1]+path); err != nil {
		t.Fatal(err)
	}
}

// TestSupervisorsAreCalled: a campaign of the demo stands still for three hours
// of every eight.
func TestSupervisorsAreCalled(t *testing.T) {
	t.Parallel()
	a := startAlerting(t)
	firing := a.notified(t, "ThuliumCampaignStalled", "firing")
	if firing.Receiver != "/supervisors" || firing.Labels["name"] != "Overdue invoices" || firing.Labels["severity"] != "warning" ||
		!strings.HasPrefix(firing.Annotations["summary"], "Campaign Overdue invoices (00004) on acme has stood still for 2h") ||
		!strings.HasSuffix(firing.Annotations["runbook_url"], "/ThuliumCampaignStalled.md") {
		t.Errorf("got %+v", firing)
	}
	if over := a.notified(t, "ThuliumCampaignStalled", "resolved"); over.Labels["id"] != "00004" {
		t.Errorf("got %+v", over)
	}
}

// TestOutageIsOneMessage: while the API fails, whoever is on call is told once,
// and supervisors hear nothing.
func TestOutageIsOneMessage(t *testing.T) {
	t.Parallel()
	a := startAlerting(t)
	a.notified(t, "ThuliumCampaignStalled", "firing")
	a.rehearse(t, "server_error")
	down := a.notified(t, "ThuliumApiDown", "firing")
	if down.Receiver != "/oncall" || !strings.Contains(down.Annotations["summary"], "server_error") {
		t.Errorf("got %+v", down)
	}
	harness.Eventually(t, func() error { return a.inhibited(t, `team="supervisors"`) })
	// Several group intervals later it is still one message.
	after := a.prometheus.ScrapeAfter(t, time.Now(), 5)
	if got := len(a.webhook.Messages("ThuliumApiDown", "firing")); got != 1 {
		t.Errorf("%d notifications of one outage at %f", got, after)
	}
	a.rehearse(t, "")
	a.notified(t, "ThuliumApiDown", "resolved")
}

// inhibited reports whether there are alerts that match, all of them silenced
// by another one.
func (a *alerting) inhibited(t *testing.T, matcher string) error {
	t.Helper()
	alerts, err := a.alertmanager.Alerts(t.Context(), matcher)
	if err == nil && len(alerts) == 0 {
		err = errors.New("there is no alert to inhibit")
	}
	for _, alert := range alerts {
		if len(alert.Status.InhibitedBy) == 0 {
			err = errors.Join(err, fmt.Errorf("not inhibited: %v", alert.Labels))
		}
	}
	return err
}
