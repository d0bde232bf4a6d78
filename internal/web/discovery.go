package web

import (
	"encoding/json"
	"net/http"

	"thulium_exporter/internal/fleet"
)

// targetGroup is one element of Prometheus' HTTP service discovery.
type targetGroup struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

// discovery lists the configured systems for Prometheus' HTTP service
// discovery. Each target is this exporter, as the request reached it, with the
// labels that make Prometheus probe one system, so that no relabelling is
// needed.
func discovery(systems *fleet.Fleet) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme := "http"
		if r.TLS != nil {
			scheme = "https"
		}
		groups := []targetGroup{} // never null: Prometheus wants a list
		for _, system := range systems.All() {
			groups = append(groups, targetGroup{
				Targets: []string{r.Host},
				Labels: map[string]string{
					"__scheme__":       scheme,
					"__metrics_path__": "/probe",
					"__param_target":   system.Name,
					"system":           system.Name,
				},
			})
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(groups) // fails only if the client is gone
	})
}
