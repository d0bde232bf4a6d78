package server

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/version"

	"thulium_exporter/internal/progress/statefile"
)

// newProcessRegistry returns the metrics of the Go runtime and of the process.
func newProcessRegistry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return registry
}

// newRegistry returns the metrics of the exporter itself.
func (o *Options) newRegistry(r *reloader, store *statefile.Store) *prometheus.Registry {
	registry := prometheus.NewRegistry()
	gauge := func(name, help string, labels prometheus.Labels, value func() float64) {
		registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: name, Help: help, ConstLabels: labels,
		}, value))
	}
	b := &o.Build
	gauge("thulium_exporter_build_info", "Always 1; what the exporter was built from.", prometheus.Labels{
		"branch": b.Branch, "goarch": version.GoArch, "goos": version.GoOS, "goversion": version.GoVersion,
		"revision": b.Revision, "tags": b.Tags, "version": b.Version,
	}, func() float64 { return 1 })
	gauge("thulium_exporter_config_last_reload_success_timestamp_seconds",
		"When the configuration was last loaded successfully, in Unix time.", nil, r.lastSuccess)
	gauge("thulium_exporter_config_last_reload_successful",
		"1 if the latest attempt to load the configuration succeeded, else 0.", nil,
		func() float64 { return number(r.successful.Load()) })
	gauge("thulium_exporter_state_last_write_successful",
		"1 if the latest attempt to write the state file succeeded or, before the first one, nothing was wrong with the file, else 0.", nil,
		func() float64 { return number(store.LastWriteSuccessful()) })
	registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "thulium_exporter_log_dropped_lines_total",
		Help: "Lines of the log that were dropped because they could not be written in time.",
	}, func() float64 { return float64(o.DroppedLines()) }))
	return registry
}

// lastSuccess returns when the configuration was last loaded, in Unix time.
func (r *reloader) lastSuccess() float64 {
	if last := r.successTime.Load(); last != nil {
		return float64(last.UnixMilli()) / 1000
	}
	return 0
}

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
