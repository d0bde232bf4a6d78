package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"
)

// Alertmanager is a running Alertmanager without any past.
type Alertmanager struct {
	*Process
	Address string // host and port
}

// AlertmanagerURL is where people would find it.
const AlertmanagerURL = "https://alertmanager.example.com"

// StartAlertmanager starts one with a configuration file.
func StartAlertmanager(t *testing.T, config string) *Alertmanager {
	t.Helper()
	p := start(t, nil, Tool(t, "alertmanager"),
		"--config.file="+config,
		"--storage.path="+t.TempDir(),
		"--web.listen-address=127.0.0.1:0",
		"--web.external-url="+AlertmanagerURL,
		"--cluster.listen-address=", // a cluster of one needs no port
	)
	return &Alertmanager{Process: p, Address: p.address(t)}
}

// Alert is an alert as Alertmanager sees it.
type Alert struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    time.Time         `json:"startsAt"`
	EndsAt      time.Time         `json:"endsAt"`
	Status      struct {
		State       string   `json:"state"` // active or suppressed
		InhibitedBy []string `json:"inhibitedBy"`
	} `json:"status"`
}

// Send sends alerts, as Prometheus would.
func (a *Alertmanager) Send(t *testing.T, alerts []Alert) {
	t.Helper()
	body, err := json.Marshal(alerts)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+a.Address+"/api/v2/alerts", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := newClient().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("Alertmanager rejects the alerts: %s", response.Status)
	}
}

// Alerts returns the alerts that match.
func (a *Alertmanager) Alerts(ctx context.Context, matchers ...string) ([]Alert, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet,
		"http://"+a.Address+"/api/v2/alerts?"+url.Values{"filter": matchers}.Encode(), http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := newClient().Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var alerts []Alert
	if err := json.NewDecoder(response.Body).Decode(&alerts); err != nil {
		return nil, fmt.Errorf("alerts of Alertmanager: %w", err)
	}
	return alerts, nil
}
