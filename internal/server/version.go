package server

import (
	"cmp"
	"fmt"
	"runtime/debug"

	"github.com/prometheus/common/version"

	"thulium_exporter/collector"
)

// Build is the version information of the program.
type Build collector.Build

// ReadBuild returns the values set with -ldflags -X and, in place of missing ones,
// those recorded by the Go command, so that they are also correct with go build
// and go install.
func ReadBuild() Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return newBuild(info)
}

func newBuild(info *debug.BuildInfo) Build {
	module := info.Main.Version
	if module == "(devel)" {
		module = ""
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	return Build{
		Version:  cmp.Or(version.Version, module, "devel"),
		Revision: version.GetRevision(),
		Branch:   version.Branch,
		User:     version.BuildUser,
		Date:     cmp.Or(version.BuildDate, settings["vcs.time"]),
		Tags:     version.GetTags(),
	}
}

// UserAgent identifies the exporter in requests to Thulium.
func (b Build) UserAgent() string { return name + "/" + b.Version }

// String returns the output of --version, in the format of Prometheus.
func (b Build) String() string {
	const unknown = "unknown"
	return fmt.Sprintf(`%s, version %s (branch: %s, revision: %s)
  build user:       %s
  build date:       %s
  go version:       %s
  platform:         %s
  tags:             %s`, name, b.Version, cmp.Or(b.Branch, unknown), b.Revision,
		cmp.Or(b.User, unknown), cmp.Or(b.Date, unknown), version.GoVersion, version.GoOS+"/"+version.GoArch, b.Tags)
}
