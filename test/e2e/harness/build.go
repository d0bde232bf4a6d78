// Package harness runs the real programs of the end-to-end tests: the exporter,
// Prometheus, promtool and Alertmanager, beside a simulated Thulium and a webhook.
// Everything listens on free ports of 127.0.0.1 and ends with its test.
package harness

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// programVariable names a built exporter, if the tests should not build one.
const programVariable = "E2E_PROGRAM"

// atOnce is how many tests run at the same time. Most of them wait for other
// programs, so it does not follow from the number of processors.
const atOnce = "8"

// Main runs the tests with one build of the exporter and returns the exit
// status. It is for TestMain.
func Main(m *testing.M) int {
	flag.Parse()
	_ = flag.Set("test.parallel", atOnce) // a flag of the testing package, so it is there
	if os.Getenv(programVariable) != "" {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "thulium_exporter")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program := filepath.Join(dir, "thulium_exporter")
	if err := errors.Join(build(program), os.Setenv(programVariable, program)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// build builds the exporter as a release does: with a version.
func build(program string) error {
	const version = "github.com/prometheus/common/version."
	flags := "-X " + version + "Version=0.0.0-e2e" +
		" -X " + version + "Revision=0123456789abcdef" +
		" -X " + version + "Branch=e2e" +
		" -X " + version + "BuildUser=e2e" +
		" -X " + version + "BuildDate=" + time.Now().UTC().Format("20060102-15:04:05")
	cmd := exec.CommandContext(context.Background(), "go", "build", "-ldflags", flags, "-o", program, ".")
	cmd.Dir = filepath.Join("..", "..")
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot build the exporter: %w\n%s", err, output)
	}
	return nil
}

// Tool returns the path of a tool that the Makefile has installed.
func Tool(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", ".tools", "bin", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%s is missing; run make tools", name)
	}
	return path
}
