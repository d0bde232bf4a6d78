// Package e2e tests the built exporter with the programs that its users run:
// Prometheus and promtool. It is a module of its own, so that users of the
// exporter's module do not inherit Prometheus.
package e2e

import (
	"os"
	"testing"

	"thulium_exporter/test/e2e/harness"
)

func TestMain(m *testing.M) {
	os.Exit(harness.Main(m)) //nolint:forbidigo // this is the main of the tests
}
