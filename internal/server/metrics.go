package server

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"thulium_exporter/collector"
	"thulium_exporter/internal/progress/statefile"
)

// newProcessRegistry returns the metrics of the Go runtime and of the process.
func newProcessRegistry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return registry
}

// state returns the state of the exporter for its metrics.
func (o *Options) state(r *reloader, store *statefile.Store) func() *collector.Exporter {
	build := o.Build.labels()
	return func() *collector.Exporter {
		e := &collector.Exporter{
			Build: build, ReloadSuccessful: r.successful.Load(),
			StateWritten: store.LastWriteSuccessful(), DroppedLines: o.DroppedLines(),
		}
		if last := r.successTime.Load(); last != nil {
			e.LastReload = *last
		}
		return e
	}
}
