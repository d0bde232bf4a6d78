package server

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// newProcessRegistry returns the metrics of the exporter itself.
func (o *Options) newProcessRegistry(others ...prometheus.Collector) (*prometheus.Registry, error) {
	registry := prometheus.NewRegistry()
	all := slices.Concat(others, []prometheus.Collector{o.Build.collector(), o.droppedLines()})
	if !o.DisableExporterMetrics {
		all = append(all, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	}
	for _, c := range all {
		if err := registry.Register(c); err != nil {
			return nil, err
		}
	}
	return registry, nil
}

func (o *Options) droppedLines() prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: name + "_log_dropped_lines_total",
		Help: "Lines of the log that were dropped because they could not be written in time.",
	}, func() float64 { return float64(o.DroppedLines()) })
}
