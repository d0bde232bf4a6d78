package harness

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
)

// Exporter is a running exporter that listens.
type Exporter struct {
	*Process
	Address string // host and port
}

// Run starts the exporter with any arguments, for commands that end and for
// daemons that cannot start.
func Run(t *testing.T, env []string, args ...string) *Process {
	t.Helper()
	return start(t, env, os.Getenv(programVariable), args...)
}

// Serve starts a daemon: args begin with its command, if it is not the default
// one.
func Serve(t *testing.T, args ...string) *Exporter {
	t.Helper()
	return ServeWith(t, nil, args...)
}

// ServeWith is Serve with environment variables.
func ServeWith(t *testing.T, env []string, args ...string) *Exporter {
	t.Helper()
	p := Run(t, env, append(args, "--web.listen-address=127.0.0.1:0")...)
	return &Exporter{Process: p, Address: p.address(t)}
}

// Response is a response, read to its end.
type Response struct {
	Status      int
	ContentType string
	Body        string
}

// Get requests a path of the exporter. Headers are added to those of Go's client.
func (e *Exporter) Get(t *testing.T, path string, header http.Header) Response {
	t.Helper()
	return e.do(t, http.MethodGet, path, header)
}

// Post sends an empty request.
func (e *Exporter) Post(t *testing.T, path string) Response {
	t.Helper()
	return e.do(t, http.MethodPost, path, nil)
}

func (e *Exporter) do(t *testing.T, method, path string, header http.Header) Response {
	t.Helper()
	response, err := e.try(t.Context(), method, path, header)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// Try is Get for other goroutines than that of the test.
func (e *Exporter) Try(ctx context.Context, path string) (Response, error) {
	return e.try(ctx, http.MethodGet, path, nil)
}

func (e *Exporter) try(ctx context.Context, method, path string, header http.Header) (Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+e.Address+path, http.NoBody)
	if err != nil {
		return Response{}, err
	}
	for key, values := range header {
		request.Header[key] = values
	}
	response, err := newClient().Do(request)
	if err != nil {
		return Response{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return Response{response.StatusCode, response.Header.Get("Content-Type"), string(body)}, err
}

// Request makes a request that must succeed.
func Request(ctx context.Context, method, url string) error {
	request, err := http.NewRequestWithContext(ctx, method, url, http.NoBody)
	if err != nil {
		return err
	}
	response, err := newClient().Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s", method, url, response.Status)
	}
	return nil
}

// newClient returns a client with a connection for each request: none stays
// open that could delay the end of a server.
func newClient() *http.Client {
	return &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
}

// HasLine fails the test unless a text response has the line.
func (r Response) HasLine(t *testing.T, line string) {
	t.Helper()
	if !r.Has(line) {
		t.Errorf("no line %q in:\n%s", line, r.Body)
	}
}

// Has reports whether a text response has the line.
func (r Response) Has(line string) bool {
	return strings.Contains("\n"+r.Body, "\n"+line+"\n")
}

// WaitFor scrapes path until its text has the line.
func (e *Exporter) WaitFor(t *testing.T, path, line string) {
	t.Helper()
	Eventually(t, func() error {
		if response := e.Get(t, path, nil); !response.Has(line) {
			return fmt.Errorf("no line %q in %s:\n%s", line, path, response.Body)
		}
		return nil
	})
}
