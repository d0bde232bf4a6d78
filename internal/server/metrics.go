package server

import (
	"cmp"
	"runtime/debug"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/version"

	"thulium_exporter/collector"
	"thulium_exporter/internal/progress/statefile"
)

// newRegistry returns the metrics of the exporter itself and, unless they are
// disabled, of the Go runtime and the process.
func newRegistry(o *Options, r *reloader, store *statefile.Store) *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		newBuildInfo(o.Build), r.successful, r.successTime,
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "thulium_exporter_log_dropped_lines_total",
			Help: "Lines of the log that were dropped because they could not be written in time.",
		}, func() float64 { return float64(o.DroppedLines()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "thulium_exporter_state_last_write_successful",
			Help: "1 if the latest attempt to write the state file succeeded or, before the first one, nothing was wrong with the file, else 0.",
		}, func() float64 {
			if store.LastWriteSuccessful() {
				return 1
			}
			return 0
		}),
	)
	if !o.DisableExporterMetrics {
		registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	}
	return registry
}

// newBuildInfo returns the metric of the build, with the labels usual among
// exporters.
func newBuildInfo(b collector.Build) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "thulium_exporter_build_info",
		Help: "Always 1; what the exporter was built from.",
		ConstLabels: prometheus.Labels{
			"branch": b.Branch, "goarch": version.GoArch, "goos": version.GoOS, "goversion": version.GoVersion,
			"revision": b.Revision, "tags": b.Tags, "version": b.Version,
		},
	}, func() float64 { return 1 })
}

// ReadBuild returns the values set with -ldflags -X and, in place of missing ones,
// those recorded by the Go command, so that they are also correct with go build
// and go install.
func ReadBuild() collector.Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	module := strings.TrimPrefix(info.Main.Version, "(devel)")
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	return collector.Build{
		Version:  cmp.Or(version.Version, module, "devel"),
		Revision: version.GetRevision(),
		Branch:   version.Branch,
		User:     version.BuildUser,
		Date:     cmp.Or(version.BuildDate, settings["vcs.time"]),
		Tags:     version.GetTags(),
	}
}
