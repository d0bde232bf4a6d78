package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"
)

// Alertmanager is a running Alertmanager without any past.
type Alertmanager struct {
	*Process
	Address string // host and port
}

// StartAlertmanager starts one with a configuration file.
func StartAlertmanager(t *testing.T, config string) *Alertmanager {
	t.Helper()
	p := start(t, nil, Tool(t, "alertmanager"),
		"--config.file="+config,
		"--storage.path="+t.TempDir(),
		"--web.listen-address=127.0.0.1:0",
		"--cluster.listen-address=", // a cluster of one needs no port
	)
	return &Alertmanager{Process: p, Address: p.address(t)}
}

// Alert is an alert as Alertmanager sees it.
type Alert struct {
	Labels map[string]string `json:"labels"`
	Status struct {
		State       string   `json:"state"` // active or suppressed
		InhibitedBy []string `json:"inhibitedBy"`
	} `json:"status"`
}

// Alerts returns the alerts that match a label.
func (a *Alertmanager) Alerts(ctx context.Context, matcher string) ([]Alert, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet,
		"http://"+a.Address+"/api/v2/alerts?filter="+url.QueryEscape(matcher), http.NoBody)
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
