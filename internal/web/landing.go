package web

import (
	"net/http"

	"github.com/prometheus/common/version"
	toolkit "github.com/prometheus/exporter-toolkit/web"
)

// newLanding returns the page at /, which leads to all others.
func newLanding(telemetryPath string) (http.Handler, error) {
	return toolkit.NewLandingPage(toolkit.LandingConfig{
		Name:        "Thulium Exporter",
		Description: "Prometheus exporter for outbound campaigns of the Thulium contact centre",
		Version:     version.Info(),
		Profiling:   "false",
		Links: []toolkit.LandingLinks{
			{Address: telemetryPath, Text: "Metrics", Description: "of the exporter, and of its system if there is just one"},
			{Address: "/sd", Text: "Service discovery", Description: "the configured systems, for Prometheus"},
			{Address: "/-/healthy", Text: "Healthy", Description: "whether the exporter runs"},
			{Address: "/-/ready", Text: "Ready", Description: "whether a scrape gets all there is"},
		},
	})
}
