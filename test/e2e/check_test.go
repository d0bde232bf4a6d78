package e2e

import (
	"regexp"
	"strings"
	"testing"

	"thulium_exporter/test/e2e/harness"
	"thulium_exporter/thulium/simulator"
)

// check runs the command and returns its output with URL for the address,
// which differs each time.
func check(t *testing.T, thulium *harness.Thulium, wantStatus int, flags ...string) (stdout, stderr string) {
	t.Helper()
	p := harness.Run(t, nil, append(append([]string{"check"}, thulium.Flags()...), flags...)...)
	if status := p.Exit(t); status != wantStatus {
		t.Errorf("the exit status is %d, not %d", status, wantStatus)
	}
	return strings.ReplaceAll(p.Stdout(), thulium.URL, "URL"), strings.ReplaceAll(p.Stderr(), thulium.URL, "URL")
}

// TestCheckTable compares all but the widths of the columns.
func TestCheckTable(t *testing.T) {
	t.Parallel()
	thulium := harness.NewThulium(t, simulator.Documented()...)
	stdout, stderr := check(t, thulium, 0)
	stdout = regexp.MustCompile(` +`).ReplaceAllString(stdout, " ")
	const want = `default URL
 ID RECORDS DONE NAME
 00001 1,324 14.87% ██▉░░░░░░░░░░░░░░░░░ -
 00002 20 23.00% ████▌░░░░░░░░░░░░░░░ -
 business hours: monday:friday 08:00-20:00; Europe/Warsaw; holidays pl
 all campaigns: stalled after 2h of business time, until 98%

2 active campaigns in 1 system, with 1,344 records, 14.99% of them done.
`
	same(t, "standard output", stdout, want)
	same(t, "standard error", stderr, "")
}

func TestCheckJSON(t *testing.T) {
	t.Parallel()
	thulium := harness.NewThulium(t, simulator.Documented()...)
	stdout, stderr := check(t, thulium, 0, "-o", "json")
	const want = `[
  {
    "system": "default",
    "url": "URL",
    "ok": true,
    "result": "ok",
    "rejected_campaigns": 0,
    "campaigns": [
      {
        "id": "00001",
        "records": 1324,
        "completion_percent": 14.87,
        "state": "active"
      },
      {
        "id": "00002",
        "records": 20,
        "completion_percent": 23,
        "state": "active"
      }
    ]
  }
]
`
	same(t, "standard output", stdout, want)
	same(t, "standard error", stderr, "")
}

// TestCheckFailure expects a sentence that says what to do, and the request ID
// for Thulium's support.
func TestCheckFailure(t *testing.T) {
	t.Parallel()
	thulium := harness.NewThulium(t, simulator.Documented()...)
	thulium.SetFault(simulator.Unauthorized)
	stdout, stderr := check(t, thulium, 1)
	const want = `default  URL
  FAILED  HTTP status 401 Unauthorized; Unauthorized. (code 401001) [request_id 1d4f13a4c76e2]
  Check the username and the password of the API user (in the Thulium panel: Administration, Users, API users).
`
	same(t, "standard output", stdout, want)
	same(t, "standard error", stderr, "thulium_exporter: error: 1 of 1 system failed\n")
}

func TestCheckFailureJSON(t *testing.T) {
	t.Parallel()
	thulium := harness.NewThulium(t, simulator.Documented()...)
	thulium.SetFault(simulator.Unauthorized)
	stdout, stderr := check(t, thulium, 1, "-o", "json")
	const want = `[
  {
    "system": "default",
    "url": "URL",
    "ok": false,
    "result": "unauthorized",
    "error": "HTTP status 401 Unauthorized; Unauthorized. (code 401001) [request_id 1d4f13a4c76e2]",
    "hint": "Check the username and the password of the API user (in the Thulium panel: Administration, Users, API users).",
    "request_id": "1d4f13a4c76e2",
    "rejected_campaigns": 0,
    "campaigns": []
  }
]
`
	same(t, "standard output", stdout, want)
	same(t, "standard error", stderr, "thulium_exporter: error: 1 of 1 system failed\n")
}

// same compares texts whole.
func same(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n%s\nwant:\n%s", what, got, want)
	}
}
