package zabbix

import (
	"bufio"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// testDemo raises and ends the problems that docs/alerting.md says how to see.
func testDemo(t *testing.T, z *Zabbix) { //nolint:thelper // it is a test
	url, thulium := startDemo(t, "720")
	host := z.host(t, "demo", quick(url, "default"), english)
	for _, step := range []struct{ switched, problem string }{
		{"/scene/stall", "Call-backs from the website: no progress"},
		{"/scene/all_stalled", "Nobody has completed a record"},
		{"/scene/not_started", "Loyalty cards: active for"},
		{"/scene/late", "Contract extensions: "}, // will miss its deadline, which soon is past
		{"/scene/closed", "Work outside business hours"},
		{"/fault/server_error", "Thulium API is down in business hours"},
		{"/fault/unauthorized", "Thulium rejects the credentials"},
		{"/fault/null_fields", "Thulium lists invalid campaigns"},
	} {
		get(t, http.MethodPut, thulium+step.switched)
		z.expectProblem(t, host, step.problem, true)
		if step.switched == "/scene/stall" {
			z.pictures(t, "en", host)
		}
		get(t, http.MethodDelete, thulium+strings.Join(strings.Split(step.switched, "/")[:2], "/"))
		z.expectProblem(t, host, step.problem, false)
		t.Log("raised and ended:", step.switched)
	}
	z.expectProblem(t, host, "Event invitations: active without records", true)
}

// expectProblem waits until a problem whose name begins so is open, or none is.
func (z *Zabbix) expectProblem(t *testing.T, host, name string, open bool) {
	t.Helper()
	eventually(t, fmt.Sprintf("open is %v: %s", open, name), func() error {
		problems := z.problems(t, host)
		for _, p := range problems {
			if strings.HasPrefix(p.Name, name) == open && open {
				return nil
			} else if strings.HasPrefix(p.Name, name) {
				return errors.New("it is open")
			}
		}
		if open {
			return fmt.Errorf("there are %q", problems)
		}
		return nil
	})
}

// startDemo starts the built exporter with its demo. It returns its URL and that of
// the simulated Thulium.
func startDemo(t *testing.T, speed string) (url, thulium string) {
	t.Helper()
	demo := exec.CommandContext(t.Context(), "../../thulium_exporter", "demo", "--demo.speed="+speed, "--web.listen-address=127.0.0.1:0")
	demo.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	log, err := demo.StderrPipe()
	check(t, err)
	check(t, demo.Start())
	lines := bufio.NewScanner(log)
	address := regexp.MustCompile(`msg="(Simulating Thulium|Listening on)" (?:url|address)=(\S+)`)
	for (url == "" || thulium == "") && lines.Scan() {
		switch m := address.FindStringSubmatch(lines.Text()); {
		case m == nil:
		case m[1] == "Listening on":
			url = "http://" + m[2]
		default:
			thulium = m[2]
		}
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for lines.Scan() {
			// What it logs is not of interest, but has to be read.
		}
		_ = demo.Wait()
	}()
	t.Cleanup(func() { <-ended }) // the context of the test has ended
	if url == "" || thulium == "" {
		t.Fatal("the demo has not started")
	}
	return url, thulium
}

func get(t *testing.T, method, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
	check(t, err)
	response, err := http.DefaultClient.Do(request)
	check(t, err)
	defer func() { _ = response.Body.Close() }()
	var body strings.Builder
	_, err = bufio.NewReader(response.Body).WriteTo(&body)
	check(t, err)
	return body.String()
}
