package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"thulium_exporter/test/e2e/harness"
	"thulium_exporter/thulium/simulator"
)

// headerTime is how long the exporter waits for the header of a request.
const headerTime = 10 * time.Second

// TestSilentClients opens a thousand connections, most of which say nothing,
// the others a letter at a time. Scrapes are served, and all of them are closed.
func TestSilentClients(t *testing.T) {
	t.Parallel()
	const count = 1000
	thulium := harness.NewThulium(t, simulator.Documented()...)
	exporter := harness.Serve(t, thulium.Flags()...)
	var clients errgroup.Group
	for i := range count {
		conn := dial(t, exporter)
		clients.Go(func() error {
			if i%20 == 0 {
				return dribble(t.Context(), conn)
			}
			return isClosed(conn)
		})
	}
	exporter.Get(t, "/metrics", nil).HasLine(t, "thulium_up 1")
	if err := clients.Wait(); err != nil {
		t.Error(err)
	}
	exporter.Get(t, "/metrics", nil).HasLine(t, "thulium_up 1")
}

// TestHeldConnections has clients hold far more connections than the exporter
// has for them, each after a response that it did get. A Prometheus that keeps
// its connection, too, loses no scrape, and the files of the exporter stay few.
func TestHeldConnections(t *testing.T) {
	t.Parallel()
	const count, limit, others = 1500, 512, 50
	thulium := harness.NewThulium(t, simulator.Documented()...)
	exporter := harness.Serve(t, thulium.Flags()...)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	prometheus := &http.Client{Transport: transport, Timeout: headerTime}
	for range 3 {
		for range count / 3 {
			conn := dial(t, exporter)
			if _, err := io.WriteString(conn, "HEAD /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			if _, err := conn.Read(make([]byte, 1024)); err != nil {
				t.Fatal(err)
			}
		}
		body := scrapeWith(t, prometheus, exporter)
		if up := value(t, body, "thulium_up"); up != 1 {
			t.Errorf("thulium_up is %v", up)
		}
		if files := value(t, body, "process_open_fds"); files > limit+others {
			t.Errorf("%v files are open", files)
		}
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

func dial(t *testing.T, exporter *harness.Exporter) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", exporter.Address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// isClosed waits until the exporter closes a connection, which it must do after
// some time.
func isClosed(conn net.Conn) error {
	if err := conn.SetReadDeadline(time.Now().Add(3 * headerTime)); err != nil {
		return err
	}
	for response := make([]byte, 1024); ; {
		_, err := conn.Read(response)
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return fmt.Errorf("%s is still open", conn.LocalAddr())
		case err != nil:
			return nil //nolint:nilerr // the end, or a reset
		}
	}
}

// dribble sends a header that does not end until the connection is closed.
func dribble(ctx context.Context, conn net.Conn) error {
	ctx, stop := context.WithCancel(ctx)
	var both errgroup.Group
	both.Go(func() error {
		tick := time.NewTicker(headerTime / 50)
		defer tick.Stop()
		_, err := conn.Write([]byte("GET /metrics HTTP/1.1\r\nX: "))
		for err == nil {
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
				_, err = conn.Write([]byte("x"))
			}
		}
		return nil // the exporter has closed it
	})
	both.Go(func() error {
		defer stop()
		return isClosed(conn)
	})
	return both.Wait()
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
