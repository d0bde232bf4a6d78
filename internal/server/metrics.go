package server

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/version"

	"thulium_exporter/internal/progress/statefile"
)

// newRegistry returns the metrics of the exporter itself and, unless they are
// disabled, those of the Go runtime and of the process.
func (o *Options) newRegistry(r *reloader, store *statefile.Store) *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: name + "_build_info",
			Help: "Always 1; what the exporter was built from.",
			ConstLabels: prometheus.Labels{
				"branch": o.Build.Branch, "goarch": version.GoArch, "goos": version.GoOS, "goversion": version.GoVersion,
				"revision": o.Build.Revision, "tags": o.Build.Tags, "version": o.Build.Version,
			},
		}, func() float64 { return 1 }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: name + "_config_last_reload_success_timestamp_seconds",
			Help: "When the configuration was last loaded successfully, in Unix time.",
		}, func() float64 { return float64(r.successTime.Load().UnixMilli()) / 1000 }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: name + "_config_last_reload_successful",
			Help: "1 if the latest attempt to load the configuration succeeded, else 0.",
		}, func() float64 { return number(r.successful.Load()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: name + "_log_dropped_lines_total",
			Help: "Lines of the log that were dropped because they could not be written in time.",
		}, func() float64 { return float64(o.DroppedLines()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: name + "_state_last_write_successful",
			Help: "1 if the latest attempt to write the state file succeeded or, before the first one, nothing was wrong with the file, else 0.",
		}, func() float64 { return number(store.LastWriteSuccessful()) }),
	)
	if !o.DisableExporterMetrics {
		registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	}
	return registry
}

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
