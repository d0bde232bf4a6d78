package collector

import (
	"cmp"
	"fmt"

	"github.com/prometheus/common/version"
)

// name is the program's name in requests and in the output of --version.
const name = "thulium_exporter"

// Build is the version information of the exporter.
type Build struct {
	Version  string // never empty
	Revision string // of the source; never empty
	Branch   string
	User     string
	Date     string // of the build or, if that is not known, of the revision
	Tags     string
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
