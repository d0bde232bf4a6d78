package e2e

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"thulium_exporter/test/e2e/harness"
	"thulium_exporter/thulium/simulator"
)

// credentials is a way to give the password to the exporter.
type credentials struct{ env, flags []string }

func waysToGive(thulium *harness.Thulium) map[string]credentials {
	return map[string]credentials{
		"file": {flags: thulium.Flags()},
		"environment": {
			env:   []string{"THULIUM_PASSWORD=" + thulium.Password},
			flags: thulium.Flags()[:2], // without the file
		},
	}
}

// TestDaemonKeepsSecrets goes through everything that can go wrong, at the most
// talkative log level, and searches all that can be seen from outside.
func TestDaemonKeepsSecrets(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"file", "environment"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			thulium := harness.NewThulium(t, simulator.Documented()...)
			given := waysToGive(thulium)[way]
			exporter := harness.ServeWith(t, given.env, append([]string{"serve", "--log.level=debug"}, given.flags...)...)
			noSecret(t, thulium, "the command line", exporter.CommandLine(t))
			for _, fault := range append(simulator.Faults(), simulator.NoFault) {
				thulium.SetFault(fault)
				noSecret(t, thulium, fmt.Sprintf("/metrics with %q", fault), reach(t, exporter, thulium))
			}
			for _, path := range []string{"/", "/probe?target=default", "/probe", "/probe?target=x", "/sd", "/-/ready", "/x"} {
				noSecret(t, thulium, path, exporter.Get(t, path, nil).Body)
			}
			noSecret(t, thulium, "reloading", exporter.Post(t, "/-/reload").Body)
			noSecret(t, thulium, "the log", exporter.Stdout()+exporter.Stderr())
		})
	}
}

// reach scrapes until a request has come to Thulium, which may have requested
// a pause of a second.
func reach(t *testing.T, exporter *harness.Exporter, thulium *harness.Thulium) (body string) {
	t.Helper()
	before := thulium.Requests()
	deadline := http.Header{"X-Prometheus-Scrape-Timeout-Seconds": {"1"}}
	harness.Eventually(t, func() error {
		body += exporter.Get(t, "/metrics", deadline).Body
		if thulium.Requests() == before {
			return fmt.Errorf("no request has come")
		}
		return nil
	})
	return body
}

// TestCheckKeepsSecrets does the same with the command that explains failures.
func TestCheckKeepsSecrets(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"file", "environment"} {
		for _, output := range []string{"text", "json"} {
			t.Run(way+" "+output, func(t *testing.T) {
				t.Parallel()
				thulium := harness.NewThulium(t, simulator.Documented()...)
				given := waysToGive(thulium)[way]
				args := append([]string{"check", "-o", output, "--thulium.timeout=500ms"}, given.flags...)
				for _, fault := range append(simulator.Faults(), simulator.NoFault) {
					thulium.SetFault(fault)
					p := harness.Run(t, given.env, args...)
					p.Exit(t)
					if p.Stdout() == "" {
						t.Errorf("no output for %q", fault)
					}
					noSecret(t, thulium, fmt.Sprintf("check with %q", fault), p.Stdout()+p.Stderr())
				}
			})
		}
	}
}

// noSecret searches a text for the password, as it is and as it goes over the
// wire.
func noSecret(t *testing.T, thulium *harness.Thulium, where, text string) {
	t.Helper()
	token := base64.StdEncoding.EncodeToString([]byte(thulium.Username + ":" + thulium.Password))
	for _, secret := range []string{thulium.Password, token, url.QueryEscape(token)} {
		if strings.Contains(text, secret) {
			t.Errorf("%s has the secret %s:\n%s", where, secret, text)
		}
	}
}

// TestRedirectLeadsNowhere counts the requests of a server that a response
// points to: with them the password would have gone there.
func TestRedirectLeadsNowhere(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	t.Cleanup(other.Close)
	thulium := harness.NewRedirecting(t, other.URL, simulator.Documented()...)
	thulium.SetFault(simulator.Redirect)

	exporter := harness.Serve(t, thulium.Flags()...)
	response := exporter.Get(t, "/metrics", nil)
	response.HasLine(t, "thulium_up 0")
	response.HasLine(t, `thulium_api_requests_total{result="redirect"} 1`)
	exporter.WaitForLog(t, other.URL) // which says why
	if stdout, _ := check(t, thulium, 1); !strings.Contains(stdout, other.URL) {
		t.Errorf("check does not say where the redirect leads:\n%s", stdout)
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("the other server got %d requests", n)
	}
}
