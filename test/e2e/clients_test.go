package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"thulium_exporter/test/e2e/harness"
	"thulium_exporter/thulium/simulator"
)

// TestHeldConnections has clients hold far more connections than the exporter has
// for them, or may have open files, each after a response that it did get. A
// Prometheus at another address, which keeps its connection, too, loses no scrape.
// What else clients may do is tested in test/floods.
func TestHeldConnections(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ulimit      string
		connections int
		files       float64
	}{
		"many":      {"-n 4096", 1500, 512 + 50},
		"few files": {"-n 64", 150, 64},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			thulium := harness.NewThulium(t, simulator.Documented()...)
			exporter := harness.ServeUnder(t, test.ulimit, thulium.Flags()...)
			transport := &http.Transport{}
			defer transport.CloseIdleConnections()
			prometheus := &http.Client{Transport: transport, Timeout: 10 * time.Second}
			for range 3 {
				for range test.connections / 3 {
					hold(t, exporter)
				}
				body := scrapeWith(t, prometheus, exporter)
				if up := value(t, body, "thulium_up"); up != 1 {
					t.Errorf("thulium_up is %v", up)
				}
				if files := value(t, body, "process_open_fds"); files > test.files {
					t.Errorf("%v files are open", files)
				}
			}
		})
	}
}

// hold makes a request from another address than that of Prometheus and keeps the
// connection.
func hold(t *testing.T, exporter *harness.Exporter) {
	t.Helper()
	from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 3)}}
	conn, err := from.Dial("tcp", exporter.Address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, "HEAD /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1024)); err != nil {
		t.Fatal(err)
	}
}

// scrapeWith scrapes with a client that may keep its connection.
func scrapeWith(t *testing.T, client *http.Client, exporter *harness.Exporter) string {
	t.Helper()
	response, err := client.Get("http://" + exporter.Address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// value returns the value of a series that has no labels.
func value(t *testing.T, body, series string) float64 {
	t.Helper()
	for line := range strings.Lines(body) {
		if text, found := strings.CutPrefix(line, series+" "); found {
			number, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
			if err != nil {
				t.Fatal(err)
			}
			return number
		}
	}
	t.Fatalf("no %s in\n%s", series, body)
	return 0
}

// TestLargeHeader expects a refusal without a request to Thulium.
func TestLargeHeader(t *testing.T) {
	t.Parallel()
	thulium := harness.NewThulium(t, simulator.Documented()...)
	exporter := harness.Serve(t, thulium.Flags()...)
	header := http.Header{"X-Large": {strings.Repeat("x", 64<<10)}}
	if got := exporter.Get(t, "/metrics", header); got.Status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("the status is %d", got.Status)
	}
	if n := thulium.Requests(); n != 0 {
		t.Errorf("%d requests to Thulium", n)
	}
	exporter.Get(t, "/metrics", nil).HasLine(t, "thulium_up 1")
}

// TestProbeFlood requests thousands of systems that nobody has configured. It
// costs Thulium nothing and leaves no trace in the metrics.
func TestProbeFlood(t *testing.T) {
	t.Parallel()
	const clients, each = 10, 200
	thulium := harness.NewThulium(t, simulator.Documented()...)
	exporter := harness.Serve(t, append(thulium.Flags(), "--poll.interval=1h")...)
	exporter.WaitFor(t, "/metrics", "thulium_up 1")
	before := parseNames(t, exporter.Get(t, "/metrics", nil))
	var flood errgroup.Group
	for i := range clients {
		flood.Go(func() error {
			for j := range each {
				response, err := exporter.Try(t.Context(), fmt.Sprintf("/probe?target=stranger-%d-%d", i, j))
				if err != nil || response.Status != http.StatusNotFound {
					return fmt.Errorf("%d %w: %s", response.Status, err, response.Body)
				}
			}
			return nil
		})
	}
	if err := flood.Wait(); err != nil {
		t.Error(err)
	}
	if after := parseNames(t, exporter.Get(t, "/metrics", nil)); len(after) != len(before) {
		t.Errorf("there are new series:\n%s", difference(after, before))
	}
	if n := thulium.Requests(); n != 1 {
		t.Errorf("%d requests to Thulium, want the one poll", n)
	}
}
