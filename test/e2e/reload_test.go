package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"thulium_exporter/test/e2e/harness"
	"thulium_exporter/thulium/simulator"
)

const (
	reloaded    = "thulium_exporter_config_last_reload_successful 1"
	notReloaded = "thulium_exporter_config_last_reload_successful 0"
)

// waysToReload make the exporter reload its file, which is valid or not.
func waysToReload() map[string]func(t *testing.T, exporter *harness.Exporter, good bool) {
	return map[string]func(*testing.T, *harness.Exporter, bool){
		"SIGHUP": func(t *testing.T, exporter *harness.Exporter, _ bool) {
			t.Helper()
			exporter.Signal(t, syscall.SIGHUP)
		},
		"POST": func(t *testing.T, exporter *harness.Exporter, good bool) {
			t.Helper()
			response := exporter.Post(t, "/-/reload")
			if ok := response.Status == http.StatusOK; ok != good {
				t.Errorf("reloading gives %d: %s", response.Status, response.Body)
			}
		},
	}
}

// TestReload changes the file of a running exporter: a system is exchanged for
// another, then the file is invalid, then valid again.
func TestReload(t *testing.T) {
	t.Parallel()
	for way, reload := range waysToReload() {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			thulium := harness.NewThulium(t, simulator.Documented()...)
			kept := "systems:\n" + entry("kept", thulium, "Kept")
			file := harness.File(t, "thulium.yml", kept+entry("removed", thulium, "Removed"))
			exporter := harness.Serve(t, "--config.file="+file)
			exporter.WaitFor(t, "/probe?target=removed", "thulium_up 1")

			harness.Write(t, file, kept+entry("added", thulium, "Added"))
			reload(t, exporter, true)
			exporter.WaitFor(t, "/probe?target=added", "thulium_up 1")
			isServed(t, exporter, "removed", http.StatusNotFound)
			isServed(t, exporter, "kept", http.StatusOK)

			harness.Write(t, file, "systems: {broken: {uri: x}}")
			reload(t, exporter, false)
			exporter.WaitFor(t, "/metrics", notReloaded)
			for _, system := range []string{"kept", "added"} {
				isServed(t, exporter, system, http.StatusOK)
			}

			harness.Write(t, file, kept)
			reload(t, exporter, true)
			exporter.WaitFor(t, "/metrics", reloaded)
			isServed(t, exporter, "added", http.StatusNotFound)
		})
	}
}

// isServed expects a status for the probe of a system, and values with 200.
func isServed(t *testing.T, exporter *harness.Exporter, system string, status int) {
	t.Helper()
	response := exporter.Get(t, "/probe?target="+system, nil)
	if response.Status != status {
		t.Errorf("the probe of %s gives %d, not %d", system, response.Status, status)
	}
	if status == http.StatusOK {
		response.HasLine(t, "thulium_up 1")
	}
}

// TestReloadIsSeenByPrometheus adds and removes systems while a real Prometheus
// discovers them.
func TestReloadIsSeenByPrometheus(t *testing.T) {
	t.Parallel()
	thulium := harness.NewThulium(t, simulator.Documented()...)
	kept := "systems:\n" + entry("kept", thulium, "Kept")
	file := harness.File(t, "thulium.yml", kept+entry("removed", thulium, "Removed"))
	exporter := harness.Serve(t, "--config.file="+file)
	prometheus := harness.StartPrometheus(t, fmt.Sprintf(`
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
  - job_name: thulium
    http_sd_configs:
      - url: http://%s/sd
        refresh_interval: 1s
`, exporter.Address))
	prometheus.Expect(t, `count by (system) (thulium_up == 1)`, `{system="kept"} 1`, `{system="removed"} 1`)

	harness.Write(t, file, kept+entry("added", thulium, "Added"))
	exporter.Signal(t, syscall.SIGHUP)
	prometheus.Expect(t, `count by (system) (thulium_up == 1)`, `{system="added"} 1`, `{system="kept"} 1`)
	prometheus.Expect(t, `min(min_over_time(up{system="kept"}[5m]))`, `{} 1`)
}

// TestPasswordFile changes the file of a running exporter. It is read again for
// each request, so that nothing has to be restarted.
func TestPasswordFile(t *testing.T) {
	t.Parallel()
	thulium := harness.NewThulium(t, simulator.Documented()...)
	exporter := harness.Serve(t, thulium.Flags()...)
	exporter.WaitFor(t, "/metrics", "thulium_up 1")
	good := func() { harness.Write(t, thulium.PasswordFile, thulium.Password) }
	for _, step := range []struct {
		name   string
		change func()
		want   string
		log    string
	}{
		{"replaced by a wrong one", func() { harness.Write(t, thulium.PasswordFile, "wrong") }, "thulium_up 0", "Check the username and the password"},
		{"mended", good, "thulium_up 1", "Requests to Thulium succeed again"},
		{"removed", func() { _ = os.Remove(thulium.PasswordFile) }, "thulium_up 0", "no such file or directory in " + filepath.Dir(thulium.PasswordFile)},
		{"there again", good, "thulium_up 1", ""},
	} {
		step.change()
		t.Log(step.name)
		exporter.WaitFor(t, "/metrics", step.want) // scrapes within a second share an outcome
		exporter.WaitForLog(t, step.log)
	}
	noSecret(t, thulium, "the log", exporter.Stderr())
}
