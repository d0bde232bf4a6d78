package collector

import "time"

// Exporter is the state of the exporter itself at one moment.
type Exporter struct {
	Build            Build
	ReloadSuccessful bool      // the latest attempt to load the configuration
	LastReload       time.Time // when the configuration was last loaded successfully; zero: never
	StateWritten     bool      // see statefile.Store.LastWriteSuccessful
	DroppedLines     uint64    // of the log, so far
}

// Build is what the exporter was built from: the labels usual among exporters.
type Build struct {
	Branch, GoArch, GoOS, GoVersion, Revision, Tags, Version string
}

// exporterFamilies are the metrics of the exporter itself. They are not in a
// prometheus.Registry, since gathering from one costs more than all other metrics
// of a polled system.
type exporterFamilies struct {
	build, reloadTime, reloadSuccessful, droppedLines, stateWritten *Family
}

func newExporterFamilies() exporterFamilies {
	return exporterFamilies{
		build: gauge("exporter_build_info",
			"Always 1; what the exporter was built from.",
			"branch", "goarch", "goos", "goversion", "revision", "tags", "version"),
		reloadTime: gauge("exporter_config_last_reload_success_timestamp_seconds",
			"When the configuration was last loaded successfully, in Unix time."),
		reloadSuccessful: gauge("exporter_config_last_reload_successful",
			"1 if the latest attempt to load the configuration succeeded, else 0."),
		droppedLines: counter("exporter_log_dropped_lines_total",
			"Lines of the log that were dropped because they could not be written in time."),
		stateWritten: gauge("exporter_state_last_write_successful",
			"1 if the latest attempt to write the state file succeeded or, before the first one, nothing was wrong with the file, else 0."),
	}
}

func (f *exporterFamilies) all() []*Family {
	return []*Family{f.build, f.reloadTime, f.reloadSuccessful, f.droppedLines, f.stateWritten}
}

// render adds the state of the exporter to a sink.
func (f *exporterFamilies) render(to Sink, e *Exporter) {
	b := &e.Build
	to.Sample(f.build, 1, b.Branch, b.GoArch, b.GoOS, b.GoVersion, b.Revision, b.Tags, b.Version)
	if last := e.LastReload; !last.IsZero() {
		to.Sample(f.reloadTime, float64(last.UnixMilli())/1000)
	}
	to.Sample(f.reloadSuccessful, number(e.ReloadSuccessful))
	to.Sample(f.droppedLines, float64(e.DroppedLines))
	to.Sample(f.stateWritten, number(e.StateWritten))
}
