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
// discovery. Each target is this exporter, as clients reach it, with the labels
// that make Prometheus probe one system: no relabelling is needed.
func discovery(systems *fleet.Fleet, e external) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := e.of(r)
		groups := []targetGroup{} // not null: Prometheus expects a list
		for _, system := range systems.All() {
			groups = append(groups, targetGroup{
				Targets: []string{at.host},
				Labels: map[string]string{
					"__scheme__":       at.scheme,
					"__metrics_path__": at.prefix + "/probe",
					"__param_target":   system.Name,
					"system":           system.Name,
				},
			})
		}
		body, err := json.Marshal(groups)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError) // cannot happen: these are strings
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body) // fails only if the client is gone
	})
}
