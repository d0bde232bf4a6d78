package server

import (
	"fmt"
	"sync"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
)

// reloader makes the configuration, as it is now, the one that runs, and
// publishes how that went. It is safe for concurrent use.
type reloader struct {
	systems *fleet.Fleet
	load    func() ([]config.System, error)
	logger  log.Logger

	mu          sync.Mutex // one reload at a time
	successful  prometheus.Gauge
	successTime prometheus.Gauge
}

var _ prometheus.Collector = (*reloader)(nil)

func newReloader(systems *fleet.Fleet, load func() ([]config.System, error), logger log.Logger) *reloader {
	gauge := func(suffix, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: name + "_config_last_reload_" + suffix, Help: help})
	}
	return &reloader{
		systems:     systems,
		load:        load,
		logger:      logger,
		successful:  gauge("successful", "1 if the newest attempt to load the configuration succeeded, else 0."),
		successTime: gauge("success_timestamp_seconds", "When the configuration was last loaded well, in Unix time."),
	}
}

// reload loads the configuration and returns the number of systems. On an
// error the old one goes on.
func (r *reloader) reload() (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.successful.Set(0)
	systems, err := r.load()
	if err != nil {
		return 0, err
	}
	if err := r.systems.Apply(systems); err != nil {
		return 0, err
	}
	r.successful.Set(1)
	r.successTime.SetToCurrentTime()
	return len(systems), nil
}

// logged reloads and says in the log how it went.
func (r *reloader) logged() error {
	count, err := r.reload()
	if err != nil {
		_ = level.Error(r.logger).Log("msg", "The new configuration is wrong, the old one goes on", "err", err)
		return fmt.Errorf("not reloaded: %w", err)
	}
	_ = level.Info(r.logger).Log("msg", "Configuration reloaded", "systems", count)
	return nil
}

// Describe implements prometheus.Collector.
func (r *reloader) Describe(ch chan<- *prometheus.Desc) {
	r.successful.Describe(ch)
	r.successTime.Describe(ch)
}

// Collect implements prometheus.Collector.
func (r *reloader) Collect(ch chan<- prometheus.Metric) {
	r.successful.Collect(ch)
	r.successTime.Collect(ch)
}
